"""Departments' files in: arrived, laid out, examined, written batch by batch, undone as a whole."""

from __future__ import annotations

from linli.registry.commands.intakes.applying import apply_batch, confirm, fail, settle_row
from linli.registry.commands.intakes.arriving import (
    FileRefused,
    cancel,
    make_source,
    set_layout,
    upload,
)
from linli.registry.commands.intakes.examining import examine
from linli.registry.commands.intakes.undoing import undo_intake, undo_settled

__all__ = [
    "FileRefused",
    "apply_batch",
    "cancel",
    "confirm",
    "examine",
    "fail",
    "make_source",
    "set_layout",
    "settle_row",
    "undo_intake",
    "undo_settled",
    "upload",
]
