"""Self-reports, suggestions, confirmations, the counting: who may, what is refused, and that undoing gives back what was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.algorithms.burden import Range
from linli.algorithms.statetable import NotPossible
from linli.assessment import commands, policy, states
from linli.assessment.commands import Answer, Refused
from linli.assessment.models import Count, SelfReport, Suggestion
from linli.assessment.queries.records import recorded
from linli.assessment.tests.factories import NEXT, OWN, STREET, asked, figures, period, told
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.privacy.retention import RETENTION
from tests.cast import MONDAY, TESTER, Cast

pytestmark = pytest.mark.django_db

ANSWER = Answer("adopted", "两张表从下月起并为一张。", "两张表问的是同样的人数，可以并成一张。")


def standing() -> SelfReport:
    return SelfReport.objects.standing().get()


def test_a_community_tells_corrects_and_takes_back(cast: Cast) -> None:
    by = cast.actors["community"]
    first = commands.report(unit=cast.unit(OWN), year=2026, figures=figures(meeting=10), by=by, at=MONDAY)
    second = commands.report(
        unit=cast.unit(OWN), year=2026, figures=figures(meeting=12, form=200), by=by, at=MONDAY
    )
    assert (first.number, second.number, standing().pk) == (1, 2, second.pk)
    assert [event.name for event in Event.objects.filter(subject_kind="burden_report").order_by("pk")] == [
        "burden.reported",
        "burden.corrected",
    ]
    assert commands.take_back(report_id=second.pk, by=by, at=MONDAY) == first
    assert standing().pk == first.pk
    assert commands.take_back(report_id=first.pk, by=by, at=MONDAY) is None
    assert not SelfReport.objects.standing().exists()
    with pytest.raises(Refused, match="已经更正或收回"):
        commands.take_back(report_id=first.pk, by=by, at=MONDAY)
    third = commands.report(unit=cast.unit(OWN), year=2026, figures=figures(meeting=9), by=by, at=MONDAY)
    assert third.number == 3


@pytest.mark.parametrize(
    ("year", "told_figures", "why"),
    [(2027, {"meeting": 1}, "今年"), (2020, {"meeting": 1}, "今年"), (2026, {}, "至少填一项"), (2026, {"mood": 3}, "mood"), (2026, {"grid__ding": 3}, "网格员")],
)  # fmt: skip
def test_what_cannot_be_told_is_refused(
    cast: Cast, year: int, told_figures: dict[str, int], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        commands.report(
            unit=cast.unit(OWN),
            year=year,
            figures=figures(**told_figures),
            by=cast.actors["community"],
            at=MONDAY,
        )


def test_telling_the_same_again_is_no_correction(cast: Cast) -> None:
    told(cast)
    with pytest.raises(Refused, match="没有改动"):
        told(cast)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("stranger", OWN),
        ("clerk", OWN),
        ("grid", OWN),
        ("leader", OWN),
        ("community", STREET),
        ("community", NEXT),
    ],
)
def test_only_who_looks_after_a_community_tells_for_it(cast: Cast, who: str, code: str) -> None:
    with pytest.raises(NotAllowed):
        commands.report(
            unit=cast.unit(code), year=2026, figures=figures(meeting=1), by=cast.actors[who], at=MONDAY
        )


def test_the_street_may_tell_for_its_communities_and_a_stranger_takes_nothing_back(cast: Cast) -> None:
    row = commands.report(
        unit=cast.unit(OWN), year=2026, figures=figures(meeting=1), by=cast.actors["street"], at=MONDAY
    )
    with pytest.raises(Refused, match="本单位"):
        commands.take_back(report_id=row.pk, by=cast.actors["stranger"], at=MONDAY)


def test_self_reports_are_opened_in_the_own_territory_alone(cast: Cast) -> None:
    told(cast)
    seen = {
        who: policy.reports_for(cast.actors[who]).count()
        for who in ("community", "street", "leader", "stranger", "clerk")
    }
    assert seen == {"community": 1, "street": 1, "leader": 1, "stranger": 0, "clerk": 0}


def test_counting_twice_gives_the_same_and_is_one_event_each_time(cast: Cast) -> None:
    asked(cast)
    keeper = cast.actors["keeper"]
    before = Event.objects.filter(name="burden.counted").count()
    commands.count(period=period(), by=keeper, at=MONDAY)
    first = set(Count.objects.values_list("unit", "owner", "kind", "number"))
    commands.count(period=period(), by=keeper, at=MONDAY + timedelta(days=1))
    assert set(Count.objects.values_list("unit", "owner", "kind", "number")) == first
    assert Event.objects.filter(name="burden.counted").count() == before + 2
    with pytest.raises(NotAllowed):
        commands.count(period=period(), by=cast.actors["community"], at=MONDAY)


def test_counting_by_a_keeper_finds_what_the_system_itself_finds(cast: Cast) -> None:
    asked(cast)
    found = recorded(period())
    assert sum(number for (_unit, _owner, kind), number in found.items() if kind == "form") == 2
    assert sum(number for (_unit, _owner, kind), number in found.items() if kind == "certificate") == 3
    assert recorded(period("2025")).total() == 0


# --- Suggestions --------------------------------------------------------------------------------------------------------


def suggested(cast: Cast, who: str = "community") -> Suggestion:
    return commands.suggest(
        topic="form", about="D01", text="两张表问同样的人数，可以并。", by=cast.actors[who], at=MONDAY
    )


def test_a_suggestion_has_its_date_and_nobody_learns_who_made_it(cast: Cast) -> None:
    row = suggested(cast)
    assert row.number == "JF202600001" and row.due_at > MONDAY + timedelta(days=15)
    event = Event.objects.get(name="burden.suggested")
    assert (event.actor_id, event.actor_label) == (None, "提建议的人")
    assert suggested(cast).number == "JF202600002"


def test_a_suggestion_is_answered_in_the_open_once(cast: Cast) -> None:
    row = suggested(cast)
    done = commands.answer(number=row.number, answer=ANSWER, by=cast.actors["keeper"], at=MONDAY)
    assert (done.state, done.answered_for) == (states.ANSWERED, "云岩区")
    with pytest.raises(NotPossible):
        commands.answer(number=row.number, answer=ANSWER, by=cast.actors["keeper"], at=MONDAY)
    with pytest.raises(NotPossible):
        commands.withdraw(number=row.number, by=cast.actors["community"], at=MONDAY)


@pytest.mark.parametrize(
    "answer", [Answer("", "好", "好"), Answer("adopted", " ", "好"), Answer("adopted", "好", "")]
)
def test_an_answer_says_what_comes_of_it_and_what_everybody_reads(cast: Cast, answer: Answer) -> None:
    with pytest.raises(Refused):
        commands.answer(number=suggested(cast).number, answer=answer, by=cast.actors["keeper"], at=MONDAY)


def test_only_the_author_takes_a_suggestion_back_and_only_the_office_answers(cast: Cast) -> None:
    row = suggested(cast)
    with pytest.raises(NotAllowed):
        commands.withdraw(number=row.number, by=cast.actors["keeper"], at=MONDAY)
    with pytest.raises(NotAllowed):
        commands.answer(number=row.number, answer=ANSWER, by=cast.actors["leader"], at=MONDAY)
    assert (
        commands.withdraw(number=row.number, by=cast.actors["community"], at=MONDAY).state == states.WITHDRAWN
    )


def test_what_waits_is_seen_by_the_author_and_the_office_and_what_is_answered_by_all(cast: Cast) -> None:
    row = suggested(cast)
    looks = ("community", "keeper", "stranger", "leader")
    assert [policy.suggestions_for(cast.actors[who]).count() for who in looks] == [1, 1, 0, 0]
    commands.answer(number=row.number, answer=ANSWER, by=cast.actors["keeper"], at=MONDAY)
    assert [policy.suggestions_for(cast.actors[who]).count() for who in looks] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("topic", "about", "text", "why"),
    [
        ("mood", "", "x", "哪一方面"),
        ("form", "D99", "x", "部门"),
        ("form", "", "  ", "写明"),
        ("form", "", "长" * 2001, "2000"),
    ],
)
def test_a_suggestion_that_says_nothing_is_refused(
    cast: Cast, topic: str, about: str, text: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        commands.suggest(topic=topic, about=about, text=text, by=cast.actors["community"], at=MONDAY)


def test_who_does_not_sign_in_leaves_nothing_of_themselves(cast: Cast) -> None:
    row = commands.suggest(topic="other", text="少开会", by=Actor.public(), at=MONDAY)
    assert row.author is None


def test_a_year_after_the_answer_the_author_is_forgotten_and_after_three_years_who_filled_in(
    cast: Cast,
) -> None:
    row, report = suggested(cast), told(cast)
    commands.answer(number=row.number, answer=ANSWER, by=cast.actors["keeper"], at=MONDAY)
    later = MONDAY + timedelta(days=1200)
    for name in ("burden.authors", "burden.reporters"):
        rule = RETENTION[name]
        ids = list(rule.due_rows(later, timedelta(days=rule.days or 365)).values_list("pk", flat=True))
        assert rule.forget(ids, TESTER, later) == 1
    row.refresh_from_db()
    report.refresh_from_db()
    assert (row.author, row.answer, report.reported_by) == (None, ANSWER.answer, "")
    assert report.figures["meeting"]["likely"] == 120


def test_a_rule_that_code_looks_at_is_not_confirmed_by_hand(cast: Cast) -> None:
    keeper = cast.actors["keeper"]
    with pytest.raises(Refused, match="当场核对"):
        commands.confirm(rule="level", state="kept", note="看过", by=keeper, at=MONDAY)
    with pytest.raises(Refused, match="依据"):
        commands.confirm(rule="filing", state="kept", note=" ", by=keeper, at=MONDAY)
    with pytest.raises(NotAllowed):
        commands.confirm(rule="filing", state="kept", note="备案号", by=cast.actors["leader"], at=MONDAY)
    assert (
        commands.confirm(rule="filing", state="kept", note="备案号 1", by=keeper, at=MONDAY).confirmed_by
        == "白露（云岩区 数据管理员）"
    )


def test_ranges_are_kept_as_they_were_told(cast: Cast) -> None:
    about = {"meeting": Range.of({"low": 50, "likely": 65, "high": 80})}
    row = commands.report(unit=cast.unit(OWN), year=2026, figures=about, by=TESTER, at=MONDAY)
    assert row.figures == {"meeting": {"low": 50, "likely": 65, "high": 80}}
