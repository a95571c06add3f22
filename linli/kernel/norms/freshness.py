"""Tables that are read thousands of times a second and change twice a year: kept in memory, checked once a second.

Each thread asks for the table's token at most once a second; a new token means reading the table again. In the
transaction that makes a change every read asks again, so a command sees its own change and nobody else does before
the commit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from linli.kernel.norms.models import Token

T = TypeVar("T")

SECONDS = 1.0
KEPT = 4


EVERY: list[Fresh[Any]] = []
"""All kept tables of the process, so that tests can start from empty ones."""


class Fresh(Generic[T]):
    """A value computed from a table and kept until the table's token changes."""

    def __init__(self, name: str, load: Callable[[], T]) -> None:
        self.name = name
        self._load = load
        self._kept: dict[UUID | None, T] = {}
        self._seen = threading.local()
        EVERY.append(self)

    def get(self) -> T:
        """The value, at most a second old. Costs nothing within that second."""
        now = monotonic()
        seen = self._seen
        if now < getattr(seen, "until", 0.0):
            return seen.value
        token = Token.objects.filter(name=self.name).values_list("value", flat=True).first()
        if token is None or token not in self._kept:
            while len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[token] = self._load()
        seen.value = self._kept[token]
        seen.until = 0.0 if now < getattr(seen, "changing", 0.0) else now + SECONDS
        return seen.value

    def changed(self) -> None:
        """Say, inside the transaction of a change, that the table is another one now."""
        Token.objects.update_or_create(name=self.name, defaults={"value": uuid4()})
        self.forget()
        self._seen.changing = monotonic() + 2 * SECONDS

    def clear(self) -> None:
        """Drop everything kept: between tests, whose rows come and go without a token."""
        self._kept.clear()
        self._seen = threading.local()

    def forget(self) -> None:
        """Ask for the token again at the next read of this thread."""
        self._seen.until = 0.0
