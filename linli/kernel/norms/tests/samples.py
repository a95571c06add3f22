"""Rows for the shared test of registers."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.norms.models import Norm, Origin
from linli.kernel.registers.tests.protocol import Sample, sample_for


@sample_for("norms")
def norms() -> Sample:
    """Norms of three times, at two places."""
    now = timezone.now()
    today = timezone.localdate(now)
    spans: tuple[tuple[int, int | None], ...] = ((-90, None), (-90, -9), (9, None))
    for number in range(24):
        first, last = spans[number % 3]
        Norm.objects.create(
            key=f"cases.sample.{number}", title=f"样品期限{number}", room=("cases", "territory")[number % 2],
            place="520103/" if number % 4 == 1 else "", value=number, source="样品依据", created_at=now,
            origin=(Origin.SHIPPED, Origin.LOCAL)[number % 2], valid_from=day(today, first),
            valid_to=None if last is None else day(today, last),
        )  # fmt: skip
    return Sample(sees=Actor("办事员", user_id=1), stranger=Actor("来访群众"), words="样品")


def day(today: date, days: int) -> date:
    return today + timedelta(days=days)
