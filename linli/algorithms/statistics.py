"""Rates that show their working: numerator, denominator, what was left out, and how sure they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import sqrt

SMALL = 30
"""Below this denominator a rate carries a caution. A common rule of thumb, not read in a source."""

Z95 = 1.959963984540054


class Caution(StrEnum):
    """Why a rate must be read with care; the value is what a page says."""

    NONE = ""
    EMPTY = "没有可计算的记录"
    SMALL = "样本较少，仅供参考"


@dataclass(frozen=True, slots=True)
class Interval:
    """The bounds within which the true rate lies with 95% confidence."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of records. ``excluded`` names why records were left out of the denominator, and how many."""

    numerator: int
    denominator: int
    excluded: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError(f"{self.numerator} of {self.denominator} is not a share")
        if any(count < 0 for count in self.excluded.values()):
            raise ValueError("a number of excluded records cannot be negative")

    @property
    def value(self) -> Fraction | None:
        """The exact rate, or nothing where there is nothing to divide by."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def all_records(self) -> int:
        """Records counted and excluded together."""
        return self.denominator + sum(self.excluded.values())

    @property
    def interval(self) -> Interval | None:
        """Wilson's 95% score interval (Wilson 1927): it holds for small numbers and never leaves 0 to 1."""
        return wilson(self.numerator, self.denominator) if self.denominator else None

    @property
    def caution(self) -> Caution:
        """Whether the denominator is too small to lean on."""
        if not self.denominator:
            return Caution.EMPTY
        return Caution.SMALL if self.denominator < SMALL else Caution.NONE

    def percent(self, digits: int = 1) -> str:
        """The rate for a page, rounded half up: ``97.4%``; a dash where there is none."""
        if self.value is None:
            return "—"
        scaled = (self.value * 100 * 10**digits + Fraction(1, 2)).__floor__()
        whole, rest = divmod(scaled, 10**digits)
        return f"{whole}.{rest:0{digits}d}%" if digits else f"{whole}%"

    def __add__(self, other: Rate) -> Rate:
        """The rate of both sets of records together; never the mean of two rates."""
        reasons = dict.fromkeys([*self.excluded, *other.excluded])
        excluded = {
            reason: self.excluded.get(reason, 0) + other.excluded.get(reason, 0) for reason in reasons
        }
        return Rate(self.numerator + other.numerator, self.denominator + other.denominator, excluded)


def wilson(successes: int, trials: int, z: float = Z95) -> Interval:
    """Wilson's score interval of a share."""
    share = successes / trials
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    centre = share + z * z / (2 * trials)
    scale = 1 + z * z / trials
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == trials else (centre + spread) / scale
    return Interval(low, high)


def weighted(parts: Mapping[str, tuple[Rate, Fraction]]) -> Fraction | None:
    """A composite of rates by weights that the caller takes from a norm; rates without records give up their weight."""
    usable = [(rate.value, weight) for rate, weight in parts.values() if rate.value is not None]
    total = sum((weight for _, weight in usable), Fraction(0))
    return sum((value * weight for value, weight in usable), Fraction(0)) / total if total else None
