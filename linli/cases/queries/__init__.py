"""Reading cases: one case with its way, what is like it, and the lists of a desk."""

from __future__ import annotations

from linli.cases.queries.reading import (
    ClockShown,
    ReporterShown,
    actions_for,
    clock_state,
    clocks_of,
    get_case_for,
    history_of_number,
    reporter_for,
    unsealed,
)

__all__ = [
    "ClockShown", "ReporterShown", "actions_for", "clock_state", "clocks_of", "get_case_for", "history_of_number",
    "reporter_for", "unsealed",
]  # fmt: skip
