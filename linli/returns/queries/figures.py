"""Figures of the dictionary for many units at once: each is counted in one pass over its list."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from itertools import accumulate

from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.queries import changed_since, counts_by_place
from linli.kernel.registers.register import get
from linli.returns.rules.elements import Element, dictionary
from linli.returns.rules.periods import Period


def figures(
    codes: Iterable[str], paths: Sequence[str], period: Period, by: Actor, at: datetime
) -> dict[str, dict[str, int]]:
    """For each figure of the dictionary how many records lie below each path of units, as far as ``by`` may see them."""
    today, found = timezone.localdate(at), {}
    asked = [dictionary()[code] for code in dict.fromkeys(codes)]
    changed = cache(lambda register: changed_since(register, period.last) if period.last < today else None)
    for element in (each for each in asked if each.kind == "figure"):
        query = query_of(element, period, today)
        counts = counts_by_place(element.register, query, by, at, changed(element.register))
        found[element.code] = below(counts, paths)
    return found


def query_of(element: Element, period: Period, today: date) -> str:
    """The selection that an element counts for a period: as it was on the last day, where the list knows what was on a day that is past.

    So a form says the same on whatever day it is filled, and filled anew.
    """
    query = element.query_in(period.first, period.last)
    past = period.last < today and get(element.register).dated
    return "&".join(filter(None, [query, f"as_of={period.last}" if past else ""]))


def below(counts: dict[str, int], paths: Sequence[str]) -> dict[str, int]:
    """The sum of what lies at or below each path; paths are codes each closed by a slash, so that one lies below another if it begins with it."""
    places = sorted(counts)
    sums = [0, *accumulate(counts[place] for place in places)]
    return {
        path: sums[bisect_left(places, f"{path}\U0010ffff")] - sums[bisect_left(places, path)]
        for path in paths
    }
