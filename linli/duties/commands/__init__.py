"""Every change of categories, of the dispatch catalogue, of items and lists, one module a noun."""

from __future__ import annotations

from linli.duties.commands.applications import (
    ApplicationDraft,
    Said,
    attach_files,
    change_application,
    detach_file,
    draft_application,
    move_application,
)
from linli.duties.commands.bypasses import BypassDraft, end_bypass, open_bypass, review_bypass
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
from linli.duties.commands.lines import (
    ItemDraft,
    LineDraft,
    ListDraft,
    add_line,
    change_line,
    check_line,
    end_line,
    import_lines,
    model_of,
    reopen_line,
    withdraw_line,
)
from linli.duties.commands.opinions import give_opinion, report_missing, take_back_opinion
from linli.duties.commands.refusals import Task, answer_refusal, refuse, take_back_refusal
from linli.duties.commands.refused import Refused
from linli.duties.commands.seals import use_seal
from linli.duties.commands.shipped import (
    Loaded,
    load_catalogue,
    load_categories,
    load_departments_data,
    load_lists,
)
from linli.duties.commands.watching import watch_gate

__all__ = [
    "ApplicationDraft", "BypassDraft", "Said", "Task", "answer_refusal", "attach_files", "change_application", "detach_file", "draft_application", "end_bypass", "give_opinion",
    "move_application", "open_bypass", "refuse", "report_missing", "review_bypass", "take_back_opinion", "take_back_refusal", "watch_gate",
    "CategoryChange", "Draft", "ItemDraft", "LineDraft", "ListDraft", "Loaded", "Refused", "add_category", "add_entry", "add_line",
    "change_category", "change_entry", "change_line", "check_draft", "check_line", "close_entry", "end_line", "import_entries", "import_lines",
    "load_catalogue", "load_categories", "load_departments_data", "load_lists", "model_of", "reopen_entry", "reopen_line", "use_seal", "withdraw_entry", "withdraw_line",
]  # fmt: skip
