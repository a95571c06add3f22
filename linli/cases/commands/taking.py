"""Taking a call from the first word to where it goes, in one press: the desk's own command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from linli.cases.commands.classifying import reclassify
from linli.cases.commands.dispatching import AnyUnit, dispatch, dispatch_by_rule
from linli.cases.commands.intake import receive
from linli.cases.commands.screening import accept, explain, merge, refer
from linli.cases.models import Case
from linli.cases.queries.placing import Intake
from linli.cases.queries.routing import automatic
from linli.duties.models import Category
from linli.kernel.audit.actor import Actor
from linli.territory.queries.units import Node


@dataclass(frozen=True)
class Wish:
    """What the person at the desk wants done with what was taken down.

    ``what`` is ``register``, ``dispatch``, ``hold`` (register, and leave it to screening), ``explain``, ``refer`` or
    ``merge``; the other fields belong to one of these.
    """

    what: str = "register"
    lead: AnyUnit | None = None
    assist: Sequence[AnyUnit] = ()
    note: str = ""
    channel: str = ""
    into_id: int | None = None


@transaction.atomic
def take(intake: Intake, wish: Wish, *, by: Actor, at: datetime) -> Case:
    """Receive, and go on as wished; where nothing else is wished and one rule decides, the rule dispatches."""
    case = receive(intake, by=by, at=at)
    if wish.what == "explain":
        return explain(case_id=case.pk, note=wish.note, by=by, at=at)
    if wish.what == "refer":
        return refer(case_id=case.pk, channel=wish.channel, note=wish.note, by=by, at=at)
    if wish.what == "merge" and wish.into_id is not None:
        return merge(case_id=case.pk, into_id=wish.into_id, by=by, at=at)
    if wish.what == "dispatch" and wish.lead is not None:
        accept(case_id=case.pk, by=by, at=at)
        return dispatch(case_id=case.pk, lead=wish.lead, assist=wish.assist, by=by, at=at, reason=wish.note)
    if wish.what == "hold" or not automatic(case, at):
        return case
    return dispatch_by_rule(case_id=case.pk, at=at)


@transaction.atomic
def file_case(
    *, case_id: int, by: Actor, at: datetime, category: Category | None = None, kind: str = "", urgency: str = "",
    place: Node | None = None, place_kind: str | None = None, version: int | None = None,
) -> Case:  # fmt: skip
    """Correct what was taken down wrongly and open the case: both, or neither."""
    if category is not None or kind or urgency or place is not None or place_kind is not None:
        case = reclassify(
            case_id=case_id,
            by=by,
            at=at,
            category=category,
            kind=kind,
            urgency=urgency,
            place=place,
            place_kind=place_kind,
            version=version,
        )
        version = case.version
    return accept(case_id=case_id, by=by, at=at, version=version)
