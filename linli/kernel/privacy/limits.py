"""The figures that decide when a second person is asked; they are norms, which lie above this room and fill this in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Limits:
    """How many persons may be looked at at once and within an hour, how many rows of personal data leave in one file, without
    a second person; how many hours an approval of each kind holds; how many days an export is kept; and the smallest count of a
    sensitive kind that leaves the unit as a number."""

    reveal_at_once: int
    reveal_per_hour: int
    export_rows: int
    reveal_hours: int
    export_hours: int
    access_hours: int
    export_keep_days: int
    small_count: int


Source = Callable[[date, str], Limits]

_SOURCE: list[Source] = []


def declare_limits(source: Source) -> None:
    """The room that reads the norms says here what holds on a day for a role."""
    _SOURCE[:] = [source]


def limits(on: date, role: str = "") -> Limits:
    """The figures that hold on a day for a role."""
    return _SOURCE[0](on, role)
