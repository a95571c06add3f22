"""Sessions in the database, as Django keeps them; the question that every page asks is put together once."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.contrib.sessions.models import Session
from django.utils import timezone

from linli.kernel.standing import Standing

_RUNNING = Standing(
    lambda key, at: Session.objects.filter(session_key=key, expire_date__gt=at),
    "?",
    datetime(9999, 1, 1, tzinfo=UTC),
)


class SessionStore(InDatabase):
    """A session that has not expired, or an empty one."""

    def _get_session_from_db(self) -> Session | None:
        found = _RUNNING.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Django's own table."""
        return Session
