from __future__ import annotations

from django.apps import AppConfig

from linli.kernel.calendar.rules import hours_of
from linli.kernel.norms.checks import declare_check


class CalendarConfig(AppConfig):
    name = "linli.kernel.calendar"
    label = "calendar"
    verbose_name = "工作日历"

    def ready(self) -> None:
        declare_check("calendar.hours", hours_of)
