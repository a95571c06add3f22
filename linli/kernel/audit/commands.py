"""Sealing the chain and carrying events to their listeners."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from linli.kernel.audit import chain, subscriptions
from linli.kernel.audit.models import Event, Head, Seal

BATCH = 2000


def seal_next(*, at: datetime, defer: subscriptions.Defer) -> int:
    """Chain the next events that are final and hand them to their listeners; returns how many were sealed.

    An event is final when every transaction that began before its own has ended, so no earlier event can still
    appear. Seals, jobs and the new head are one transaction: after a kill -9 the batch is done again, whole. The head
    is published once that is kept: a published head that is not in the database means a cut tail, and nothing else.
    """
    with transaction.atomic():
        head = Head.objects.select_for_update(skip_locked=True).filter(id=1).first()
        if head is None:
            return 0
        rows = _final_rows(head)
        if not rows:
            return 0
        digests = chain.links(bytes(head.digest) or chain.GENESIS, rows)
        Seal.objects.bulk_create(
            Seal(position=head.position + n, event_id=row["id"], digest=digest)
            for n, (row, digest) in enumerate(zip(rows, digests, strict=True), 1)
        )
        subscriptions.deliver([(row["id"], row["name"]) for row in rows], defer)
        head.position += len(rows)
        head.digest = digests[-1]
        head.tx = rows[-1]["tx"]
        head.save(update_fields=["position", "digest", "tx"])
        transaction.on_commit(partial(publish_head, head, at=at))
    return len(rows)


def _final_rows(head: Head) -> list[dict[str, Any]]:
    """Events of ended transactions in the order (tx, id), after the last sealed one."""
    last = Seal.objects.filter(position=head.position).values_list("event_id", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        horizon = cursor.fetchone()[0]
    found = (
        Event.objects.filter(tx__gte=head.tx, tx__lt=horizon)
        .extra(where=["(tx, id) > (%s, %s)"], params=[head.tx, last])
        .order_by("tx", "id")
    )
    return list(found.values("tx", *chain.FIELDS)[:BATCH])


def publish_head(head: Head, *, at: datetime) -> Path:
    """Write the head outside the database (one line a batch), so that a cut tail shows when the chain is verified."""
    folder = Path(settings.DATA_DIR) / "audit"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"heads-{at:%Y-%m}.log"
    with path.open("a", encoding="ascii") as lines:
        lines.write(f"{at.isoformat()} {head.position} {bytes(head.digest).hex()}\n")
    return path
