"""Counts times rates, line by line, and their sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from linli.algorithms.burden.kinds import KINDS
from linli.algorithms.burden.ranges import NOTHING, Amount, Range, total


class NoRate(LookupError):
    """A kind was counted that has no rate: a fault of the caller or a norm that is missing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the formula: how many of a kind, minutes for each, minutes together."""

    kind: str
    count: Range
    rate: Range
    minutes: Range


@dataclass(frozen=True, slots=True)
class Estimate:
    """The lines of an estimate, in the order of ``KINDS``, and the minutes of all."""

    lines: tuple[Line, ...] = ()
    minutes: Range = NOTHING


def estimate(counts: Mapping[str, Amount], rates: Mapping[str, Amount]) -> Estimate:
    """Minutes of what was counted: ``counts`` and ``rates`` (minutes each) by codes of ``KINDS``.

    A rate that nothing was counted for gives no line. Raises ``NoRate`` for a count without one, ``ValueError`` for a negative count or rate.
    """
    if missing := sorted(counts.keys() - rates.keys()):
        raise NoRate(", ".join(missing))
    order = {kind: place for place, kind in enumerate(KINDS)}
    lines = tuple(
        _line(kind, Range.of(counts[kind]), Range.of(rates[kind]))
        for kind in sorted(counts, key=lambda kind: (order.get(kind, len(order)), kind))
    )
    return Estimate(lines, total(line.minutes for line in lines))


def _line(kind: str, count: Range, rate: Range) -> Line:
    if count.low < 0 or rate.low < 0:
        raise ValueError(f"{kind}: nobody is asked less than nothing")
    return Line(kind, count, rate, count * rate)
