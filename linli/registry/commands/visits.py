"""Calling at a home: what was answered, confirmed and refused, nobody at home, or no visit wanted. One visit, one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.staging import numbers
from linli.registry import policy
from linli.registry.commands.answering import Answer, Answering, Conflict, count, open_conflicts
from linli.registry.commands.deeds import Deed
from linli.registry.commands.households import home_subject
from linli.registry.commands.living import Place, Spot, spot_of
from linli.registry.models import Freshness, Household, Visit
from linli.registry.queries.freshness import measured
from linli.registry.queries.sealed import Opener
from linli.registry.queries.visits import home_for, members_of, sheet_of
from linli.registry.rules.life import Refused
from linli.territory.models import Dwelling

CLAIM = """
    INSERT INTO registry_visit (id, key, household_id, dwelling_id, outcome, asked, answered, confirmed, refused, "left", path, by_user_id, by_label, at)
    VALUES (%s, %s, %s, %s, %s, 0, 0, 0, 0, '[]', %s, %s, %s, %s) ON CONFLICT (by_user_id, key) DO NOTHING
"""


@dataclass(frozen=True)
class Visited:
    """A visit that was taken down, and the answers that met a record which had changed meanwhile."""

    visit: Visit
    conflicts: list[Conflict]


@transaction.atomic
def record_visit(
    *,
    home: str,
    outcome: str,
    answers: Sequence[Answer] = (),
    key: str,
    by: Actor,
    at: datetime,
    on: date | None = None,
) -> Visited:
    """Take down a visit of a home (its page's key), once for each ``key`` of a person: the same key again is the same visit.

    ``outcome`` is one of ``Visit.Outcome``; answers belong to ``met`` alone. ``on`` is the day of the visit where a telephone
    brings it later. Refuses (``Refused``) answers that cannot be, and takes nothing then.
    """
    policy.require(by, "registry.visit")
    day = min(on or timezone.localdate(at), timezone.localdate(at))
    found = home_for(by, home)
    if found is None:
        raise NotAllowed("这一户不在您的管辖范围内，或已经注销")
    if outcome not in Visit.Outcome.values or outcome == Visit.Outcome.MET and not answers:
        raise Refused("请至少回答一项，或选择“不在家”“拒绝走访”")
    household, dwelling = found
    where = _spot(household, dwelling)
    visit, is_new = _claimed(key, household, dwelling, outcome, where.path, by, at)
    if not is_new:
        return Visited(visit, open_conflicts(visit.left, Opener()))
    conflicts: list[Conflict] = []
    if outcome == Visit.Outcome.MET:
        conflicts = _answered(visit, household, dwelling, where, answers, by, at, day)
    else:
        visit.asked = sheet_of(household, dwelling, day, Opener()).count
        _tell(visit, household, dwelling, by, at)
    visit.save(update_fields=["asked", "answered", "confirmed", "refused", "left"])
    return Visited(visit, conflicts)


def _claimed(
    key: str,
    household: Household | None,
    dwelling: Dwelling | None,
    outcome: str,
    path: str,
    by: Actor,
    at: datetime,
) -> tuple[Visit, bool]:
    """The row of the visit and whether it is new; the same visit under way elsewhere is waited for."""
    number = int(numbers(Visit, 1)[0])
    home = [household.pk if household else None, dwelling.pk if dwelling else None]
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [number, key, *home, outcome, path, by.user_id, by.label[:120], at])
        is_new = bool(cursor.rowcount)
    rows = Visit.objects.filter(pk=number) if is_new else Visit.objects.filter(by_user_id=by.user_id, key=key)
    return rows.get(), is_new


def _answered(
    visit: Visit, household: Household | None, dwelling: Dwelling | None, where: Spot, answers: Sequence[Answer],
    by: Actor, at: datetime, on: date,
) -> list[Conflict]:  # fmt: skip
    deed = Deed("visited", origin="visit", by=by, at=at, on=on)
    answering = Answering(deed, members_of(household, dwelling), where, lambda code, held, value: True)
    taken = answering.take(answers)
    visit.asked = max(answering.asked, len(answers))
    visit.answered, visit.confirmed, visit.refused = map(
        count, (taken.answered, taken.confirmed, taken.refused)
    )
    visit.left = [[each.person_id, each.element] for each in taken.left]
    deed.settle()
    about = answering.persons[
        household.head_id if household and household.head_id in answering.persons else min(answering.persons)
    ]
    told = deed.close(
        "registry.visited", about=about, subject=_subject(household, dwelling), after=_counts(visit)
    )
    if not told:
        _tell(visit, household, dwelling, by, at)
    answering.settle()
    return taken.left


def _tell(
    visit: Visit, household: Household | None, dwelling: Dwelling | None, by: Actor, at: datetime
) -> None:
    record("registry.visited", subject=_subject(household, dwelling), by=by, at=at, after=_counts(visit))


def _counts(visit: Visit) -> dict[str, str]:
    """What the event tells: how it went, and counts."""
    words = {
        "outcome": str(Visit.Outcome(visit.outcome).label), "asked": visit.asked, "answered": visit.answered,
        "confirmed": visit.confirmed, "refused": visit.refused, "left": len(visit.left),
    }  # fmt: skip
    return {name: str(value) for name, value in words.items()}


def _subject(household: Household | None, dwelling: Dwelling | None) -> Subject:
    if household is not None:
        return home_subject(household)
    assert dwelling is not None, "a visit is of a household or of a dwelling"
    return Subject("dwelling", dwelling.pk, f"房屋 {dwelling.room}", dwelling.entrance.building.unit.path)


def _spot(household: Household | None, dwelling: Dwelling | None) -> Spot:
    if household is not None:
        return Spot(household.dwelling_id, household.address, household.path)
    assert dwelling is not None, "a visit is of a household or of a dwelling"
    return spot_of(Place(dwelling_id=dwelling.pk))


@transaction.atomic
def measure_freshness(*, path: str, by: Actor, at: datetime) -> int:
    """Count anew, for the grids below a unit, how much of what is asked is known and fresh; returns the number of grids."""
    policy.require(by, "registry.view", path)
    day = timezone.localdate(at)
    counts = measured(path, day)
    Freshness.objects.filter(path__startswith=path).delete()
    Freshness.objects.bulk_create(
        Freshness(
            path=each.path,
            element=each.element,
            asked=each.asked,
            known=each.known,
            fresh=each.fresh,
            measured_on=day,
        )
        for each in counts
    )
    return len({each.path for each in counts})
