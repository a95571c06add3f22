"""The calendar as clocks see it, and how it is changed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from linli.algorithms.worktime import SHANGHAI, DayKind, Unit, add
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.calendar import commands, importers
from linli.kernel.calendar.models import Day, Kind, Year
from linli.kernel.calendar.queries import NoCalendar, calendar_for
from linli.kernel.calendar.rules import CalendarRefused, checked_notice
from linli.kernel.norms import commands as norm_commands
from linli.kernel.norms import importers as norm_importers
from linli.kernel.norms.commands import Change
from linli.kernel.norms.rules import NormRefused

AT = datetime(2026, 11, 22, 2, tzinfo=UTC)
SYSTEM = Actor.system("测试")
ADMIN = Actor("管理员", user_id=1, verbs=frozenset({"calendar.change", "norm.change"}))
STREET = "520103/520103001/"
FRIDAY = date(2026, 11, 27)


@pytest.fixture
def loaded(db: None) -> None:
    """The shipped calendar and norms."""
    norm_importers.load(by=SYSTEM, at=AT)
    importers.load(by=SYSTEM, at=AT)


def change(**values: Any) -> Day:
    usual: dict[str, Any] = {
        "day": FRIDAY,
        "kind": Kind.REST,
        "name": "民族节日",
        "source": "云府办〔2026〕8号",
        "by": ADMIN,
        "at": AT,
    }
    return commands.change_day(**{**usual, **values})


def test_twenty_years_are_shipped_and_loading_again_changes_nothing(loaded: None) -> None:
    assert sorted(Year.objects.values_list("year", flat=True)) == list(range(2007, 2027))
    assert Day.objects.count() == 678
    assert importers.load(by=SYSTEM, at=AT) == []
    assert Event.objects.filter(name="calendar.loaded").count() == 1


def test_holidays_rest_and_make_up_days_work(loaded: None) -> None:
    calendar = calendar_for()
    assert not calendar.is_working(date(2026, 10, 1))
    assert calendar.is_working(date(2026, 10, 10)), "a Saturday worked for the holiday"
    assert not calendar.is_working(date(2026, 10, 17)), "an ordinary Saturday"
    assert calendar.is_provisional(date(2027, 1, 4)) and not calendar.is_provisional(date(2026, 12, 31))


def test_the_same_calendar_is_shared_until_something_changes(loaded: None) -> None:
    first = calendar_for(STREET)
    assert calendar_for("520103/520103002/") is first
    change(place=STREET)
    assert calendar_for(STREET) is not first
    assert not calendar_for(STREET).is_working(FRIDAY)
    assert calendar_for("520103/520103002/").is_working(FRIDAY)


def test_a_local_day_is_recorded_and_can_be_taken_back(loaded: None) -> None:
    change()
    change(kind=Kind.HALF, hours=["09:00-12:00"])
    assert calendar_for().row(FRIDAY).kind is DayKind.HALF  # type: ignore[union-attr]
    events = Event.objects.filter(name="calendar.day_changed").order_by("id")
    assert [(event.before.get("kind"), event.after["kind"]) for event in events] == [
        (None, "休息"),
        ("休息", "半天"),
    ]
    commands.restore_day(day=FRIDAY, by=ADMIN, at=AT)
    assert calendar_for().row(FRIDAY) is None
    with pytest.raises(CalendarRefused):
        commands.restore_day(day=FRIDAY, by=ADMIN, at=AT)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"source": ""}, "依据"),
        ({"name": " "}, "名称"),
        ({"kind": Kind.HALF}, "时段"),
        ({"hours": ["x"], "kind": Kind.HALF}, "时段"),
    ],
)
def test_a_change_without_what_it_needs_is_refused(loaded: None, values: dict[str, Any], words: str) -> None:
    with pytest.raises(CalendarRefused, match=words):
        change(**values)


def test_only_who_may_changes_the_calendar(loaded: None) -> None:
    stranger = Actor("王芳", user_id=3)
    with pytest.raises(NotAllowed):
        change(by=stranger)
    with pytest.raises(NotAllowed):
        commands.restore_day(day=FRIDAY, by=stranger, at=AT)
    with pytest.raises(NotAllowed):
        commands.import_year(notice=importers.shipped()[0], by=stranger, at=AT)


def test_a_new_year_is_imported_over_a_local_guess(loaded: None) -> None:
    text = {
        "year": 2027,
        "papers": ["国办发明电〔2026〕9号"],
        "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}],
    }
    commands.import_year(
        notice=importers.read_notice("2027.json", json.dumps(text).encode()), by=ADMIN, at=AT
    )
    calendar = calendar_for()
    assert not calendar.is_provisional(date(2027, 1, 4)) and not calendar.is_working(date(2027, 1, 1))
    assert importers.load(by=SYSTEM, at=AT) == []


def test_a_csv_of_a_year_says_the_same(loaded: None) -> None:
    notice = importers.read_notice(
        "2027.csv", "日期,安排,名称\n2027-01-01,休,元旦\n2027-01-03,班,元旦\n".encode(), source="通知"
    )
    assert (notice.year, [kind for _, kind, _ in notice.days]) == (2027, [DayKind.REST, DayKind.WORKING])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", b"{", "第 1 行"),
        ("a.json", b"[]", "三项"),
        ("a.csv", b"x\n1\n", "第 2 行"),
        ("a.csv", b"", "没有任何"),
        ("a.json", b"\xff\xfe", "UTF-8"),
    ],
)
def test_an_unreadable_file_says_where(name: str, content: bytes, words: str) -> None:
    with pytest.raises(CalendarRefused, match=words):
        importers.read_notice(name, content)


def test_an_imported_year_is_not_overwritten_by_the_product(loaded: None) -> None:
    notice = checked_notice(2026, "更正通知", [(date(2026, 10, 1), DayKind.REST, "国庆节")])
    commands.import_year(notice=notice, by=ADMIN, at=AT)
    assert importers.load(by=SYSTEM, at=AT) == []
    assert Day.objects.filter(notice_id=2026).count() == 1


def test_a_clock_follows_summer_hours_from_their_first_day(loaded: None) -> None:
    change = Change(
        key="calendar.hours",
        value=["09:00-12:00", "15:00-18:00"],
        valid_from=date(2026, 12, 1),
        source="夏令通知",
    )
    norm_commands.set_norm(change=change, by=ADMIN, at=AT)
    calendar = calendar_for()
    monday = datetime(2026, 11, 30, 16, 30, tzinfo=SHANGHAI)
    assert add(monday, 4, Unit.WORKING_HOUR, calendar).at == datetime(2026, 12, 1, 12, tzinfo=SHANGHAI)
    assert add(monday, 5, Unit.WORKING_HOUR, calendar).at == datetime(2026, 12, 1, 16, tzinfo=SHANGHAI)


def test_working_hours_that_cannot_be_read_are_refused_by_the_norm(loaded: None) -> None:
    change = Change(key="calendar.hours", value=["9点"], valid_from=date(2026, 12, 1), source="通知")
    with pytest.raises(NormRefused, match="时段"):
        norm_commands.set_norm(change=change, by=ADMIN, at=AT)


def test_an_empty_calendar_says_how_to_fill_it(db: None) -> None:
    norm_importers.load(by=SYSTEM, at=AT)
    with pytest.raises(NoCalendar, match="calendar load"):
        calendar_for()


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "half"},
        {"source": ""},
        {"notice_id": 2026, "place": STREET},
        {"notice_id": 2026, "date": date(2026, 10, 1)},
    ],
)
def test_the_database_refuses_rows_that_make_no_sense(loaded: None, values: dict[str, Any]) -> None:
    usual: dict[str, Any] = {"date": FRIDAY, "kind": "rest", "name": "节", "source": "通知"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Day.objects.create(**{**usual, **values})


def test_a_place_has_one_local_row_a_day(loaded: None) -> None:
    change()
    with pytest.raises(IntegrityError), transaction.atomic():
        Day.objects.create(date=FRIDAY, kind="rest", name="节", source="通知")
