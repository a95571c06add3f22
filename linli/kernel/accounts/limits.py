"""Rate limits that hold over all processes: a counter in the database for each key and stretch of time."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection
from django.http import HttpRequest

from linli.kernel.privacy.crypto import blind


class TooMany(Exception):
    """Asked for too often; the text says when to try again."""


_COUNT = """
    INSERT INTO accounts_ratecount (key, starts_at, count) VALUES (%s, %s, 1)
    ON CONFLICT (key, starts_at) DO UPDATE SET count = accounts_ratecount.count + 1
    RETURNING count
"""


def count(key: str, *, most: int, seconds: int, at: datetime) -> int:
    """Count one more; raise ``TooMany`` beyond ``most`` in a stretch of ``seconds``. Stretches begin on the clock."""
    start = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=UTC)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key[:80], start])
        counted: int = cursor.fetchone()[0]
    if counted > most:
        raise TooMany("操作过于频繁，请过几分钟再试；急事请拨打 12345")
    return counted


def sender_of(request: HttpRequest) -> str:
    """The sender's address as a keyed hash, so that the address itself is not kept."""
    return blind("address of a sender", request.META.get("REMOTE_ADDR", "")).hex()[:24]
