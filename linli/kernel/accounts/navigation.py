"""Entries of the left rail. Rooms declare theirs in ``navigation.py``; the shell collects and orders them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from linli.kernel.audit.actor import Actor


@dataclass(frozen=True)
class NavItem:
    """One entry: its words, where it leads, its icon, and the verb without which it is not shown.

    ``badge`` counts what waits there for the actor; it must be cheap, since it is called for every page.
    """

    label: str
    url: str
    icon: str
    verb: str
    order: int
    badge: Callable[[Actor], int] | None = None
