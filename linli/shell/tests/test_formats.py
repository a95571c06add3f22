"""Dates, numbers and telephone numbers are written one way on every page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from linli.shell.templatetags import dates, numbers


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=timezone.get_current_timezone())  # type: ignore[misc, arg-type]


NOW = local(2026, 11, 22, 15, 0)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (local(2026, 11, 22, 14, 30), "今天 14:30"),
        (local(2026, 11, 21, 9, 5), "昨天 09:05"),
        (local(2026, 11, 23, 0, 0), "明天 00:00"),
        (local(2026, 11, 20, 14, 30), "2026年11月20日 周五 14:30"),
        (datetime(2026, 11, 21, 17, 0, tzinfo=UTC), "今天 01:00"),
    ],
)
def test_near_days_have_names_and_far_ones_are_written_out(moment: datetime, words: str) -> None:
    assert dates.when(moment, NOW) == words


def test_a_date_names_its_weekday() -> None:
    assert dates.full_day(date(2026, 11, 22)) == "2026年11月22日 周日"


def test_a_dense_table_shows_the_year_only_when_it_is_another_one() -> None:
    assert dates.short(local(2026, 10, 1, 8, 0), NOW) == "10月1日 08:00"
    assert dates.short(local(2025, 10, 1, 8, 0), NOW) == "2025年10月1日"


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=12), "还有 12 分钟"),
        (timedelta(hours=2, minutes=10), "还有 2 小时 10 分钟"),
        (timedelta(hours=5, minutes=40), "还有 5 小时"),
        (timedelta(days=3, hours=4), "还有 3 天 4 小时"),
        (timedelta(days=12, hours=4), "还有 12 天"),
        (timedelta(days=-2), "已超 2 天"),
    ],
)
def test_a_deadline_says_how_far_it_is(left: timedelta, words: str) -> None:
    assert dates.due(NOW + left, NOW) == words


def test_a_deadline_counted_in_working_days_says_so() -> None:
    assert dates.due(NOW + timedelta(days=5), NOW, working_days=3) == "3 个工作日后"
    assert dates.due(NOW - timedelta(days=5), NOW, working_days=3) == "已超 3 个工作日"


def test_the_recent_past_is_told_in_minutes_and_the_rest_as_a_date() -> None:
    assert dates.ago(NOW - timedelta(seconds=20), NOW) == "刚刚"
    assert dates.ago(NOW - timedelta(minutes=5), NOW) == "5 分钟前"
    assert dates.ago(NOW - timedelta(days=1), NOW) == "昨天 15:00"


def test_large_numbers_carry_their_unit() -> None:
    assert numbers.compact(1_234) == ("1,234", "")
    assert numbers.compact(123_456) == ("12.3", "万")
    assert numbers.compact(1_350_000) == ("135", "万")
    assert numbers.compact(230_000_000) == ("2.3", "亿")


def test_what_is_unknown_is_a_dash_and_not_nought() -> None:
    assert numbers.number(None) == "—"
    assert numbers.number(0) == "0"
    assert numbers.percent(None) == "—"


def test_money_has_two_decimals_and_its_unit() -> None:
    assert numbers.money(1234.5) == "1,234.50 元"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("13851001234", "138 5100 1234"),
        ("138****1234", "138 **** 1234"),
        ("085186771234", "0851-8677 1234"),
        ("02086771234", "020-8677 1234"),
        ("12345", "12345"),
        (None, ""),
    ],
)
def test_telephone_numbers_are_grouped_as_people_read_them(raw: str | None, shown: str) -> None:
    assert numbers.phone(raw) == shown
