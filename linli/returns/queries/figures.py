"""Figures of the dictionary for many units at once: each is counted in one pass over its list."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import accumulate

from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.queries import counts_by_place
from linli.kernel.registers.register import get
from linli.returns.rules.elements import Element, dictionary
from linli.returns.rules.periods import Period


def figures(
    codes: Iterable[str], paths: Sequence[str], period: Period, by: Actor, at: datetime
) -> dict[str, dict[str, int]]:
    """For each figure of the dictionary how many records lie below each path of units, as far as ``by`` may see them."""
    ask, found = Ask(by, at), {}
    for element in (dictionary()[code] for code in dict.fromkeys(codes)):
        if element.kind == "figure":
            query = query_of(element, period, timezone.localdate(at))
            found[element.code] = below(counts_by_place(element.register, query, ask), paths)
    return found


def query_of(element: Element, period: Period, today: date) -> str:
    """The selection that an element counts for a period: as it was on the last day, where the list knows what was on a day that is past.

    So a form says the same on whatever day it is filled, and filled anew.
    """
    query = element.query_in(period.first, period.last)
    return "&".join(filter(None, [query, f"as_of={period.last}" if is_past(element, period, today) else ""]))


def is_past(element: Element, period: Period, today: date) -> bool:
    """Whether an element is counted as of a day that is over: its list knows how it was then."""
    return period.last < today and get(element.register).dated


def below(counts: dict[str, int], paths: Sequence[str]) -> dict[str, int]:
    """The sum of what lies at or below each path; paths are codes each closed by a slash, so that one lies below another if it begins with it."""
    places = sorted(counts)
    sums = [0, *accumulate(counts[place] for place in places)]
    return {
        path: sums[bisect_left(places, f"{path}\U0010ffff")] - sums[bisect_left(places, path)]
        for path in paths
    }
