"""Answers of the one search box. Rooms declare theirs in ``search.py``; the shell asks each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linli.kernel.audit.actor import Actor


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Hits:
    """What one room found, with its heading and where all of it can be seen."""

    title: str
    hits: Sequence[Hit]
    url: str = ""


Finder = Callable[[Actor, str], Hits]
"""A room's ``FINDERS`` is a list of these; each looks only at what the actor may see."""
