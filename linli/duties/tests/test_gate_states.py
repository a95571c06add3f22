"""The two tables of the gate, walked: every arrow works, every other step is refused, no state is a dead end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from linli.algorithms.statetable import NotPossible
from linli.duties import commands, states
from linli.duties.commands import Said
from linli.duties.commands.applications import EFFECTS
from linli.duties.models import Application, Refusal
from linli.duties.tests.gates import DAYS, ENDS, SAID, STARTS, drafted, heard, moved, refused
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.queries import history_of
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

TRIAL_UNTIL = STARTS + 60 * DAYS
HEARD = ("submit", "ask")
WAYS: dict[str, tuple[str, ...]] = {
    "draft": (), "sent_back": ("submit", "send_back"), "applied": ("submit",), "hearing": HEARD, "admitted": (*HEARD, "admit"),
    "conditional": (*HEARD, "admit_if"), "trial": (*HEARD, "admit", "publish"), "published": (*HEARD, "admit", "publish"),
    "review": (*HEARD, "admit", "publish", "call_review"), "refused": (*HEARD, "refuse"), "exited": (*HEARD, "admit", "publish", "exit"),
    "withdrawn": (*HEARD, "admit", "publish", "withdraw"), "dropped": ("submit", "drop"),
}  # fmt: skip
TO_THE_COUNTY = {"submit", "recall", "drop"}


def walked(cast: Cast, state: str, trial: bool = False) -> Application:
    """An application in a state."""
    until = TRIAL_UNTIL if trial or state == "trial" else None
    return moved(cast, drafted(cast, trial_until=until), *WAYS[state])


def step(cast: Cast, row: Application, verb: str) -> Application:
    """One step by somebody who may take it, at a time at which it is due."""
    by, at = cast.actors["clerk" if verb in TO_THE_COUNTY else "gate"], MONDAY
    if verb == "expire":
        by, at = Actor.system("准入期限"), MONDAY.replace(year=ENDS.year + 1)
    if verb in {"admit", "admit_if"}:
        heard(cast, row)
    return commands.move_application(
        number=row.number, verb=verb, said_with=SAID.get(verb, Said(note="理由")), by=by, at=at
    )


def test_every_state_can_be_reached_and_every_verb_has_its_effect() -> None:
    assert set(WAYS) == {state.code for state in states.STATES}
    assert set(EFFECTS) == {t.verb for t in states.TABLE.transitions}


def test_no_state_is_a_dead_end_for_people() -> None:
    assert states.TABLE.stuck() == []
    assert states.REFUSALS.stuck() == []


@pytest.mark.parametrize("state", WAYS)
def test_every_arrow_of_a_state_works_and_records_its_event(cast: Cast, state: str) -> None:
    for arrow in states.TABLE.leaving(state):
        with transaction.atomic():
            row = walked(cast, state, trial=arrow.verb == "publish_trial")
            assert row.state == state
            assert step(cast, row, arrow.verb).state == arrow.target, arrow.verb
            assert arrow.event in set(history_of("gate_application", row.pk).values_list("name", flat=True))
            transaction.set_rollback(True)


@pytest.mark.parametrize("state", WAYS)
def test_every_other_step_is_refused_and_changes_nothing(cast: Cast, state: str) -> None:
    row = walked(cast, state)
    possible = {arrow.verb for arrow in states.TABLE.leaving(state)} | {"publish", "publish_trial"}
    for verb in set(EFFECTS) - possible:
        by = Actor.system("谁都可以")
        with pytest.raises(NotPossible):
            commands.move_application(
                number=row.number, verb=verb, said_with=Said(note="理由"), by=by, at=MONDAY
            )
        assert Application.objects.get(pk=row.pk).state == state


@pytest.mark.parametrize("arrow", [t for t in states.TABLE.transitions if t.needs_note], ids=lambda t: t.verb)
def test_a_step_that_needs_a_reason_is_refused_without_one(cast: Cast, arrow: states.Transition) -> None:
    row = walked(cast, arrow.sources[0])
    by = cast.actors["clerk" if arrow.verb in TO_THE_COUNTY else "gate"]
    with pytest.raises(commands.Refused, match="理由"):
        commands.move_application(
            number=row.number, verb=arrow.verb, said_with=Said(note=" "), by=by, at=MONDAY
        )


@pytest.mark.parametrize("arrow", states.TABLE.transitions, ids=lambda t: t.verb)
def test_nobody_without_the_verb_takes_a_step(cast: Cast, arrow: states.Transition) -> None:
    row = walked(cast, arrow.sources[0])
    for who in ("community", "dispatcher", "builder", "stranger"):
        with pytest.raises(NotAllowed):
            commands.move_application(
                number=row.number,
                verb=arrow.verb,
                said_with=Said(note="理由"),
                by=cast.actors[who],
                at=MONDAY,
            )


ANSWERS = {
    "uphold": {}, "let_through": {"note": "确属应急", "until": MONDAY.date() + timedelta(days=5)}, "point_out": {"note": "见清单", "line": "N1"},
    "reopen": {"note": "答复有误"},
}  # fmt: skip
REFUSAL_WAYS = {
    "sent": (), "upheld": ("uphold",), "emergency": ("let_through",), "listed": ("point_out",), "taken_back": ("take_back",),
}  # fmt: skip


def answered(cast: Cast, row: Refusal, verb: str) -> Refusal:
    """One step of a refusal by who may take it."""
    if verb == "take_back":
        return commands.take_back_refusal(number=row.number, by=cast.actors["community"], at=MONDAY)
    given = ANSWERS[verb]
    return commands.answer_refusal(number=row.number, verb=verb, by=cast.actors["gate"], at=MONDAY, **given)


@pytest.mark.parametrize("state", REFUSAL_WAYS)
def test_every_arrow_of_a_refusal_works_and_every_other_is_refused(cast: Cast, state: str) -> None:
    draft = commands.ListDraft(
        kind="assist", name="协助防汛值守", valid_from=MONDAY.date(), lead="D02", basis="防汛条例"
    )
    commands.add_line(draft=draft, code="N1", by=cast.actors["gate"], at=MONDAY)
    arrows = {arrow.verb: arrow for arrow in states.REFUSALS.leaving(state)}
    for verb in (*ANSWERS, "take_back"):
        with transaction.atomic():
            row = refused(cast)
            for each in REFUSAL_WAYS[state]:
                row = answered(cast, row, each)
            assert row.state == state
            if verb in arrows:
                assert answered(cast, row, verb).state == arrows[verb].target
                assert arrows[verb].event in set(history_of("refusal", row.pk).values_list("name", flat=True))
            else:
                with pytest.raises(NotPossible):
                    answered(cast, row, verb)
            transaction.set_rollback(True)
