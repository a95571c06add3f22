"""A form over its periods: what was asked under one element, or one heading, is one line, whatever cell a version of the template had it in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from linli.kernel.audit.actor import Actor
from linli.returns import states
from linli.returns.models import Form, Return, Round, Template
from linli.returns.policy import returns_for
from linli.returns.queries.filled import numbers_of, places_of, values_of
from linli.returns.queries.leaving import veil_for
from linli.returns.rules.elements import bare, dictionary

PERIODS = 12


@dataclass(frozen=True)
class Series:
    """The lines of a form; ``periods`` from the latest back, with the version of the template and how many units had handed in."""

    periods: Sequence[tuple[Round, int]]
    lines: Sequence[tuple[str, Sequence[Decimal | str | None]]]


def series_of(form: Form, by: Actor, on: date) -> Series:
    """The sums over the returns in sight that were handed in; a sum with a hidden count in it is not shown."""
    rounds = list(form.rounds.select_related("template").order_by("-first")[:PERIODS])
    rows = returns_for(by).filter(round__in=rounds).exclude(state__in=[states.FILLING, states.REFUSED])
    sums: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    hidden: dict[tuple[str, int], str] = {}
    counts: dict[int, int] = defaultdict(int)
    names: dict[str, str] = {}
    for row in rows:
        counts[row.round_id] += 1
        _add(row, by, on, names, sums, hidden)
    lines = [
        (words, [hidden.get((key, each.pk)) or sums.get((key, each.pk)) for each in rounds]) for key, words in names.items()
    ]  # fmt: skip
    return Series([(each, counts[each.pk]) for each in rounds], lines)


def _add(
    row: Return, by: Actor, on: date, names: dict[str, str], sums: dict[tuple[str, int], Decimal], hidden: dict[tuple[str, int], str]
) -> None:  # fmt: skip
    template, veil, numbers = row.round.template, veil_for(row, by, on), dict(numbers_of(values_of(row)))
    for each in places_of(template):
        place = each["place"]
        if "#" in place or place not in numbers:
            continue
        key, words = _key(template, place, each["heading"])
        names.setdefault(key, words)
        if place in veil.hidden:
            hidden[key, row.round_id] = veil.words
        sums[key, row.round_id] += numbers[place]


def _key(template: Template, place: str, heading: str) -> tuple[str, str]:
    """By what a place is the same as one of another version, and what the line is called."""
    element = dictionary().get(template.bindings.get(place, ""))
    return (element.code, element.title) if element else (bare(heading.replace("/", "")), heading)
