"""Ranges of dates and of numbers, several at once; presets and bands are counted like any other choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from math import ceil
from typing import TYPE_CHECKING, Any

from django.db.models import DateTimeField, IntegerField, Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.algorithms.facets import AnyOf
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.filters.base import MISSING_CODE, Ask, Load, as_number, model_field
from linli.kernel.registers.filters.conditions import Conditions

if TYPE_CHECKING:
    from linli.kernel.registers.engines.store import Columns

PRESETS: dict[str, Any] = {
    "today": gettext_lazy("今天"),
    "7d": gettext_lazy("近 7 天"),
    "30d": gettext_lazy("近 30 天"),
    "month": gettext_lazy("本月"),
    "year": gettext_lazy("今年"),
}

Days = tuple[date | None, date | None]
"""First day and the day after the last; None is open."""


def days_of(value: str, today: date) -> Days:
    """The days that a value of the URL means; ``ValueError`` where it means none."""
    tomorrow = today + timedelta(days=1)
    match value:
        case "today":
            return today, tomorrow
        case "7d" | "30d":
            return tomorrow - timedelta(days=int(value[:-1])), tomorrow
        case "month":
            return today.replace(day=1), (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        case "year":
            return date(today.year, 1, 1), date(today.year + 1, 1, 1)
    first, last = _sides(value)
    return (date.fromisoformat(first) if first else None), (
        date.fromisoformat(last) + timedelta(days=1) if last else None
    )


def _sides(value: str) -> tuple[str, str]:
    first, dots, last = value.partition("..")
    if not dots or not (first or last):
        raise ValueError(value)
    return first, last


def within(counted: Iterable[tuple[int, int]], first: Any, after: Any) -> int:
    """The rows counted at coded days or values from ``first`` to before ``after``."""
    low, end = (
        (MISSING_CODE + 1 if first is None else as_number(first)),
        (None if after is None else as_number(after)),
    )
    return sum(count for value, count in counted if value >= low and (end is None or value < end))


def bounds_among(pairs: Iterable[tuple[Any, Any]]) -> set[int]:
    """Every bound of some ranges, as a column holds it."""
    return {as_number(side) for pair in pairs for side in pair if side is not None}


class DateRange(Conditions):
    """Days of a date or a moment, in local time."""

    coded = True

    template = "registers/filters/dates.html"

    def __init__(
        self, name: str, label: Any, *, presets: Sequence[str] = tuple(PRESETS), **more: Any
    ) -> None:
        super().__init__(name, label, {}, **more)
        self.presets = tuple(presets)
        self.is_moment = True

    def bind(self, model: type[Model]) -> None:
        self.is_moment = isinstance(model_field(model, self.field), DateTimeField)

    def clean(self, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(value for value in dict.fromkeys(values) if self._means_something(value))

    def _means_something(self, value: str) -> bool:
        try:
            days_of(value, date(2000, 1, 1))
        except (ValueError, OverflowError):
            return False
        return True

    def bounds(self, value: str, at: datetime) -> tuple[date | datetime | None, date | datetime | None]:
        """From (inclusive) and to (exclusive), as days or as moments like the field."""
        first, after = days_of(value, timezone.localdate(at))
        if not self.is_moment:
            return first, after
        return midnight(first), midnight(after)

    def condition(self, value: str, ask: Ask) -> Q:
        first, after = self.bounds(value, ask.at)
        found = Q(**{f"{self.field}__isnull": False})
        if first is not None:
            found &= Q(**{f"{self.field}__gte": first})
        return found & Q(**{f"{self.field}__lt": after}) if after is not None else found

    def codes(self, values: Sequence[str], columns: Columns, ask: Ask) -> AnyOf:
        today = timezone.localdate(ask.at)
        found = [columns.codes_between(self.name, *days_of(value, today)).values for value in values]
        return AnyOf(frozenset().union(*found))

    def cuts(self, values: Sequence[str], ask: Ask) -> set[int]:
        today = timezone.localdate(ask.at)
        return bounds_among(days_of(value, today) for value in (*self.presets, *values))

    def named(self, pairs: Iterable[tuple[Any, int]], ask: Ask) -> dict[str, int]:
        counted = list(pairs)
        return {
            preset: within(counted, *days_of(preset, timezone.localdate(ask.at))) for preset in self.presets
        }

    def loads(self) -> tuple[Load, ...]:
        return (Load(self.name, self.field, "local_day" if self.is_moment else "day"),)

    def choices(self, ask: Ask) -> Sequence[str]:
        return self.presets

    def labels(self, actor: Actor) -> Mapping[str, str]:
        return {preset: str(PRESETS[preset]) for preset in self.presets}

    def word(self, value: str, labels: Mapping[str, str]) -> str:
        if value in PRESETS:
            return str(PRESETS[value])
        first, last = _sides(value)
        return _between(first, last)


def midnight(day: date | None) -> datetime | None:
    """The first moment of a day, in local time."""
    return None if day is None else timezone.make_aware(datetime(day.year, day.month, day.day))


def _between(first: str, last: str) -> str:
    if not last:
        return _("%(first)s 起") % {"first": first}
    if not first:
        return _("至 %(last)s") % {"last": last}
    return first if first == last else _("%(first)s 至 %(last)s") % {"first": first, "last": last}


class NumberRange(Conditions):
    """Numbers from (inclusive) to (exclusive): declared bands, and any range typed in.

    The column engine keeps each different number as a code: for whole numbers, not for measurements.
    """

    coded = True

    template = "registers/filters/numbers.html"

    def __init__(
        self, name: str, label: Any, *, bands: Sequence[tuple[Any, Any]] = (), measure: Any = "", **more: Any
    ) -> None:
        super().__init__(name, label, {}, **more)
        self.bands = tuple(f"{_text(first)}..{_text(last)}" for first, last in bands)
        self.measure = measure
        self.is_whole = False

    def clean(self, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(value for value in dict.fromkeys(values) if self._means_something(value))

    def _means_something(self, value: str) -> bool:
        try:
            self.bounds(value)
        except (ValueError, InvalidOperation):
            return False
        return True

    def bounds(self, value: str) -> tuple[Decimal | None, Decimal | None]:
        """From and to of a value of the URL."""
        first, last = _sides(value)
        found = tuple(Decimal(side) if side else None for side in (first, last))
        if any(side is not None and (not side.is_finite() or abs(side) > 10**15) for side in found):
            raise ValueError(value)
        return found[0], found[1]

    def bind(self, model: type[Model]) -> None:
        self.is_whole = isinstance(model_field(model, self.field), IntegerField)

    def condition(self, value: str, ask: Ask) -> Q:
        first, last = (
            ceil(side) if side is not None and self.is_whole else side for side in self.bounds(value)
        )
        field = self.field_on(ask)
        found = Q(**{f"{field}__isnull": False})
        if first is not None:
            found &= Q(**{f"{field}__gte": first})
        return found & Q(**{f"{field}__lt": last}) if last is not None else found

    def codes(self, values: Sequence[str], columns: Columns, ask: Ask) -> AnyOf:
        found = [columns.codes_between(self.name, *self.bounds(value)).values for value in values]
        return AnyOf(frozenset().union(*found))

    def cuts(self, values: Sequence[str], ask: Ask) -> set[int]:
        return bounds_among(self.bounds(value) for value in (*self.bands, *values))

    def named(self, pairs: Iterable[tuple[Any, int]], ask: Ask) -> dict[str, int]:
        counted = list(pairs)
        return {band: within(counted, *self.bounds(band)) for band in self.bands}

    def loads(self) -> tuple[Load, ...]:
        return (Load(self.name, self.field, "value"),)

    def choices(self, ask: Ask) -> Sequence[str]:
        return self.bands

    def labels(self, actor: Actor) -> Mapping[str, str]:
        return {band: self.word(band, {}) for band in self.bands}

    def word(self, value: str, labels: Mapping[str, str]) -> str:
        first, last = _sides(value)
        if not first:
            words = _("不到 %(last)s") % {"last": last}
        elif not last:
            words = _("%(first)s 以上") % {"first": first}
        else:
            words = _("%(first)s 至不到 %(last)s") % {"first": first, "last": last}
        return f"{words} {self.measure}".rstrip()


def _text(side: Any) -> str:
    return "" if side is None else str(side)
