"""Sections of the workbench. Rooms declare theirs in ``workbench.py``; the shell collects and orders them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.kernel.audit.actor import Actor


@dataclass(frozen=True)
class Task:
    """One thing to do: what it is, until when, and the next step as a button."""

    title: str
    url: str
    note: str = ""
    due: datetime | None = None
    tone: str = ""
    step: str = ""


@dataclass(frozen=True)
class Section:
    """A list of the workbench: what is mine first, then what my unit owes, then what changed."""

    title: str
    tasks: Sequence[Task]
    count: int
    url: str = ""
    order: int = 50


Provider = Callable[[Actor, datetime], Sequence[Section]]
"""A room's ``SECTIONS`` is a list of these; each answers with what this actor can act on now, in a few quick queries."""
