"""Reading notices."""

from __future__ import annotations

from django.db.models import QuerySet

from linli.kernel.accounts.models import User
from linli.kernel.notices.models import Delivery, Notice


def inbox(user: User) -> QuerySet[Notice]:
    """A person's notices, newest first."""
    return Notice.objects.filter(user=user).order_by("-at", "-pk")


def unread(user: User) -> int:
    """How many are unread; counted on an index that holds only those."""
    return Notice.objects.filter(user=user, read_at=None).count()


def failed() -> QuerySet[Delivery]:
    """Deliveries that did not go through, newest first."""
    return (
        Delivery.objects.filter(state=Delivery.State.FAILED)
        .select_related("notice", "channel")
        .order_by("-at")
    )
