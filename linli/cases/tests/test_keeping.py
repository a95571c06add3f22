"""Dates follow a changed calendar, and reporters are forgotten when their time is up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from linli.cases import commands
from linli.cases.commands import keeping
from linli.cases.models import Case, Clock
from linli.cases.queries import reporter_for
from linli.cases.tests.test_loop import handled, received
from linli.kernel.audit.models import Event
from linli.kernel.calendar.commands import change_day
from linli.kernel.privacy.models import DataKey
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

KEPT = timedelta(days=730)


def test_a_new_holiday_moves_the_running_clocks_and_keeps_the_first_date(cast: Cast) -> None:
    case = received(cast, code="0301", text="物业不作为")
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=MONDAY)
    commands.dispatch(case_id=case.pk, lead=cast.unit("D02"), by=cast.actors["dispatcher"], at=MONDAY)
    before = Clock.objects.get(case=case, kind="resolve").due_at
    change_day(
        day=date(2026, 11, 25),
        kind="rest",
        name="停电",
        source="区政府通知",
        by=cast.actors["admin"],
        at=MONDAY,
    )
    assert keeping.with_running_clocks(date(2026, 11, 23), "", 0) == [case.pk]
    assert keeping.redate(case_id=case.pk, at=MONDAY)
    after = Clock.objects.get(case=case, kind="resolve")
    assert after.due_at > before
    assert after.first_due_at == before
    assert not keeping.redate(case_id=case.pk, at=MONDAY)
    assert Event.objects.filter(name="case.redated").count() == 1


def closed(cast: Cast) -> Case:
    """A case that was checked, called back and closed."""
    case = handled(cast, received(cast))
    commands.check(
        case_id=case.pk, passed=True, note="", by=cast.actors["grid"], at=MONDAY + timedelta(hours=3)
    )
    return commands.call_back(
        case_id=case.pk,
        reached=True,
        resolved=True,
        satisfied=5,
        by=cast.actors["operator"],
        at=MONDAY + timedelta(hours=4),
    )


def test_a_reporter_is_forgotten_two_years_after_the_case_was_closed_and_not_before(cast: Cast) -> None:
    case = closed(cast)
    early, late = MONDAY + timedelta(days=700), MONDAY + timedelta(days=740)
    assert not keeping.kept_long_enough(early, KEPT).exists(), (
        "not looked at before the shortest norm is over"
    )
    assert [row.pk for row in keeping.kept_long_enough(late, KEPT)] == [case.pk]
    assert keeping.forget_reporter(case.pk, early) == 0
    assert keeping.forget_reporter(case.pk, late) == 1
    assert reporter_for(cast.actors["operator"], case).hidden == "已按保存期限销毁"
    assert DataKey.objects.get().wrapped is None
    assert not keeping.kept_long_enough(late, KEPT).exists()


def test_the_reporter_of_an_open_case_is_never_forgotten(cast: Cast) -> None:
    case = received(cast)
    assert keeping.forget_reporter(case.pk, MONDAY + timedelta(days=4000)) == 0
