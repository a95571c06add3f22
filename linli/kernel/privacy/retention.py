"""Rules by which rooms let personal data be forgotten when its time is over; the engine lies in ``protection``.

A rule finds the rows that are due and says what is done with them: deleted, fields emptied, or the key destroyed that
sealed them. What can be counted stays: a case without its reporter is still a case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model, QuerySet

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.commands.keys import forget


class Does(StrEnum):
    """What becomes of a row whose time is over."""

    DELETE = "delete"
    EMPTY = "empty"
    DESTROY_KEY = "destroy key"


DEEDS = {Does.DELETE: "删除记录", Does.EMPTY: "清空字段", Does.DESTROY_KEY: "销毁密钥"}

Due = Callable[[datetime, timedelta], QuerySet[Any]]
"""The rows that are due at a moment, given how long they are kept (nothing where the rule names no norm)."""

Forget = Callable[[Sequence[Any], Actor, datetime], int]
"""Does it for the rows of these ids in the running transaction; answers how many it was done for."""


@dataclass(frozen=True)
class Retention:
    """One rule. ``since`` is the moment in the row from which its time counts; ``norm`` the key of how many days (or hours,
    if the norm says so) it is kept, or ``days`` where no county changes it; without either, ``since`` is itself the moment
    when the time is over.

    ``due`` says otherwise which rows are due, ``act`` what is done; by default what ``does`` says: the row is deleted, the
    fields in ``empties`` are emptied, the key in the field ``key`` is destroyed. ``hourly`` rules run each hour, others each
    night. A rule of which some rows are kept on by their own norm is ``exact=False``: its preview is "at most".
    """

    name: str
    words: str
    model: str
    since: str
    does: Does
    norm: str = ""
    days: int = 0
    key: str = ""
    empties: tuple[str, ...] = ()
    due: Due | None = None
    act: Forget | None = None
    hourly: bool = False
    exact: bool = True

    @property
    def table(self) -> type[Model]:
        """The model."""
        return apps.get_model(self.model)

    def due_rows(self, at: datetime, keep: timedelta) -> QuerySet[Any]:
        """The rows whose time is over, the oldest first."""
        if self.due is not None:
            return self.due(at, keep)
        rows = self.table._default_manager.filter(**{f"{self.since}__lt": at - keep})
        if self.does is Does.EMPTY and self.empties:
            rows = rows.exclude(**{f"{name}__isnull": True for name in self.empties})
        return rows.order_by(self.since, "pk")

    def forget(self, ids: Sequence[Any], by: Actor, at: datetime) -> int:
        """Do it for these rows; the keys that sealed them are destroyed with them."""
        if self.act is not None:
            return self.act(ids, by, at)
        rows = self.table._default_manager.filter(pk__in=ids)
        keys: list[UUID] = list(rows.values_list(self.key, flat=True)) if self.key else []
        for key_id in keys:
            forget(key_id=key_id, by=by, at=at)
        if self.does is Does.DELETE:
            rows.delete()
        elif self.empties:
            rows.update(**dict.fromkeys(self.empties))
        return len(ids)


RETENTION: dict[str, Retention] = {}


def declare_retention(*rules: Retention) -> None:
    """Add rules; the same name twice is an error at start-up."""
    for rule in rules:
        if rule.name in RETENTION:
            raise ValueError(f"retention {rule.name} is declared twice")
        RETENTION[rule.name] = rule
