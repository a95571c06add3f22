"""Reading notices."""

from __future__ import annotations

from django.db.models import QuerySet

from linli.kernel.accounts.models import User
from linli.kernel.notices.models import Notice


def inbox(user: User) -> QuerySet[Notice]:
    """A person's notices, newest first."""
    return Notice.objects.filter(user=user).order_by("-at", "-pk")
