"""What accounts need to know of units: filled by the room that has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class UnitFacts:
    """A unit as a post names it."""

    code: str
    name: str
    path: str
    kind: str


Finder = Callable[[str], UnitFacts | None]
Chooser = Callable[[], Sequence[tuple[Any, Any]]]

_FINDERS: list[Finder] = []
_CHOOSERS: list[Chooser] = []


def declare_units(finder: Finder, chooser: Chooser) -> None:
    """The territory says here how a unit is found by its code, and which units there are to choose from."""
    _FINDERS[:] = [finder]
    _CHOOSERS[:] = [chooser]


def unit_choices() -> Sequence[tuple[Any, Any]]:
    """The units as choices of a form, none first."""
    return [("", _("请选择")), *(_CHOOSERS[0]() if _CHOOSERS else ())]


def find_unit(code: str) -> UnitFacts | None:
    """The unit of a code, or None."""
    return _FINDERS[0](code) if _FINDERS else None
