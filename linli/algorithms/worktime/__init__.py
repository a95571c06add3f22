"""The working clock: working and natural hours and days, pauses, extensions, and why a date is that date."""

from linli.algorithms.worktime.calendar import (
    DEFAULT_HOURS,
    SHANGHAI,
    Calendar,
    Day,
    DayConvention,
    DayKind,
    Hours,
    OutsideCalendar,
)
from linli.algorithms.worktime.clock import Amount, Cap, Due, Pause, add, measure, remaining
from linli.algorithms.worktime.explanation import Line, LineCode
from linli.algorithms.worktime.scales import Unit
from linli.algorithms.worktime.wording import UNIT_ZH, explain_zh

__all__ = [
    "DEFAULT_HOURS",
    "SHANGHAI",
    "UNIT_ZH",
    "Amount",
    "Calendar",
    "Cap",
    "Day",
    "DayConvention",
    "DayKind",
    "Due",
    "Hours",
    "Line",
    "LineCode",
    "OutsideCalendar",
    "Pause",
    "Unit",
    "add",
    "explain_zh",
    "measure",
    "remaining",
]
