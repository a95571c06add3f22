"""Rate limits that hold over all processes: a counter in the database for each key and stretch of time."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from django.db import connection
from django.http import HttpRequest

from linli.algorithms.text.sentences import Refusal
from linli.kernel.privacy.crypto import blind


class TooMany(Refusal):
    """Asked for too often; the text says when to try again."""


SPREAD = 8
_COUNT = """
    WITH counted AS (
        INSERT INTO accounts_ratecount (key, starts_at, count) VALUES (%(key)s, %(start)s, 1)
        ON CONFLICT (key, starts_at) DO UPDATE SET count = accounts_ratecount.count + 1
        RETURNING count
    )
    SELECT (SELECT count FROM counted) + coalesce(
        (SELECT sum(count) FROM accounts_ratecount WHERE key = ANY(%(others)s) AND starts_at = %(start)s), 0)
"""


def count(key: str, *, most: int, seconds: int, at: datetime, spread: bool = False) -> int:
    """Count one more; raise ``TooMany`` beyond ``most`` in a stretch of ``seconds``. Stretches begin on the clock.

    A counted row is locked until its request ends. ``spread`` keeps several rows for a key, drawn by lot, so that the
    requests of one busy machine do not wait for each other; those still running elsewhere are not in the sum.
    """
    start = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=UTC)
    rows = [f"{key[:76]} {n}" for n in range(SPREAD)] if spread else [key[:80]]
    counting = secrets.choice(rows)
    others = [row for row in rows if row != counting]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": counting, "start": start, "others": others})
        counted = int(cursor.fetchone()[0])
    if counted > most:
        raise TooMany("操作过于频繁，请过几分钟再试；急事请拨打 12345")
    return counted


def sender_of(request: HttpRequest) -> str:
    """The sender's address as a keyed hash, so that the address itself is not kept."""
    return blind("address of a sender", request.META.get("REMOTE_ADDR", "")).hex()[:24]
