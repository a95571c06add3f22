"""What the catalogue alone has sent is taken back before it is signed, with a reason that everybody can read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.cases import commands
from linli.cases.commands.move import NoteRequired
from linli.cases.models import Case
from linli.cases.queries import get_case_for
from linli.cases.queries.page import History, inbox_of, timeline_of
from linli.cases.rules import Refused
from linli.cases.tasks import tell_one
from linli.cases.tests.test_loop import received
from linli.cases.views.work.showing import Shown
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.models import Event
from linli.kernel.notices.models import Notice
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

REASON = "目录按字面判断，其实是市政管网的事"
LATER = MONDAY + timedelta(minutes=20)


def automatic(cast: Cast) -> Case:
    """Rubbish that the catalogue has sent to the community."""
    return commands.dispatch_by_rule(case_id=received(cast).pk, at=MONDAY)


def withdrawn(cast: Cast, who: str = "operator") -> Case:
    """The same, taken back by somebody."""
    return commands.withdraw(case_id=automatic(cast).pk, reason=REASON, by=cast.actors[who], at=LATER)


@pytest.mark.parametrize("who", ["operator", "dispatcher"])
def test_operator_and_dispatcher_withdraw_an_automatic_dispatch_and_it_waits_for_a_person(
    cast: Cast, who: str
) -> None:
    case = withdrawn(cast, who)
    assert (case.state, case.lead, case.due_at, case.resolve_due_at) == ("filed", None, None, None)
    assert case.assignments.get().outcome == "withdrawn"
    again = commands.dispatch_by_rule(case_id=case.pk, at=LATER)
    assert again.state == "filed", "the rule that erred does not send it again"


def test_the_timeline_says_from_whom_why_and_which_date_no_longer_holds(cast: Cast) -> None:
    case = withdrawn(cast)
    moment = timeline_of(History(case), [])[0]
    assert moment.what.startswith("撤回对冠竹苑社区的自动派遣，原办结时限 2026-11-") and moment.text == REASON


def test_the_clocks_that_were_dropped_are_named_with_their_unit_and_reason(cast: Cast) -> None:
    case = withdrawn(cast)
    shown = Shown(get_case_for(cast.actors["operator"], case.number), cast.actors["operator"], LATER)
    assert not shown.clocks
    assert {(one.clock.kind, one.clock.unit.name, why) for one, why in shown.dropped if one.clock.unit} == {
        (kind, "冠竹苑社区", "撤回自动派遣") for kind in ("sign", "contact", "resolve")
    }


def test_the_units_inbox_no_longer_shows_it_even_when_another_unit_has_it(cast: Cast) -> None:
    case = automatic(cast)
    community = cast.actors["community"]
    assert list(inbox_of(community)) == [case]
    commands.withdraw(case_id=case.pk, reason=REASON, by=cast.actors["operator"], at=LATER)
    assert not inbox_of(community)
    commands.dispatch(case_id=case.pk, lead=cast.unit("D01"), by=cast.actors["dispatcher"], at=LATER)
    assert not inbox_of(community)
    assert list(inbox_of(cast.actors["clerk"])) == [case]


def test_a_signed_case_is_not_withdrawn(cast: Cast) -> None:
    case = automatic(cast)
    commands.sign(case_id=case.pk, by=cast.actors["community"], at=LATER)
    with pytest.raises(Exception, match="处置中"):
        commands.withdraw(case_id=case.pk, reason=REASON, by=cast.actors["operator"], at=LATER)


def test_without_a_reason_nothing_is_withdrawn(cast: Cast) -> None:
    with pytest.raises(NoteRequired):
        commands.withdraw(case_id=automatic(cast).pk, reason=" ", by=cast.actors["operator"], at=LATER)


def test_what_a_person_has_sent_is_not_the_operators_to_withdraw(cast: Cast) -> None:
    case, by = received(cast), cast.actors["dispatcher"]
    commands.accept(case_id=case.pk, by=by, at=MONDAY)
    commands.dispatch(case_id=case.pk, lead=cast.unit("D01"), by=by, at=MONDAY)
    with pytest.raises(Refused, match="不是自动派遣"):
        commands.withdraw(case_id=case.pk, reason=REASON, by=cast.actors["operator"], at=LATER)


def test_an_automatic_dispatch_is_not_recalled_without_a_reason(cast: Cast) -> None:
    with pytest.raises(Refused, match="写明理由"):
        commands.recall(case_id=automatic(cast).pk, by=cast.actors["dispatcher"], at=LATER)


@pytest.mark.parametrize("who", ["community", "clerk", "leader"])
def test_who_handles_or_only_looks_may_not_withdraw(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        commands.withdraw(case_id=automatic(cast).pk, reason=REASON, by=cast.actors[who], at=LATER)


def told(name: str) -> None:
    """Tell of the one event of that name."""
    event = Event.objects.get(name=name)
    tell_one(event, Case.objects.get(pk=event.subject_id or 0), LATER)


def test_the_unit_is_told_that_it_need_not_handle_it(cast: Cast) -> None:
    withdrawn(cast)
    told("case.dispatched")
    assert not Notice.objects.exists(), "what was taken back is not announced"
    told("case.withdrawn")
    assert {notice.user_id for notice in Notice.objects.all()} == {cast.users["community"].pk}


def test_the_desk_leads_from_a_call_to_its_withdrawal(client: Client, cast: Cast) -> None:
    client.force_login(cast.users["operator"])
    text = "冠竹苑小区门口垃圾成堆,臭味很大,没有人清运"
    call = {"channel": "hotline", "text": text, "category": "0201", "place": "520103019001001"}
    page = client.post(reverse("cases:desk"), call | {"what": "register"}, follow=True)
    case = Case.objects.latest("pk")
    address = reverse("cases:do", args=[case.number, "withdraw"])
    assert case.state == "dispatched" and address in page.content.decode()
    client.post(address, {"note": REASON, "version": case.version})
    case.refresh_from_db()
    assert case.state == "filed"
