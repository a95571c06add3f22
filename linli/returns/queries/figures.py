"""Figures of the dictionary for many units at once: each is counted in one pass over its list."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import accumulate

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.queries import counts_by_place
from linli.returns.rules.elements import dictionary
from linli.returns.rules.periods import Period


def figures(
    codes: Iterable[str], paths: Sequence[str], period: Period, by: Actor, at: datetime
) -> dict[str, dict[str, int]]:
    """For each figure of the dictionary how many records lie below each path of units, as far as ``by`` may see them."""
    return {
        code: below(_counted(code, period, by, at), paths)
        for code in dict.fromkeys(codes)
        if dictionary()[code].kind == "figure"
    }


def _counted(code: str, period: Period, by: Actor, at: datetime) -> dict[str, int]:
    element = dictionary()[code]
    return counts_by_place(element.register, element.query_in(period.first, period.last), by, at)


def below(counts: dict[str, int], paths: Sequence[str]) -> dict[str, int]:
    """The sum of what lies at or below each path; paths are codes each closed by a slash, so that one lies below another if it begins with it."""
    places = sorted(counts)
    sums = [0, *accumulate(counts[place] for place in places)]
    return {
        path: sums[bisect_left(places, f"{path}\U0010ffff")] - sums[bisect_left(places, path)]
        for path in paths
    }
