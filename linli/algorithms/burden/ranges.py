"""Figures that nobody knows exactly: the least, the likely and the most, in exact fractions.

Exact, so that a sum does not depend on the order of its parts and a page can be recomputed to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product

Number = int | float | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Range:
    """A figure between ``low`` and ``high``, most likely ``likely``; all three alike where it was counted."""

    low: Fraction
    likely: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        if not self.low <= self.likely <= self.high:
            raise ValueError(f"{self.low}, {self.likely}, {self.high} do not stand in order")

    @classmethod
    def of(cls, value: Amount) -> Range:
        """A number, three named numbers (``{"low": 1, "likely": 2, "high": 4}``, as a norm holds them) or a range, as a range.

        Raises ``KeyError`` where one of the three is missing and ``ValueError`` where they do not stand in order.
        """
        if isinstance(value, Range):
            return value
        if isinstance(value, Mapping):
            return cls(*(_exact(value[name]) for name in ("low", "likely", "high")))
        known = _exact(value)
        return cls(known, known, known)

    @property
    def counted(self) -> bool:
        """Whether it is one figure, not an estimate."""
        return self.low == self.high

    def __add__(self, other: Range) -> Range:
        """Both together: the least of both, the likely of both, the most of both."""
        return Range(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def __sub__(self, other: Range) -> Range:
        """What is left: the least is what stays of the least after the most was taken."""
        return Range(self.low - other.high, self.likely - other.likely, self.high - other.low)

    def __mul__(self, other: Range) -> Range:
        """So many times the other; a range of differences may be below nothing."""
        if self.low >= 0 and other.low >= 0:
            return Range(self.low * other.low, self.likely * other.likely, self.high * other.high)
        corners = [one * two for one, two in product((self.low, self.high), (other.low, other.high))]
        return Range(min(corners), self.likely * other.likely, max(corners))


Amount = Range | Number | Mapping[str, Number]

NOTHING = Range(Fraction(0), Fraction(0), Fraction(0))


def total(ranges: Iterable[Range]) -> Range:
    """All of them together; nothing where there are none."""
    parts = list(ranges)
    if len(parts) == 1:
        return parts[0]
    low, likely, high = (
        sum((getattr(part, name) for part in parts), Fraction(0)) for name in ("low", "likely", "high")
    )
    return Range(low, likely, high)


def _exact(value: Number) -> Fraction:
    """The number as it is written: 0.2 is a fifth, not the nearest binary fraction."""
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)
