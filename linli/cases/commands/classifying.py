"""Correcting what a case is about, how urgent it is, and where: clocks follow, and the old dates are kept."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.cases import policy
from linli.cases.commands import clock
from linli.cases.commands.move import MOVING, locked, subject_of
from linli.cases.models import Case, Reporter
from linli.cases.queries.clocks import new_clock, said_date
from linli.duties.models import Category
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.territory.queries.units import Node


@transaction.atomic
def reclassify(
    *, case_id: int, by: Actor, at: datetime, category: Category | None = None, kind: str = "", urgency: str = "",
    place: Node | None = None, place_kind: str | None = None, version: int | None = None,
) -> Case:  # fmt: skip
    """Change category, kind, urgency, place or kind of place. Running clocks are derived anew from when they first began."""
    case = locked(case_id, version=version)
    policy.require(by, "case.reclassify", case)
    before = {"category_before": case.category.name if case.category else "未分类", "due_before": said(case)}
    case.category = category or case.category
    case.kind = kind or case.kind
    if case.kind == policy.TIPOFF and not case.is_secret:
        case.is_secret = True
        Reporter.objects.filter(case=case).update(is_tipoff=True, wants_secrecy=True)
    case.urgency = urgency or case.urgency
    if place is not None:
        case.place_id, case.place_path = place.id, place.path
    case.place_kind = case.place_kind if place_kind is None else place_kind
    _rederive(case, at)
    case.version += 1
    case.save(update_fields=MOVING)
    after = {
        "category": case.category.name if case.category else "未分类",
        "due": said(case),
        "urgency": case.urgency,
    }
    record("case.reclassified", subject=subject_of(case), by=by, at=at, before=before, after=after)
    return case


def _rederive(case: Case, at: datetime) -> None:
    running = list(case.clocks.filter(stopped_at=None))
    renewed = []
    for old in running:
        new = new_clock(case, old.kind, old.started_at, earlier=old)
        new.extended, new.paused_at = old.extended, old.paused_at
        old.stopped_at, old.dropped = at, True
        old.save(update_fields=["stopped_at", "dropped"])
        new.save()
        old.pauses.update(clock=new)
        clock.redate(new, case.place_path)
        new.save(update_fields=["due_at", "provisional"])
        renewed.append(new)
    if renewed:
        clock.set_dates(case, renewed)


def said(case: Case) -> str:
    """The date to resolve a case, for an event."""
    return said_date(case.resolve_due_at) or "未起算"
