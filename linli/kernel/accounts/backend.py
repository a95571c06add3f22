"""Who is signed in: as Django does it, asked for every page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from linli.kernel.accounts.models import User
from linli.kernel.standing import Standing

_USER = Standing(lambda user_id: User.objects.filter(pk=user_id), -1)


class Accounts(ModelBackend):
    """Accounts by name and password; one that is not active is nobody."""

    def get_user(self, user_id: Any) -> User | None:
        """The account of a session."""
        user = _USER.first(int(user_id))
        return user if user is not None and self.user_can_authenticate(user) else None
