"""The one way a case changes its state: lock, permission, guard, clocks, save, event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from linli.algorithms.statetable import Transition
from linli.algorithms.text.sentences import said
from linli.cases import policy
from linli.cases.commands import clock
from linli.cases.models import Case
from linli.cases.rules import CaseFacts, Refused
from linli.cases.states import TABLE
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record

FIXED = frozenset(
    {
        "id",
        "number",
        "public_code",
        "channel",
        "title",
        "text",
        "grams",
        "place_text",
        "received_at",
        "changed_tx",
    }
)
MOVING = [field.name for field in Case._meta.concrete_fields if field.name not in FIXED]
"""What a step may change; the words stay, and their search pieces need not be made again."""


class ChangedMeanwhile(Refused):
    """Somebody else moved the case since the form was shown."""


class NoteRequired(Refused):
    """The step needs a reason, and none was written."""


def subject_of(case: Case) -> Subject:
    """A case as the subject of an event."""
    return Subject("case", case.pk, case.number, case.place_path)


def locked(case_id: int, *, version: int | None = None) -> Case:
    """The case, locked for this transaction; ``version`` is what the person saw."""
    rows = (
        Case.objects.select_for_update(of=("self",))
        .select_related("category", "lead", "place", "about")
        .defer("grams")
    )
    case = rows.get(pk=case_id)
    if version is not None and version != case.version:
        raise ChangedMeanwhile(
            "案件 %(number)s 刚刚被他人处理过，现为“%(state)s”，请查看最新情况后再操作",
            number=case.number,
            state=said(TABLE.state(case.state).label),
        )
    return case


def facts_of(case: Case, *, pause_count: int = 0) -> CaseFacts:
    """What the rules need to know of a case."""
    return CaseFacts(
        kind=case.kind,
        has_category=case.category_id is not None,
        place_path=case.place_path,
        lead_code=case.lead.code if case.lead else "",
        about_code=case.about.code if case.about else "",
        return_count=case.return_count,
        reopen_count=case.reopen_count,
        pause_count=pause_count,
        has_contact=case.has_contact,
        domain=case.category.domain if case.category else "request",
    )


def allowed(case: Case, verb: str, *, by: Actor, note: str = "") -> Transition:
    """The arrow, if state, permission and note allow it."""
    transition = TABLE.find(verb, case.state)
    policy.require(by, transition.permission, case)
    if transition.needs_note and not note.strip():
        raise NoteRequired("请写明%(step)s的理由", step=said(transition.label))
    return transition


def carry_out(
    case: Case, transition: Transition, *, by: Actor, at: datetime, note: str = "", before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None, save: bool = True,
) -> Case:  # fmt: skip
    """Move an allowed, locked case along its arrow; fields the caller has set are saved with it.

    Without ``save`` the next arrow of the same command saves both.
    """
    came_from = case.state
    case.state = transition.target
    if transition.clocks:
        clock.apply(case, transition.clocks, at=at)
    elif TABLE.state(case.state).final:
        case.due_at = None
    case.version += 1
    if save:
        case.save(update_fields=MOVING)
    record(
        transition.event, subject=subject_of(case), by=by, at=at, note=note,
        before={"state": came_from, **(before or {})}, after={"state": case.state, **(after or {})},
    )  # fmt: skip
    return case


def undo_of(verb: str) -> str:
    """The verb that takes this one back, or empty."""
    return next((t.verb for t in TABLE.transitions if verb in t.undoes.split()), "")
