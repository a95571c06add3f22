"""What accounts need to know of units: filled by the room that has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class UnitFacts:
    """A unit as a post names it."""

    code: str
    name: str
    path: str
    kind: str


Finder = Callable[[str], UnitFacts | None]

_FINDERS: list[Finder] = []


def declare_units(finder: Finder) -> None:
    """The territory says here how a unit is found by its code."""
    _FINDERS[:] = [finder]


def find_unit(code: str) -> UnitFacts | None:
    """The unit of a code, or None."""
    return _FINDERS[0](code) if _FINDERS else None
