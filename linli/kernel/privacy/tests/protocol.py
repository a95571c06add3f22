"""How a room brings rows of its personal tables to the attack test: one function for each, in its ``tests/personal.py``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.retention import RETENTION
from tests.cast import Cast

ROWS: dict[str, Callable[[Cast], object]] = {}

Make = Callable[[Cast], object]


def rows_of(*models: str) -> Callable[[Make], Make]:
    """Say which function writes rows of these tables: of every place of the small district, of every kind that the policy
    tells apart, some of them made by or for the cast. It is called once for each table, as the web role, seeing all."""

    def keep(make: Make) -> Make:
        ROWS.update({model.lower(): make for model in models})
        return make

    return keep


def forget_due(rule: str, at: datetime, keep: timedelta = timedelta(0)) -> int:
    """Carry out one rule of retention in the running transaction, as the nightly job does batch by batch."""
    declared = RETENTION[rule]
    ids = list(declared.due_rows(at, keep).values_list("pk", flat=True))
    return declared.forget(ids, Actor.system("保存期限"), at) if ids else 0
