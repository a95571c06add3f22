"""What people may write on the pages of this room; the commands decide whether it is accepted."""

from __future__ import annotations

from linli.duties.forms.lists import (
    CategoryForm,
    CloseForm,
    CompareForm,
    EntryForm,
    ItemForm,
    LineForm,
    ListForm,
    SealForm,
    TryForm,
    category_choices,
)

__all__ = [
    "CategoryForm", "CloseForm", "CompareForm", "EntryForm", "ItemForm", "LineForm", "ListForm", "SealForm", "TryForm", "category_choices",
]  # fmt: skip
