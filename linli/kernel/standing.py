"""Questions that every page asks again: their SQL is made once, and asked with other values each time.

To put a query together and to find out how its rows become objects costs Django more than the database needs to answer
it by its key. A standing question is written as any other, with places where the values come, and gives the same rows,
with what ``select_related`` names; what it cannot do is change its shape. ``put`` writes rows in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Field, ForeignObject, Lookup, Model, QuerySet
from django.db.models.expressions import DatabaseDefault
from django.db.models.query import ValuesListIterable, get_related_populators

M = TypeVar("M", bound=Model)
R = TypeVar("R")


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup):  # type: ignore[type-arg]
    """``pk__among=ids``: as ``pk__in``, but one array, so that the SQL is the same however many there are."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """``column = ANY(array)``."""
        column, given = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.cast_db_type(connection).partition("(")[
            0
        ]  # a length would cut what is asked
        return f"{column} = ANY(%s::{kind}[])", (*given, list(self.rhs))


def plan_each_time() -> None:
    """For the rest of this transaction the database plans every question for what it is asked with.

    A question that a connection has asked a few times is planned for any values. Any array has ten members in such a plan: one that had
    some thousand was looked through anew for each of a million rows, and a list that took a second took ten minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")


class Standing(Generic[R]):
    """``Standing(lambda case_id: Clock.objects.filter(case=case_id), -1)``; then ``ask(7)`` is a list of clocks.

    ``places`` are values of the right type that nobody ever asks with, each another one: where the database is given
    one of them, the value asked with takes its place. A list has a place where it is asked ``among`` it:
    ``Standing(lambda ids: Case.objects.filter(pk__among=ids), [-1])``. A question that ends in ``values_list`` of fields gives
    tuples: for many rows that are only shown, making objects costs more than everything else.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, R]], *places: Any) -> None:
        self._build, self._places = build, places
        self._made: _Made | None = None

    def ask(self, *values: Any) -> list[R]:
        """The rows for these values, in the order of the places."""
        made = self._made = self._made or self._make()
        if not made.sql:
            return []
        filled = [which.fill(values) if isinstance(which, _Place) else which for which in made.given]
        with connection.cursor() as cursor:
            cursor.execute(made.sql, filled)
            rows = cursor.fetchall()
        return list(made.objects(rows))

    def first(self, *values: Any) -> R | None:
        """The first row, or None."""
        return next(iter(self.ask(*values)), None)

    def _make(self) -> _Made:
        rows = self._build(*self._places)
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, given = compiler.as_sql()
        except EmptyResultSet:
            return _Made("", (), None, [], [], [])
        plain = issubclass(rows._iterable_class, ValuesListIterable)  # type: ignore[attr-defined]
        if getattr(rows, "_prefetch_related_lookups", ()) or (compiler.annotation_col_map and not plain):
            raise LookupError(
                "a standing question gives plain rows: nothing annotated, nothing fetched besides"
            )
        filled = tuple(self._place_of(value) for value in given)
        missing = set(range(len(self._places))) - {each.number for each in filled if isinstance(each, _Place)}
        if missing:
            raise LookupError(f"the question does not ask with the places {sorted(missing)}")
        columns = [column for column, _sql, _alias in compiler.select]
        converters = [
            (n, each, column)
            for n, (made, column) in compiler.get_converters(columns).items()
            for each in made
        ]
        if plain:
            return _Made(sql, filled, None, [], converters, [])
        own = compiler.klass_info["select_fields"]
        return _Made(
            sql,
            filled,
            rows.model,
            [columns[n].target.attname for n in own],
            converters,
            get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]
        )

    def _place_of(self, value: Any) -> Any:
        for number, place in enumerate(self._places):
            plain = getattr(value, "obj", value)  # the driver wraps bytes
            if isinstance(plain, type(place)) and plain == place:
                return _Place(number, type(value))
        return value


FEW = 4


def put(rows: Iterable[M], *, unless_there: bool = False) -> list[M]:
    """``bulk_create`` for the few rows that a command writes: the SQL is made once for each model and number of rows.

    What the database fills in (a number, a default) is read back into the rows; not with ``unless_there``, which passes over
    rows that a unique constraint forbids.
    """
    new = list(rows)
    if not new:
        return []
    left = _left(new[0])
    if len(new) > FEW or any(_left(row) != left for row in new[1:]):
        return list(type(new[0])._default_manager.bulk_create(new, ignore_conflicts=unless_there))
    insert = _insert(type(new[0]), len(new), left, unless_there)
    given = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for row in new
        for field in insert.fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(insert.sql, given)
        filled = cursor.fetchall() if insert.filled else [()] * len(new)
    for row, values in zip(new, filled, strict=True):
        for name, value in zip(insert.filled, values, strict=True):
            setattr(row, name, value)
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return new


def _left(row: Model) -> frozenset[str]:
    """The fields of a row that the database fills in."""
    return frozenset(
        field.attname
        for field in row._meta.concrete_fields
        if isinstance(value := getattr(row, field.attname), DatabaseDefault)
        or (value is None and field.primary_key)
    )


@dataclass(frozen=True)
class _Insert:
    """The SQL that writes so many rows, the fields it is given, and those that the database fills in."""

    sql: str
    fields: list[Field[Any, Any]]
    filled: list[str]


@cache
def _insert(model: type[Model], count: int, left: frozenset[str], unless_there: bool) -> _Insert:
    """The columns but those that are left to the database."""
    table, name_of = model._meta.db_table, connection.ops.quote_name
    fields = [each for each in model._meta.concrete_fields if each.attname not in left and not each.generated]
    filled = [each for each in model._meta.concrete_fields if each.attname in left and not unless_there]
    row = ", ".join(
        each.get_placeholder(None, None, connection) if hasattr(each, "get_placeholder") else "%s"
        for each in fields
    )
    columns = ", ".join(name_of(str(each.column)) for each in fields)
    conflict = " ON CONFLICT DO NOTHING" if unless_there else ""
    returning = f" RETURNING {', '.join(name_of(str(each.column)) for each in filled)}" if filled else ""
    return _Insert(
        f"INSERT INTO {name_of(table)} ({columns}) VALUES {', '.join([f'({row})'] * count)}{conflict}{returning}",
        fields,
        [each.attname for each in filled],
    )


@dataclass(frozen=True)
class _Made:
    """The SQL, what it is given, and how a row becomes an object: as Django's own iterator does it, found out once."""

    sql: str
    given: tuple[Any, ...]
    model: type[Model] | None
    fields: list[str]
    converters: list[tuple[int, Callable[..., Any], Any]]
    related: list[Any]

    def objects(self, rows: list[tuple[Any, ...]]) -> Iterator[Any]:
        """An object for each row, its own columns come first; a tuple where the question is for values."""
        for row in rows:
            values = list(row)
            for n, convert, column in self.converters:
                values[n] = convert(values[n], column, connection)
            if self.model is None:
                yield tuple(values)
                continue
            made = self.model.from_db(DEFAULT_DB_ALIAS, self.fields, values[: len(self.fields)])
            for populator in self.related:
                populator.populate(values, made)
            yield made


@dataclass(frozen=True)
class _Place:
    """Which of the values comes here, and as what: the driver has a type for each width of a whole number."""

    number: int
    kind: type

    def fill(self, values: tuple[Any, ...]) -> Any:
        value = values[self.number]
        return value if isinstance(value, self.kind) else self.kind(value)
