"""Reading notices."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet

from linli.kernel.accounts.models import User
from linli.kernel.notices.models import Notice


def inbox(user: User) -> QuerySet[Notice]:
    """A person's notices, newest first."""
    return Notice.objects.filter(user=user).order_by("-at", "-pk")


def unread(user: User) -> int:
    """How many are unread; counted on an index that holds only those. Every page asks, so it is asked in plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM notices_notice WHERE user_id = %s AND read_at IS NULL", [user.pk]
        )
        return int(cursor.fetchone()[0])
