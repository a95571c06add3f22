"""The stretch of days that figures are told for, and the addresses of the records behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.registers.register import get

NAMED: dict[str, Any] = {
    "today": gettext_lazy("今天"),
    "week": gettext_lazy("本周"),
    "month": gettext_lazy("本月"),
    "year": gettext_lazy("今年"),
}


@dataclass(frozen=True)
class Period:
    """Days from one to another, both included; ``name`` is empty for a stretch of one's own."""

    first: date
    last: date
    name: str = ""

    @property
    def words(self) -> str:
        """The days in words."""
        first, last = _words(self.first), _words(self.last)
        return first if self.first == self.last else _("%(first)s至%(last)s") % {"first": first, "last": last}

    @property
    def value(self) -> str:
        """As the register's date filter writes it."""
        return f"{self.first}..{self.last}"

    @property
    def query(self) -> str:
        """As the pages of insight write it."""
        return f"period={self.name}" if self.name else f"from={self.first}&to={self.last}"


def _words(day: date) -> str:
    return _("%(year)d年%(month)d月%(day)d日") % {"year": day.year, "month": day.month, "day": day.day}


def named(name: str, today: date) -> Period:
    """A named stretch that ends today."""
    first = {
        "today": today,
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }[name]
    return Period(first, today, name)


def asked(values: Any, today: date, usual: str = "year") -> Period:
    """The stretch that a request names; what cannot be read, or lies ahead, is as usual."""
    if values.get("period") in NAMED:
        return named(values["period"], today)
    try:
        first, last = date.fromisoformat(values.get("from", "")), date.fromisoformat(values.get("to", ""))
    except ValueError:
        return named(usual, today)
    return Period(first, min(last, today)) if first <= min(last, today) else named(usual, today)


def cases(period: Period | None = None, **filters: str | Sequence[str]) -> str:
    """The address of the list of cases behind a figure."""
    found: dict[str, Sequence[str]] = {name: value for name, value in filters.items() if value}
    if period is not None:
        found["received_at"] = [period.value]
    pairs = [
        (name, value)
        for name, chosen in found.items()
        for value in ([chosen] if isinstance(chosen, str) else chosen)
    ]
    return f"{_list()}?{urlencode(pairs)}" if pairs else _list()


@cache
def _list() -> str:
    """The address of the list of cases: a cockpit links to it hundreds of times."""
    return get("cases").url()
