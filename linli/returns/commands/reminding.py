"""Who has not handed in is reminded: some days before the last day, the day after it, and then once a week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from linli.kernel.accounts.queries import holders_with_verb
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.norms.queries import norm
from linli.kernel.notices import commands as notices
from linli.returns import states
from linli.returns.models import Return

REMINDED = "return.reminded"
WEEK = 7


@transaction.atomic
def remind(*, by: Actor, at: datetime) -> int:
    """Write one notice to the people of each unit that has something to hand in, however many forms. One event a unit; returns how many units.

    Called once a working day: called again on the same day it reminds again.
    """
    today = timezone.localdate(at)
    ahead = timedelta(days=int(norm("returns.remind.days", on=today).value))
    rows = Return.objects.filter(state=states.FILLING).filter(
        Q(round__due_on=today + ahead) | Q(round__due_on__lt=today)
    )
    by_unit: dict[int, list[Return]] = defaultdict(list)
    for row in rows.select_related("unit", "round__form").order_by("round__due_on", "pk"):
        if not is_late(row, today) or (today - row.round.due_on).days % WEEK == 1:
            by_unit[row.unit_id].append(row)
    for owed in by_unit.values():
        _tell(owed, today, by, at)
    return len(by_unit)


def is_late(row: Return, today: date) -> bool:
    """Whether the last day of a return is over."""
    return row.round.due_on < today


def _tell(owed: Sequence[Return], today: date, by: Actor, at: datetime) -> None:
    unit, late = owed[0].unit, sum(is_late(row, today) for row in owed)
    event = record(
        REMINDED, subject=Subject("unit", unit.pk, unit.name, unit.path), by=by, at=at, after={"due": len(owed) - late, "late": late},
    )  # fmt: skip
    url = f"{reverse('returns:returns')}?state={states.FILLING}"
    values = {
        "number": str(len(owed)), "category": owed[0].round.form.title, "unit": unit.name, "due": f"{owed[0].round.due_on:%m月%d日}", "link": url,
    }  # fmt: skip
    users = holders_with_verb(unit.code, "return.fill", today)
    notices.tell(
        users=users, name=REMINDED, values=values, event_id=event.pk, at=at, url=url, unit_code=unit.code
    )
