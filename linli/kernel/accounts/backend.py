"""Who is signed in: as Django does it, asked for every page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from linli.kernel.accounts.models import User
from linli.kernel.accounts.queries import account


class Accounts(ModelBackend):
    """Accounts by name and password; one that is not active is nobody."""

    def get_user(self, user_id: Any) -> User | None:
        """The account of a session."""
        user = account(int(user_id), timezone.localdate())
        return user if user is not None and self.user_can_authenticate(user) else None
