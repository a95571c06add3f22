"""What the killed product works on: the small district, work that is long overdue, and a machine's token."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from linli.cases.commands import Intake
from linli.cases.commands.importing import import_cases
from linli.kernel.accounts.tokens import make_token
from linli.kernel.privacy.context import set_viewer
from tests.cast import START, TESTER, assemble

WEEKS_AGO = timedelta(days=40)


def seed(overdue: int) -> str:
    """Write the district and so many dispatched cases that are overdue by weeks; returns the text of the token."""
    now = timezone.now()
    with transaction.atomic():
        set_viewer(TESTER)
        cast = assemble()
        manholes = cast.category("0101")
        intakes = [
            Intake(channel="sheet", text=f"第{n}号井盖不见了", category=manholes, place=cast.unit("520103019001001"),
                   source="旧系统", source_id=f"{n}", received_at=now - WEEKS_AGO)
            for n in range(overdue)
        ]  # fmt: skip
        import_cases(intakes, by=TESTER, at=now - WEEKS_AGO)
        _, token = make_token(
            name="热线系统", unit_code="520103", scope="520103/", verbs=["case.view", "case.take"], starts_on=START,
            ends_on=START.replace(year=2099), by=TESTER, at=now,
        )  # fmt: skip
    return token
