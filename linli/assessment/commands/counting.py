"""Counting what the records of a period hold, so that the meter can be read without counting."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction

from linli.assessment import policy
from linli.assessment.models import Count
from linli.assessment.queries.meter import METERS
from linli.assessment.queries.records import LEVELS, Recorded, recorded
from linli.assessment.rules import RECORDED, Period
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.territory.queries.units import tree


@transaction.atomic
def count(*, period: Period, by: Actor, at: datetime) -> int:
    """Count a period anew; returns how many numbers. One event. Counted twice with the same records, it is the same.

    Every unit gets its number of each kind, nothing too: zero is a finding, a row that is missing is none.
    """
    policy.require(by, "burden.keep")
    found = recorded(period)
    units = {node.id: node for node in tree().nodes if node.level in LEVELS}
    numbers: Recorded = Counter(
        {
            (unit, None, kind): 0
            for unit, node in units.items()
            if node.level == "community"
            for kind in RECORDED
        }
    )
    numbers.update(found)
    rows = [
        Count(
            period=period.name,
            unit_id=unit,
            path=units[unit].path,
            owner_id=owner,
            kind=kind,
            number=number,
            counted_at=at,
        )
        for (unit, owner, kind), number in numbers.items()
        if unit in units
    ]
    Count.objects.filter(period=period.name).delete()
    Count.objects.bulk_create(rows, batch_size=5000)
    METERS.changed()
    after = {"period": period.name, "units": len({row.unit_id for row in rows}), "rows": len(rows)}
    record("burden.counted", subject=Subject("burden", None, period.name), by=by, at=at, after=after)
    return len(rows)
