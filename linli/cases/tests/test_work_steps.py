"""A button is shown exactly where pressing it is accepted: every person, every state, every arrow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from linli.algorithms.statetable import NotPossible
from linli.cases import commands, rules
from linli.cases.commands import Intake, ReporterFacts
from linli.cases.forms.work import DoForm
from linli.cases.models import Case
from linli.cases.queries import get_case_for
from linli.cases.states import STATES, TABLE
from linli.cases.views.work.doing import take
from linli.cases.views.work.doings import DOINGS
from linli.cases.views.work.showing import Shown
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import set_viewer
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

BY_RULE = "by rule"
"""In place of a lead unit: the catalogue alone has sent the case."""

COMMUNITY, STREET, GRID = "520103019001", "520103019", "520103019001001"
FAMILY = {"submit_to_callback": "submit", "check_close": "check_pass", "callback_reopen": "callback_close"}
"""Arrows that one command chooses between."""

WORDS = {
    "note": "按规定办理", "reason": "按规定办理", "result": "已清运", "words": "已联系", "decision": "同意", "answer": "已办",
    "category": "0201", "kind": "complaint", "urgency": "normal", "channel": "110", "found": "yes", "way": "phone",
    "reached": "yes", "resolved": "yes", "satisfied": "5", "step": "remind", "amount": "1", "granted": "yes",
}  # fmt: skip
DEEDS = ("contact", "measure", "extend", "put_off", "supervise", "exclude")


def received(cast: Cast, **given: Any) -> Case:
    """A call about rubbish in the community."""
    reporter = ReporterFacts(name="王秀英", phone="13885100001")
    intake = Intake(
        channel="hotline",
        text="小区门口垃圾成堆",
        category=cast.category("0201"),
        place=cast.unit(GRID),
        reporter=reporter,
        **given,
    )
    return commands.receive(intake, by=cast.actors["operator"], at=MONDAY)


def in_state(cast: Cast, state: str, lead: str = COMMUNITY) -> Case:
    """A case brought into a state by the people of the cast, with that unit as its lead."""
    case, people = received(cast), cast.actors
    worker = people[{STREET: "street", "D02": "builder"}.get(lead, "community")]
    key: dict[str, Any] = {"case_id": case.pk, "at": MONDAY}
    desk: dict[str, Any] = {**key, "by": people["dispatcher"]}
    early = {
        "verifying": lambda: commands.ask_verify(**desk, unit=cast.unit(GRID)),
        "voided": lambda: commands.void(**desk, note="重复"),
        "explained": lambda: commands.explain(**desk, note="已解释"),
        "referred": lambda: commands.refer(**desk, channel="110", note="请报警"),
        "merged": lambda: commands.merge(**desk, into_id=received(cast).pk),
    }
    if lead == BY_RULE:
        commands.dispatch_by_rule(case_id=case.pk, at=MONDAY)
    elif state in early:
        early[state]()
    elif state != "received":
        commands.accept(**desk)
        _onward(cast, key, desk, worker, state, lead)
    return Case.objects.get(pk=case.pk)


def _onward(
    cast: Cast, key: dict[str, Any], desk: dict[str, Any], worker: Actor, state: str, lead: str
) -> None:
    at, people = {**key, "by": worker}, cast.actors
    steps = [
        ("filed", lambda: commands.dispatch(**desk, lead=cast.unit(lead))),
        ("dispatched", lambda: commands.sign(**at)),
        ("handling", lambda: commands.submit(**at, result="已清运")),
        ("checking", lambda: commands.check(**key, by=people["supervisor"], passed=True, note="")),
        (
            "calling",
            lambda: commands.call_back(
                **key, by=people["operator"], reached=True, resolved=True, satisfied=5
            ),
        ),
    ]
    sideways = {
        "objected": ("dispatched", lambda: commands.return_case(**at, reason="不属本单位")),
        "paused": ("handling", lambda: commands.pause(**at, reason="等待")),
        "deferred": ("handling", lambda: commands.defer(**key, by=people["arbiter"], note="冬季不宜")),
    }
    for source, step in steps:
        if state == source:
            return
        if state in sideways and sideways[state][0] == source:
            sideways[state][1]()
            return
        step()


def data_for(cast: Cast, verb: str, case: Case, target: Case) -> dict[str, Any]:
    """What a person would write into the form of a verb."""
    lead = COMMUNITY if verb == "hand_down" else "D02"
    unit = GRID if verb == "ask_verify" else "D02"
    return WORDS | {"lead": lead, "unit": unit, "into": target.number, "version": str(case.version)}


def accepted(actor: Actor, verb: str, case: Case, data: dict[str, Any], at: datetime) -> bool:
    """Whether the step is taken; what it did is undone again."""
    point = transaction.savepoint()
    try:
        form = (DOINGS[verb].form or DoForm)(data, case=case, actor=actor, at=at)
        if not form.is_valid():
            return False
        take(DOINGS[verb], case, form.cleaned_data, actor, at)
        return True
    except (rules.Refused, NotPossible, NotAllowed):
        return False
    finally:
        transaction.savepoint_rollback(point)
        set_viewer(Actor.system("测试"))


def looks(cast: Cast, case: Case) -> Iterator[tuple[str, Actor, Case]]:
    """Everybody who finds the case, with the case as they find it."""
    for name, actor in cast.actors.items():
        set_viewer(actor)
        try:
            yield name, actor, get_case_for(actor, case.number)
        except Case.DoesNotExist:
            continue
        finally:
            set_viewer(Actor.system("测试"))


PLACES = [(state.code, COMMUNITY) for state in STATES] + [
    ("handling", STREET),
    ("dispatched", "D02"),
    ("dispatched", BY_RULE),
    ("handling", "D02"),
]


@pytest.mark.parametrize(("state", "lead"), PLACES)
def test_a_button_is_shown_exactly_where_the_step_is_accepted(cast: Cast, state: str, lead: str) -> None:
    case, target = in_state(cast, state, lead), received(cast)
    assert case.state == state
    at = MONDAY + timedelta(minutes=5)
    leaving = [t.verb for t in TABLE.leaving(state) if t.verb in DOINGS]
    for name, actor, seen in looks(cast, case):
        set_viewer(actor)
        shown = {FAMILY.get(button.verb, button.verb) for button in Shown(seen, actor, at).buttons}
        taken = set()
        for verb in (*leaving, *DEEDS):
            set_viewer(actor)
            if accepted(actor, verb, seen, data_for(cast, verb, case, target), at):
                taken.add(FAMILY.get(verb, verb))
        assert shown - {"photo", "reclassify", "answer", "decide"} == taken, name
