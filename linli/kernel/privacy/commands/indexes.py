"""Marking everything anew with another key of the index or another hash, and refusing to work with the wrong one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from linli.algorithms.text.sentences import said
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.privacy.indexes import GROUPED, INDEXES, Marking, WrongIndexKey, in_force, marking_with
from linli.kernel.privacy.marks import OPENED_BY
from linli.kernel.privacy.models import IndexStamp

WRONG = gettext_noop(
    "盲索引密钥（index.key）或 LINLI_BLIND_HASH 与数据库不符：按证件、电话会查不到人，导入会重复登记，因此不启动。"
    "请放回与这个数据库相配的密钥；确实要更换的，先停止邻里，再运行 bin/linli privacy reindex"
)


def held_stamp() -> bytes | None:
    """What the marks of the database are made with; None before the first start."""
    row = IndexStamp.objects.first()
    return bytes(row.stamp) if row else None


def require_right_key() -> None:
    """Refuse to work with a key that the marks were not made with; the first to ask says what they are made with."""
    held = held_stamp()
    if held is None:
        IndexStamp.objects.create(stamp=in_force().stamp)
    elif held != in_force().stamp:
        raise WrongIndexKey(said(WRONG))


@transaction.atomic
def mark_anew(
    *, before: Marking, now: Marking, by: Actor, at: datetime, tell: Callable[[str, int], None]
) -> None:
    """Make every mark anew, all of them or none. ``tell`` hears of each table how many rows are done.

    Nothing else may write meanwhile: what another process marks with the key before would not be found.
    """
    count = 0
    with marking_with(now):
        for model, (_columns, anew) in INDEXES.items():
            done = 0
            for rows in anew(at):
                done += rows
                tell(model, done)
            count += done
        for model, column in GROUPED.items():
            done = _rename(model, column, before, now)
            tell(model, done)
            count += done
    IndexStamp.objects.create(stamp=now.stamp)
    record(
        "privacy.reindexed",
        subject=Subject("index_key", None, "盲索引"),
        by=by,
        at=at,
        after={"count": count},
    )


def _rename(model: str, column: str, before: Marking, now: Marking) -> int:
    """Put the new mark of each declared group in the place of the old one."""
    groups = sorted({each for opened in OPENED_BY.values() for each in opened})
    old = [before.mark(*each).hex() for each in groups]
    new = [now.mark(*each).hex() for each in groups]
    table = apps.get_model(model)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" t SET "{column}" = named.new FROM unnest(%s::text[], %s::text[]) AS named(old, new)'
            f' WHERE t."{column}" = named.old',
            [old, new],
        )
        return int(cursor.rowcount)
