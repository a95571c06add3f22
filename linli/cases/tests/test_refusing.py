"""A community refuses a case that the lists do not lay on it: no return, no clock, the entry cited; and takes a wrong click back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from linli.cases import commands
from linli.cases.commands import Intake, ReporterFacts
from linli.cases.models import Case, Objection
from linli.cases.queries.reading import actions_for
from linli.cases.rules import Refused
from linli.duties import commands as duties
from linli.duties.models import Refusal
from linli.kernel.accounts.verbs import NotAllowed
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

HERE = "520103019001"


def given(cast: Cast, category: str = "0301", **more: Any) -> Case:
    """A case that a dispatcher gave to the community by hand."""
    intake = Intake(
        channel="hotline", text="电梯坏了", category=cast.category(category), place=cast.unit("520103019001001"),
        reporter=ReporterFacts(phone="13885100001"), **more,
    )  # fmt: skip
    by = cast.actors["dispatcher"]
    case = commands.receive(intake, by=by, at=MONDAY)
    commands.accept(case_id=case.pk, by=by, at=MONDAY)
    return commands.dispatch(case_id=case.pk, lead=cast.unit(HERE), by=by, at=MONDAY)


def test_a_case_that_the_catalogue_gives_to_a_department_is_refused_with_the_entry(cast: Cast) -> None:
    case = commands.refuse_case(case_id=given(cast).pk, by=cast.actors["community"], at=MONDAY)
    refusal = Refusal.objects.get()
    assert (case.state, case.lead, case.return_count) == ("filed", None, 0)
    assert (refusal.department.code, refusal.channel, refusal.about) == ("D02", "case", case.number)
    assert refusal.citation == "派单目录第 C003 条由云岩区住房和城乡建设局主办"
    assert "电梯" not in refusal.title


def test_a_refusal_is_no_return_and_its_clocks_are_dropped_not_missed(cast: Cast) -> None:
    case = commands.refuse_case(case_id=given(cast).pk, by=cast.actors["community"], at=MONDAY)
    assert not Objection.objects.exists()
    assert case.due_at is None
    assert set(case.clocks.values_list("dropped", flat=True)) == {True}
    assert case.assignments.get().outcome == "refused"


def test_what_the_catalogue_lays_on_the_community_is_not_refused_but_may_be_returned(cast: Cast) -> None:
    case = given(cast, "0201")
    with pytest.raises(Refused, match="派单目录第 C002 条由所在社区（村）主办，不能拒收"):
        commands.refuse_case(case_id=case.pk, by=cast.actors["community"], at=MONDAY)
    verbs = {step.verb for step in actions_for(cast.actors["community"], case, MONDAY)}
    assert "return" in verbs and "refuse" not in verbs


def test_a_danger_to_life_is_dealt_with_first(cast: Cast) -> None:
    case = given(cast, urgency="critical")
    with pytest.raises(Refused, match="特急"):
        commands.refuse_case(case_id=case.pk, by=cast.actors["community"], at=MONDAY)


def test_a_department_returns_and_does_not_refuse(cast: Cast) -> None:
    case = given(cast)
    for who in ("builder", "clerk", "dispatcher"):
        with pytest.raises(NotAllowed):
            commands.refuse_case(case_id=case.pk, by=cast.actors[who], at=MONDAY)
    with pytest.raises((NotAllowed, Refused)):
        commands.refuse_case(case_id=case.pk, by=cast.actors["stranger"], at=MONDAY)


def test_a_wrong_click_gives_the_case_back_with_fresh_clocks(cast: Cast) -> None:
    by = cast.actors["community"]
    case = commands.refuse_case(case_id=given(cast).pk, by=by, at=MONDAY)
    case = commands.take_back_refusal(case_id=case.pk, by=by, at=MONDAY)
    assert (case.state, case.lead and case.lead.code) == ("dispatched", HERE)
    assert Refusal.objects.get().state == "taken_back"
    assert case.due_at is not None


def test_an_answered_refusal_is_not_taken_back(cast: Cast) -> None:
    by = cast.actors["community"]
    case = commands.refuse_case(case_id=given(cast).pk, by=by, at=MONDAY)
    duties.answer_refusal(
        number=Refusal.objects.get().number, verb="uphold", by=cast.actors["gate"], at=MONDAY
    )
    with pytest.raises(Refused, match="没有可以撤回的拒收"):
        commands.take_back_refusal(case_id=case.pk, by=by, at=MONDAY)


def test_a_case_let_through_as_an_emergency_may_be_given_again_and_is_not_refused(cast: Cast) -> None:
    by = cast.actors["community"]
    case = commands.refuse_case(case_id=given(cast, "0301").pk, by=by, at=MONDAY)
    duties.answer_refusal(
        number=Refusal.objects.get().number, verb="let_through", note="停电困人", until=MONDAY.date(), by=cast.actors["gate"], at=MONDAY
    )  # fmt: skip
    commands.dispatch(case_id=case.pk, lead=cast.unit(HERE), by=cast.actors["dispatcher"], at=MONDAY)
    with pytest.raises(Refused, match="应急直通"):
        commands.refuse_case(case_id=case.pk, by=by, at=MONDAY)


def test_the_button_refuses_and_the_toast_takes_it_back(cast: Cast, client: Client) -> None:
    case = given(cast)
    client.force_login(cast.users["community"])
    assert "拒收" in client.get(f"/cases/{case.number}/").content.decode()
    answer = client.post(f"/cases/{case.number}/do/refuse/", {"version": case.version})
    assert answer.status_code == 302
    assert Case.objects.get(pk=case.pk).state == "filed"
    case.refresh_from_db()
    client.post(f"/cases/{case.number}/do/unrefuse/", {"version": case.version})
    assert Case.objects.get(pk=case.pk).state == "dispatched"
