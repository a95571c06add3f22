"""What a return says to somebody outside its territory: small counts of sensitive groups only as "fewer than"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from linli.kernel.audit.actor import Actor
from linli.kernel.norms.formula import parse
from linli.kernel.privacy.limits import limits
from linli.returns.models import Return, Template
from linli.returns.queries.filled import Cell, Fault, numbers_of, sides_of, values_of
from linli.returns.rules.elements import dictionary
from linli.returns.rules.leaving import covered, small


@dataclass(frozen=True)
class Veil:
    """The places whose numbers stay at home, what is said instead, and the ``sensitive`` places, whose past stays too."""

    hidden: frozenset[str] = frozenset()
    sensitive: frozenset[str] = frozenset()
    words: str = ""

    def cell(self, cell: Cell) -> Cell:
        """A cell as it is shown."""
        before = None if cell.place in self.hidden | self.sensitive else cell.before
        if cell.place not in self.hidden:
            return replace(cell, before=before)
        known = None if cell.known is None else self.words
        return replace(cell, value=self.words, known=known, before=before)

    def values(self) -> dict[str, str]:
        """What the workbook says in the hidden places."""
        return dict.fromkeys(self.hidden, self.words)

    def faults(self, faults: Sequence[Fault]) -> list[Fault]:
        """The faults of the form that can be told without giving a number away."""
        kept = {place.upper() for place in self.hidden | self.sensitive}
        return [fault for fault in faults if not any(place.endswith(tuple(kept)) for place in fault.places)]


def veil_for(row: Return, by: Actor, on: date, values: Mapping[str, Any] | None = None) -> Veil:
    """What this person sees of a return only as "fewer than": nothing inside the territory, nothing where the form has a basis for exact counts.

    ``values`` are those of an earlier departure, where it is not about what the return says now.
    """
    inside = by.sees_all or bool(by.scope) and row.path.startswith(by.scope)
    if inside or row.round.form.exact:
        return Veil()
    template, least = row.round.template, limits(on).small_count
    sensitive, counts = (
        sensitive_places(template),
        dict(numbers_of(values_of(row) if values is None else values)),
    )
    hidden = covered(small(counts, sensitive, least), _equations(template), counts)
    return Veil(frozenset(hidden), frozenset(sensitive), f"少于{least}")


def sensitive_places(template: Template) -> set[str]:
    """The places that a sensitive element of the dictionary fills."""
    bound = {place: dictionary().get(code) for place, code in template.bindings.items()}
    return {place for place, element in bound.items() if element is not None and element.is_sensitive}


def _equations(template: Template) -> list[set[str]]:
    """The places of each formula that is an equation: one of them could be reckoned from the others."""
    parts = [sides_of(text.upper()) for text in template.checks]
    return [set(parse(left).names | parse(right).names) for left, sign, right in parts if sign in ("=", "==")]
