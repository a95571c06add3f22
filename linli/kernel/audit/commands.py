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
        _write_seals(head.position + 1, [row["id"] for row in rows], digests)
        subscriptions.deliver([(row["id"], row["name"]) for row in rows], defer)
        head.position += len(rows)
        head.digest = digests[-1]
        head.tx = rows[-1]["tx"]
        head.save(update_fields=["position", "digest", "tx"])
        transaction.on_commit(partial(publish_head, head, at=at))
    return len(rows)


def _write_seals(first: int, event_ids: list[int], digests: list[bytes]) -> None:
    """The seals of a batch in one statement of three values: as rows of a model they took longer than all the rest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_seal (position, event_id, digest) SELECT %s + place, event_id, digest "
            "FROM unnest(%s::bigint[], %s::bytea[]) WITH ORDINALITY AS sealed (event_id, digest, place)",
            [first - 1, event_ids, digests],
        )


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
