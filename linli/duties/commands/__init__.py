"""Every change of categories and of the dispatch catalogue, one module a noun."""

from __future__ import annotations

from linli.duties.commands.categories import CategoryChange, add_category, change_category
from linli.duties.commands.entries import (
    Draft,
    add_entry,
    change_entry,
    check_draft,
    close_entry,
    import_entries,
    reopen_entry,
    withdraw_entry,
)
from linli.duties.commands.refused import Refused
from linli.duties.commands.shipped import Loaded, load_catalogue, load_categories, load_departments_data

__all__ = [
    "CategoryChange", "Draft", "Loaded", "Refused", "add_category", "add_entry", "change_category", "change_entry", "check_draft",
    "close_entry", "import_entries", "load_catalogue", "load_categories", "load_departments_data", "reopen_entry",
    "withdraw_entry",
]  # fmt: skip
