"""Dates and spans of time in the one form that every page uses."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def weekday(value: date) -> str:
    """周一 to 周日."""
    return _(DAYS[value.weekday()])


def full_day(value: date) -> str:
    """2026年11月22日 周日."""
    return _("%(year)d年%(month)d月%(day)d日 %(weekday)s") % {
        "year": value.year,
        "month": value.month,
        "day": value.day,
        "weekday": weekday(value),
    }


def short_day(value: date) -> str:
    """11月22日, for narrow columns where the year is plain from the page."""
    return _("%(month)d月%(day)d日") % {"month": value.month, "day": value.day}


def clock(value: datetime) -> str:
    """14:30."""
    return f"{value:%H:%M}"


def near_day(value: date, today: date) -> str:
    """昨天, 今天 or 明天; empty for other days."""
    names = {-1: _("昨天"), 0: _("今天"), 1: _("明天")}
    return names.get((value - today).days, "")


def full(value: datetime) -> str:
    """2026年11月22日 周日 14:30, in local time."""
    local = timezone.localtime(value)
    return f"{full_day(local.date())} {clock(local)}"


def when(value: datetime, now: datetime) -> str:
    """今天 14:30, 昨天 14:30, 明天 14:30; else the full form."""
    local, today = timezone.localtime(value), timezone.localtime(now).date()
    near = near_day(local.date(), today)
    return f"{near or full_day(local.date())} {clock(local)}"


def short(value: datetime, now: datetime) -> str:
    """今天 14:30, 11月22日 14:30, or 2025年11月22日 when the year differs: for dense tables."""
    local, today = timezone.localtime(value), timezone.localtime(now).date()
    near = near_day(local.date(), today)
    if near:
        return f"{near} {clock(local)}"
    if local.year == today.year:
        return f"{short_day(local.date())} {clock(local)}"
    day = local.date()
    return _("%(year)d年%(month)d月%(day)d日") % {"year": day.year, "month": day.month, "day": day.day}


def span(length: timedelta) -> str:
    """A length in its two largest useful parts: 3天4小时, 2小时10分钟, 12分钟. Sign is ignored."""
    minutes = abs(int(length.total_seconds())) // 60
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days >= 10 or (days and not hours):
        return _("%(n)d 天") % {"n": days}
    if days:
        return _("%(d)d 天 %(h)d 小时") % {"d": days, "h": hours}
    if hours and rest and hours < 4:
        return _("%(h)d 小时 %(m)d 分钟") % {"h": hours, "m": rest}
    if hours:
        return _("%(n)d 小时") % {"n": hours}
    return _("%(n)d 分钟") % {"n": rest}


def due(at: datetime, now: datetime, working_days: int | None = None) -> str:
    """How far a deadline is: 还有 3 小时, 已超 2 天; with working days 3 个工作日后, 已超 2 个工作日."""
    late = at < now
    if working_days:
        words = _("已超 %(n)d 个工作日") if late else _("%(n)d 个工作日后")
        return words % {"n": abs(working_days)}
    return (_("已超 %(span)s") if late else _("还有 %(span)s")) % {"span": span(at - now)}


def waited(since: datetime, now: datetime) -> str:
    """How long something has waited: 已等 3 小时."""
    return _("已等 %(span)s") % {"span": span(now - since)}


def ago(value: datetime, now: datetime) -> str:
    """刚刚, 5 分钟前, 3 小时前; a day away it is :func:`when`."""
    past = now - value
    if timedelta(0) <= past < timedelta(minutes=1):
        return _("刚刚")
    if timedelta(0) <= past < timedelta(hours=12):
        return _("%(span)s前") % {"span": span(past)}
    return when(value, now)
