"""A figure as it is held now: what is shown, how it came about, and the address of its records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linli.cases.queries.rates import Share


@dataclass(frozen=True)
class Part:
    """One line of a breakdown, or one thing that was left out."""

    label: str
    shown: str
    url: str = ""


@dataclass(frozen=True)
class Held:
    """A figure. ``text`` is None where it is not held; ``records`` says that ``url`` lists exactly as many records as ``count``."""

    text: str | None
    count: int | None = None
    url: str = ""
    records: bool = False
    numerator: Part | None = None
    denominator: Part | None = None
    left_out: Sequence[Part] = ()
    parts: Sequence[Part] = ()
    share: Share | None = None
    why_not: str = ""


def counted(count: int, url: str = "", *, records: bool = True) -> Held:
    """A plain count with its records."""
    return Held(f"{count:,}", count, url, records=records and bool(url))


def absent(why: str = "") -> Held:
    """A figure that is not held, and why."""
    return Held(None, why_not=why)
