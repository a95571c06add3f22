"""What a grid worker does with a telephone in the hand: report what is seen, and look at what is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from linli.cases import policy, rules
from linli.cases.commands.closing import check
from linli.cases.commands.dispatching import dispatch_by_rule
from linli.cases.commands.evidence import attach
from linli.cases.commands.intake import reserve, written
from linli.cases.commands.keys import claim
from linli.cases.commands.screening import report_verified
from linli.cases.models import Case
from linli.cases.queries.placing import Intake
from linli.cases.queries.routing import automatic
from linli.kernel.audit.actor import Actor
from linli.kernel.files.commands import Upload


@dataclass(frozen=True)
class GridReport:
    """What a grid worker saw. ``key`` is made on the telephone: the same key again is the same report."""

    key: str
    text: str
    place_text: str = ""
    lon: float | None = None
    lat: float | None = None


@transaction.atomic
def report_from_grid(report: GridReport, *, photos: Sequence[Upload], by: Actor, at: datetime) -> Case:
    """Take a grid worker's report with its photos, once for each key; where one rule decides it goes to its unit at once.

    A telephone that lost the answer sends again: it gets the case that was made then.
    """
    policy.require(by, "case.report")
    (new,) = reserve([at])
    digest = hashlib.sha256(report.text.encode()).digest()
    earlier = claim(client=f"phone {by.user_id}", key=report.key, fingerprint=digest, case_id=new.id, at=at)
    if earlier is not None:
        return earlier.case
    place_text = report.place_text.strip()
    intake = Intake(channel="grid", text=report.text, place_text=place_text, lon=report.lon, lat=report.lat)
    (case,) = written([intake], by=by, at=at, reserved=[new])
    attach(case_id=case.pk, uploads=photos, purpose="report", by=by, at=at)
    return dispatch_by_rule(case_id=case.pk, at=at) if automatic(case, at) else case


@transaction.atomic
def look(
    *,
    case_id: int,
    passed: bool,
    note: str,
    photos: Sequence[Upload],
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Case:
    """Go and see: before a case is opened, whether it is so; after it was answered, whether it is done; with photos."""
    case = Case.objects.get(pk=case_id)
    if case.state not in {"verifying", "checking"}:
        raise rules.Refused("这件已经不用去看了，可能别人已经反馈")
    attach(case_id=case_id, uploads=photos, purpose="check", by=by, at=at)
    if case.state == "verifying":
        return report_verified(case_id=case_id, found=passed, note=note, by=by, at=at)
    return check(case_id=case_id, passed=passed, note=note, by=by, at=at, version=version)
