"""What the clock does by itself: nobody is skipped, nothing is said twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from linli.cases import commands
from linli.cases.commands.escalation import PASSES
from linli.cases.models import Case, Clock, Supervision
from linli.cases.tasks import go_through, tell_one
from linli.cases.tests.test_loop import received
from linli.kernel.audit.models import Event
from linli.kernel.jobs.job import STOP, LeftOff
from linli.kernel.notices.models import Notice
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db


def dispatched(cast: Cast, unit: str = "520103019001") -> Case:
    """A case that waits to be signed."""
    case = received(cast)
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=MONDAY)
    return commands.dispatch(case_id=case.pk, lead=cast.unit(unit), by=cast.actors["dispatcher"], at=MONDAY)


def watch(at: datetime) -> int:
    """Go through all passes at a moment, as the job does."""
    done = 0
    for find, step in PASSES:
        last = 0
        while ids := find(at, last):
            done += sum(step(row_id, at) for row_id in ids)
            last = ids[-1]
    return done


def names(case: Case) -> list[str]:
    """The names of a case's events."""
    return list(
        Event.objects.filter(subject_id=case.pk, subject_kind="case")
        .order_by("id")
        .values_list("name", flat=True)
    )


def test_a_clock_is_warned_of_and_said_late_once(cast: Cast) -> None:
    case = dispatched(cast)
    due = Clock.objects.get(case=case, kind="sign").due_at
    watch(due - timedelta(minutes=10))
    watch(due - timedelta(minutes=5))
    watch(due + timedelta(minutes=5))
    watch(due + timedelta(minutes=6))
    assert names(case).count("case.overdue") == 1
    assert names(case).count("case.at_risk") >= 1


def test_an_overdue_case_rises_step_by_step_to_the_county_and_then_stays_there(cast: Cast) -> None:
    case = dispatched(cast)
    for days in range(1, 40):
        watch(MONDAY + timedelta(days=days))
    case.refresh_from_db()
    units = list(
        Event.objects.filter(subject_id=case.pk, name="case.escalated")
        .order_by("id")
        .values_list("after__unit", flat=True)
    )
    assert units == ["冠竹苑社区", "大营路街道", "云岩区"]
    assert case.escalation == 3
    assert watch(MONDAY + timedelta(days=41)) == 0


def risen(case: Case) -> list[str]:
    """The units that heard of an overdue case, in their order."""
    steps = Event.objects.filter(subject_id=case.pk, name="case.escalated").order_by("id")
    return list(steps.values_list("after__unit", flat=True))


def notices_of_the_rise(case: Case) -> list[tuple[str, str]]:
    """Who is told of an overdue case that rises, and to which unit it rose, in their order."""
    for event in Event.objects.filter(subject_id=case.pk, name="case.escalated").order_by("id"):
        tell_one(event, Case.objects.get(pk=event.subject_id or 0), MONDAY)
    told = Notice.objects.filter(template="case.escalated").order_by("event_id", "user_id")
    return [(notice.user.display_name, notice.title.partition("上报")[2]) for notice in told]


def test_a_rise_is_told_to_those_who_must_act_on_it_and_to_nobody_else(cast: Cast) -> None:
    case = dispatched(cast)
    for days in range(1, 40):
        watch(MONDAY + timedelta(days=days))
    told = notices_of_the_rise(case)
    assert {name for name, unit in told if unit == "冠竹苑社区"} == {"苏兰"}
    assert {name for name, unit in told if unit == "大营路街道"} == {"苏兰", "田野"}
    assert {name for name, unit in told if unit == "云岩区"} == {"苏兰", "邓严", "江河"}


def test_of_steps_that_are_taken_at_once_everybody_hears_once(cast: Cast) -> None:
    case = dispatched(cast, "D02")
    watch(MONDAY + timedelta(days=40))
    told = [name for name, _unit in notices_of_the_rise(case)]
    assert risen(case).count("云岩区") == 2
    assert sorted(told) == sorted({"高原", "方宁", "邓严", "江河"})


def test_the_words_of_a_step_say_the_date_that_passed_in_local_time(cast: Cast) -> None:
    case = dispatched(cast)
    due = Clock.objects.get(case=case, kind="resolve").due_at.astimezone(MONDAY.tzinfo)
    Clock.objects.filter(case=case, kind="sign").delete()
    Case.objects.filter(pk=case.pk).update(due_at=due)
    watch(due + timedelta(days=30))
    words = Supervision.objects.filter(case=case).order_by("id")[0].words
    assert f"{due.year}年{due.month}月{due.day}日 周" in words and f" {due:%H:%M}，" in words
    late = Event.objects.filter(subject_id=case.pk, name="case.overdue")
    assert f"{due:%Y-%m-%d %H:%M}" in late.values_list("after__due", flat=True)


def test_a_new_date_that_passes_too_rises_from_the_first_step_again(cast: Cast) -> None:
    case = dispatched(cast)
    watch(MONDAY + timedelta(days=40))
    commands.reassign(
        case_id=case.pk, lead=cast.unit("520103019002"), reason="地点在友谊花园", by=cast.actors["dispatcher"],
        at=MONDAY + timedelta(days=41),
    )  # fmt: skip
    watch(MONDAY + timedelta(days=80))
    assert risen(case) == ["冠竹苑社区", "大营路街道", "云岩区", "友谊花园社区", "大营路街道", "云岩区"]


def test_a_case_signed_late_is_no_less_watched_until_it_is_done(cast: Cast) -> None:
    case = dispatched(cast)
    due = Clock.objects.get(case=case, kind="resolve").due_at
    watch(due - timedelta(hours=1))
    before = len(risen(case))
    commands.sign(case_id=case.pk, by=cast.actors["community"], at=due - timedelta(minutes=30))
    watch(due + timedelta(days=30))
    assert before > 0 and risen(case)[before:][-3:] == ["冠竹苑社区", "大营路街道", "云岩区"]


def test_every_overdue_case_is_reached_however_many_there_are(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.cases.commands.escalation.STEP", 2)
    cases = [dispatched(cast) for _ in range(5)]
    watch(MONDAY + timedelta(days=10))
    assert all("case.escalated" in names(case) for case in cases)


def test_a_watch_that_is_asked_to_stop_leaves_off_between_two_cases_and_finds_the_rest_again(
    cast: Cast,
) -> None:
    cases = [dispatched(cast) for _ in range(3)]
    late = MONDAY + timedelta(days=10)
    find, step = PASSES[-1]

    def stop_after_one(case_id: int, at: datetime) -> int:
        STOP.set()
        return step(case_id, at)

    try:
        with pytest.raises(LeftOff):
            go_through(find, stop_after_one, late)
    finally:
        STOP.clear()
    assert ["case.escalated" in names(case) for case in cases] == [True, False, False]
    assert go_through(find, step, late) == []
    assert [names(case).count("case.escalated") for case in cases] == [
        names(cases[0]).count("case.escalated")
    ] * 3


def test_a_pause_ends_at_its_cap_without_anybody_doing_it(cast: Cast) -> None:
    case = dispatched(cast)
    commands.sign(case_id=case.pk, by=cast.actors["community"], at=MONDAY)
    commands.pause(case_id=case.pk, reason="等诉求人回来", by=cast.actors["community"], at=MONDAY)
    watch(MONDAY + timedelta(days=30))
    case.refresh_from_db()
    assert case.state == "handling"


def test_a_dispatch_is_told_to_those_who_can_sign_it(cast: Cast) -> None:
    case = dispatched(cast)
    event = Event.objects.get(subject_id=case.pk, name="case.dispatched")
    tell_one(event, Case.objects.get(pk=event.subject_id or 0), MONDAY)
    tell_one(event, Case.objects.get(pk=event.subject_id or 0), MONDAY)
    assert [notice.user for notice in Notice.objects.all()] == [cast.users["community"]]


def test_a_dispatch_that_was_taken_back_is_not_told(cast: Cast) -> None:
    case = dispatched(cast)
    commands.recall(case_id=case.pk, by=cast.actors["dispatcher"], at=MONDAY + timedelta(seconds=3))
    event = Event.objects.get(subject_id=case.pk, name="case.dispatched")
    tell_one(event, Case.objects.get(pk=event.subject_id or 0), MONDAY + timedelta(seconds=11))
    assert not Notice.objects.exists()
