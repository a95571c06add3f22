"""The yearly self-report of a community: told, corrected, taken back (减负自报)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from linli.algorithms.text.sentences import said
from linli.assessment import policy
from linli.assessment.commands.refused import Refused
from linli.assessment.models import SelfReport
from linli.assessment.queries.meter import METERS
from linli.assessment.rules import ROLES, Report, keys, lacking_people, stored
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.territory.queries.units import Node

OLDEST = 3
"""Years back that may still be told."""


@transaction.atomic
def report(*, unit: Node, year: int, figures: Report, by: Actor, at: datetime) -> SelfReport:
    """Tell the figures of a year, or correct what was told: a new version. One event.

    Refused without a figure, for a year ahead or long gone, of a role without the number of its people, and where nothing is changed.
    """
    policy.require_report(by, unit)
    this = timezone.localdate(at).year
    if not this - OLDEST <= year <= this:
        raise Refused("只能填报今年和前 %(years)s 年的", years=OLDEST)
    if unknown := sorted(figures.keys() - set(keys())):
        raise Refused("没有这些项目：%(names)s", names="、".join(unknown))
    if not figures:
        raise Refused("请至少填一项；没有的填 0")
    if lacking := lacking_people(figures):
        raise Refused("请填“%(role)s”有几个人", role=said(ROLES[lacking[0]]))
    versions = list(
        SelfReport.objects.select_for_update(of=("self",))
        .filter(unit_id=unit.id, year=year)
        .order_by("number")
    )
    held = next((row for row in versions if row.withdrawn_at is None and not row.replaced), None)
    told = stored(figures)
    if held is not None and held.figures == told:
        raise Refused("和已经填报的一样，没有改动")
    if held is not None:
        held.replaced = True
        held.save(update_fields=["replaced"])
    row = SelfReport.objects.create(
        unit_id=unit.id, path=unit.path, year=year, number=len(versions) + 1, figures=told, reported_at=at, reported_by=by.label,
    )  # fmt: skip
    METERS.changed()
    before = held.figures if held is not None else {}
    changed = [key for key in {*before, *told} if before.get(key) != told.get(key)]
    record(
        "burden.corrected" if held is not None else "burden.reported", subject=subject_of(row), by=by, at=at,
        before={"told": before}, after={"told": told, "unit": unit.name, "year": year, "figures": len(changed)},
    )  # fmt: skip
    return row


@transaction.atomic
def take_back(*, report_id: int, by: Actor, at: datetime) -> SelfReport | None:
    """Take the last version back: the one before it holds again, if there is one. Returns it. One event."""
    row = (
        SelfReport.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=report_id).first()
    )
    if row is None:
        raise Refused("没有这份自报")
    policy.require(by, "burden.report")
    if not policy.is_within(by, row.path):
        raise Refused("只能收回本单位和下属社区的减负自报")
    if row.replaced or row.withdrawn_at is not None:
        raise Refused("这一版已经更正或收回，请看最新的一版")
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    earlier = (
        SelfReport.objects.filter(unit=row.unit, year=row.year, withdrawn_at=None, number__lt=row.number)
        .order_by("-number")
        .first()
    )
    if earlier is not None:
        earlier.replaced = False
        earlier.save(update_fields=["replaced"])
    METERS.changed()
    after = {"unit": row.unit.name, "year": row.year, "number": row.number}
    record("burden.taken_back", subject=subject_of(row), by=by, at=at, after=after)
    return earlier


def subject_of(row: SelfReport) -> Subject:
    """A self-report as the subject of an event: every version of a unit's year has one history."""
    return Subject("burden_report", row.unit_id, f"{row.unit.name} {row.year}", row.path)


def forget_reporters(ids: Sequence[int], by: Actor, at: datetime) -> int:
    """Let go who filled in self-reports whose time is over; the numbers stay."""
    return SelfReport.objects.filter(pk__in=ids).update(reported_by="")
