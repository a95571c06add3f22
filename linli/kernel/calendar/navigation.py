"""The working calendar in the left rail."""

from __future__ import annotations

from linli.kernel.frame import NavItem

NAV = [NavItem(label="工作日历", url="calendar:index", icon="calendar", verb="", order=910)]
