"""One case all the way through the loop."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.cases import commands, rules
from linli.cases.commands import Intake, ReporterFacts
from linli.cases.models import Case
from linli.cases.queries import clocks_of, get_case_for, reporter_for
from linli.kernel.audit.queries import history_of, sentence_of
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

CALLER = ReporterFacts(name="王秀英", phone="13885100001")


def received(
    cast: Cast, text: str = "小区门口垃圾成堆，臭味很大", code: str = "0201", **given: object
) -> Case:
    """A case that 何敏 has taken down by telephone."""
    given.setdefault("reporter", CALLER)
    intake = Intake(
        channel="hotline",
        text=text,
        category=cast.category(code),
        place=cast.unit("520103019001001"),
        **given,
    )
    return commands.receive(intake, by=cast.actors["operator"], at=MONDAY)


def handled(cast: Cast, case: Case, unit: str = "520103019001", by: str = "community") -> Case:
    """Accepted, dispatched, signed and answered."""
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=MONDAY)
    commands.dispatch(case_id=case.pk, lead=cast.unit(unit), by=cast.actors["dispatcher"], at=MONDAY)
    commands.sign(case_id=case.pk, by=cast.actors[by], at=MONDAY + timedelta(hours=1))
    return commands.submit(
        case_id=case.pk, result="已清运", by=cast.actors[by], at=MONDAY + timedelta(hours=2)
    )


def test_a_call_becomes_a_closed_and_rated_case(cast: Cast) -> None:
    case = handled(cast, received(cast))
    assert case.state == "checking"
    commands.check(
        case_id=case.pk, passed=True, note="", by=cast.actors["grid"], at=MONDAY + timedelta(hours=3)
    )
    closed = commands.call_back(
        case_id=case.pk,
        reached=True,
        resolved=True,
        satisfied=5,
        by=cast.actors["operator"],
        at=MONDAY + timedelta(hours=4),
    )
    assert (closed.state, closed.resolved, closed.satisfied) == ("closed", True, 5)
    sentences = [sentence_of(event) for event in history_of("case", case.pk)]
    assert sentences == [
        "经热线登记",
        "受理立案",
        "派遣给冠竹苑社区",
        "冠竹苑社区签收",
        "反馈办理结果",
        "现场核查通过",
        "结案",
    ]


def test_the_clocks_of_a_dispatched_case_say_why_their_dates_are_so(cast: Cast) -> None:
    case = received(cast)
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=MONDAY)
    case = commands.dispatch(
        case_id=case.pk, lead=cast.unit("520103019001"), by=cast.actors["dispatcher"], at=MONDAY
    )
    shown = {clock.clock.kind: clock for clock in clocks_of(case, MONDAY)}
    assert set(shown) == {"sign", "contact", "resolve"}
    assert all(clock.lines and clock.clock.due_at > MONDAY for clock in shown.values())
    assert case.due_at == min(clock.clock.due_at for clock in shown.values())


def test_where_nobody_can_be_called_no_clock_for_calling_runs(cast: Cast) -> None:
    case = received(cast, reporter=ReporterFacts())
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=MONDAY)
    commands.dispatch(
        case_id=case.pk, lead=cast.unit("520103019001"), by=cast.actors["dispatcher"], at=MONDAY
    )
    assert set(case.clocks.values_list("kind", flat=True)) == {"sign", "resolve"}


def test_an_unhappy_caller_reopens_the_case_once_and_it_is_supervised(cast: Cast) -> None:
    case = received(cast, code="0301", text="物业不作为")
    case = handled(cast, case, unit="D02", by="builder")
    assert case.state == "calling"
    unhappy = {"reached": True, "resolved": False, "satisfied": 1, "by": cast.actors["operator"]}
    case = commands.call_back(case_id=case.pk, at=MONDAY + timedelta(hours=5), **unhappy)
    assert (case.state, case.reopen_count, case.supervised) == ("handling", 1, True)
    commands.submit(
        case_id=case.pk, result="再次处理", by=cast.actors["builder"], at=MONDAY + timedelta(hours=6)
    )
    case = commands.call_back(case_id=case.pk, at=MONDAY + timedelta(hours=7), **unhappy)
    assert (case.state, case.resolved) == ("closed", False)


def test_a_department_matter_cannot_be_sent_to_a_community_and_the_entry_is_cited(cast: Cast) -> None:
    case = received(cast, code="0302", text="餐馆用过期食品")
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=MONDAY)
    with pytest.raises(rules.Refused, match="C004"):
        commands.dispatch(
            case_id=case.pk, lead=cast.unit("520103019001"), by=cast.actors["dispatcher"], at=MONDAY
        )


def test_a_rule_that_decides_alone_dispatches_without_a_person(cast: Cast) -> None:
    case = received(cast)
    case = commands.dispatch_by_rule(case_id=case.pk, at=MONDAY)
    assert (case.state, case.lead.name) == ("dispatched", "冠竹苑社区")
    assert case.assignments.get().automatic


def test_the_reporter_of_a_tip_off_is_hidden_from_the_unit_that_handles_it(cast: Cast) -> None:
    case = received(cast, code="0302", text="举报餐馆用地沟油", kind="tipoff")
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=MONDAY)
    commands.dispatch(case_id=case.pk, lead=cast.unit("D03"), by=cast.actors["dispatcher"], at=MONDAY)
    case.refresh_from_db()
    assert reporter_for(cast.actors["dispatcher"], case).hidden
    assert reporter_for(cast.actors["operator"], case).name == "王**"
    with pytest.raises(Case.DoesNotExist):
        get_case_for(cast.actors["community"], case.number)


def test_who_asked_for_secrecy_is_not_shown_to_the_unit_that_handles_it(cast: Cast) -> None:
    case = received(cast, reporter=ReporterFacts(name="王秀英", phone="13885100001", wants_secrecy=True))
    handled(cast, case)
    case.refresh_from_db()
    assert "保密" in reporter_for(cast.actors["community"], case).hidden
    assert reporter_for(cast.actors["supervisor"], case).name == "王**"


def test_a_stranger_does_not_find_the_case(cast: Cast) -> None:
    case = received(cast)
    with pytest.raises(Case.DoesNotExist):
        get_case_for(cast.actors["stranger"], case.number)
