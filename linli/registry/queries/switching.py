"""The fields that are off until the county switches them on: which are on, since when, until when, on what basis, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from linli.registry.models import Switch, Trait
from linli.registry.rules.elements import Element, switched_elements

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Field:
    """A field, the switch that is on, those of before with the latest first, and how many values are kept of it."""

    element: Element
    now: Switch | None
    before: list[Switch]
    kept: int
    ends_soon: bool


def switched_fields(today: date) -> list[Field]:
    """Every field that can be switched on, as it stands on a day."""
    kept = dict(Trait.objects.values_list("element").annotate(Count("pk")))
    rows: dict[str, list[Switch]] = {}
    for row in Switch.objects.order_by("-valid_from", "-pk"):
        rows.setdefault(row.element, []).append(row)
    found = []
    for code, element in switched_elements().items():
        mine = rows.get(code, [])
        now = next((row for row in mine if row.valid_from <= today < row.valid_to), None)
        before = [row for row in mine if row.valid_to <= today]
        soon = now is not None and now.valid_to - today <= SOON
        found.append(Field(element, now, before, kept.get(code, 0), soon))
    return found
