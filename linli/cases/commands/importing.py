"""Many requests from a sheet: written together, and dispatched where one rule decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from linli.cases import policy
from linli.cases.commands.dispatching import AUTOMATON, dispatch_fresh
from linli.cases.commands.intake import receive_all
from linli.cases.models import Case
from linli.cases.queries.placing import Intake
from linli.cases.queries.routing import automatic
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record


@transaction.atomic
def import_cases(intakes: Sequence[Intake], *, by: Actor, at: datetime) -> list[Case]:
    """Write cases with their outside numbers; what no rule decides waits on the screening board."""
    policy.require(by, "case.import")
    cases = receive_all(intakes, by=by, at=at)
    return [dispatch_fresh(case, by=AUTOMATON, at=at) if automatic(case, at) else case for case in cases]


@transaction.atomic
def record_import(*, file_name: str, count: int, same: int, rejected: int, by: Actor, at: datetime) -> None:
    """Say once that a sheet has come in: how many new cases, how many known before, how many sent back."""
    after = {"count": count, "same": same, "rejected": rejected}
    record("case.imported", subject=Subject("sheet", None, file_name, by.scope), by=by, at=at, after=after)
