"""Questions that every page asks again: their SQL is made once, and asked with other values each time.

To put a query together costs Django more than the database needs to answer it by its key. A standing question is
written as any other, with places where the values come, and gives the same rows; what it cannot do is change its shape.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


class Standing(Generic[M]):
    """``Standing(lambda case_id: Clock.objects.filter(case=case_id), -1)``; then ``ask(7)`` is a list of clocks.

    ``places`` are values of the right type that nobody ever asks with, each another one: where the database is given
    one of them, the value asked with takes its place.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], *places: Any) -> None:
        self._build, self._places = build, places
        self._made: tuple[type[M], str, tuple[Any, ...]] | None = None

    def ask(self, *values: Any) -> list[M]:
        """The rows for these values, in the order of the places."""
        model, sql, given = self._made or self._make()
        filled = [which.fill(values) if isinstance(which, _Place) else which for which in given]
        return list(model._default_manager.raw(sql, filled))

    def first(self, *values: Any) -> M | None:
        """The first row, or None."""
        return next(iter(self.ask(*values)), None)

    def _make(self) -> tuple[type[M], str, tuple[Any, ...]]:
        rows = self._build(*self._places)
        sql, given = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        made = tuple(self._place_of(value) for value in given)
        missing = set(range(len(self._places))) - {each.number for each in made if isinstance(each, _Place)}
        if missing:
            raise LookupError(f"the question does not ask with the places {sorted(missing)}")
        self._made = rows.model, sql, made
        return self._made

    def _place_of(self, value: Any) -> Any:
        for number, place in enumerate(self._places):
            plain = getattr(value, "obj", value)  # the driver wraps bytes
            if isinstance(plain, type(place)) and plain == place:
                return _Place(number, type(value))
        return value


@dataclass(frozen=True)
class _Place:
    """Which of the values comes here, and as what: the driver has a type for each width of a whole number."""

    number: int
    kind: type

    def fill(self, values: tuple[Any, ...]) -> Any:
        value = values[self.number]
        return value if isinstance(value, self.kind) else self.kind(value)
