"""The columns of a big table in this process: loaded once, brought up to date at each request.

Loaded through a named door, past everybody's scope; so nothing leaves this package but under the mask of the one who asks, and
the rows of a page are fetched again under the row policies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from time import monotonic
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import BigIntegerField, F, Func, Max, QuerySet
from numpy.typing import NDArray

from linli.algorithms.facets import AnyOf, FacetStore, Range, Schema, Snapshot
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import declare_door, door
from linli.kernel.registers.columns import Point
from linli.kernel.registers.filters.base import MISSING_CODE, SEPARATOR, Load, Mask, as_number
from linli.kernel.registers.models import RemovedRow
from linli.kernel.registers.register import Register

DOOR = declare_door(
    "名册列缓存",
    "把名册的筛选列读入内存以便计数；每次查询都先套用本人的可见范围，页面上的行再经行级权限读取。",
)
LAST = int(np.iinfo(np.int64).max)
SEARCHED_OF = 64
"""What a search found is cut out where it is at most one row in so many: to copy more costs what counting it whole does."""
RELOAD_AFTER = 5 * 24 * 3600.0
"""Seconds without a refresh after which everything is read anew: notes of removed rows are kept somewhat longer."""

PORTION = 250_000
"""Ids read at once: what is on its way from the database never takes more than some 150 MB."""

HEADER = 19
TRAILER = 2
_SQL = {
    "category": "coalesce(hashtextextended(%(expressions)s::text, 0), 0)",
    "day": "coalesce((%(expressions)s - DATE '2000-01-01')::bigint, {missing})",
    "local_day": "coalesce(((%(expressions)s AT TIME ZONE '{zone}')::date - DATE '2000-01-01')::bigint, {missing})",
    "value": "coalesce((%(expressions)s * 1000)::bigint, {missing})",
    "flag": "coalesce((%(expressions)s)::int::bigint, {missing})",
    "filled": "(%(expressions)s IS NOT NULL)::int::bigint",
    "initial": "coalesce(ascii(lower(%(expressions)s)), 0)::bigint",
    "number": "coalesce((%(expressions)s * 1000)::bigint, {missing})",
    "degree": "coalesce(round(%(expressions)s * 10000000)::bigint, {missing})",
    "moment": "coalesce((extract(epoch FROM %(expressions)s) * 1000000)::bigint, {missing})",
    "date": "coalesce((%(expressions)s - DATE '2000-01-01')::bigint, {missing})",
    "truth": "coalesce((%(expressions)s)::int::bigint, {missing})",
}
CODED = frozenset({"category", "day", "local_day", "value", "flag", "filled", "initial"})
"""Kinds whose values are few, so that they are filtered and counted as codes; the others are plain numbers."""


@dataclass(frozen=True)
class Columns:
    """The columns at one moment, as filters and scope masks read them."""

    snapshot: Snapshot
    names: dict[str, dict[int, str]]
    folds: Mapping[str, str] = field(default_factory=dict)
    """The column of groups in the place of one of many values."""

    def __len__(self) -> int:
        return len(self.snapshot.ids)

    def seen_by(self, register: Register, actor: Actor) -> tuple[Columns, Mask]:
        """The columns to ask for an actor, and which of their rows the actor may see: of few rows only these are there."""
        if actor.sees_all:
            return self, self.everything()
        key = (actor.unit, actor.user_id, actor.scope, actor.verbs)
        snapshot, mask = self.snapshot.part(key, lambda: register.scope_mask(actor, self))
        return (self if snapshot is self.snapshot else Columns(snapshot, self.names)), mask

    def narrowed(self, mask: Mask) -> tuple[Columns, Mask]:
        """The columns of some rows alone where these are few, and the mask of the rows in them."""
        snapshot, mask = self.snapshot.narrowed(mask, SEARCHED_OF)
        return replace(self, snapshot=snapshot), mask

    def folded(self, cuts: Mapping[str, set[int]]) -> Columns:
        """The same columns, some of them as groups between cuts."""
        return replace(
            self,
            folds={
                name: self.snapshot.fold(name, sorted(each), MISSING_CODE)
                for name, each in cuts.items()
                if each
            },
        )

    def at(self, name: str) -> str:
        """The column in which a coded field is asked and counted."""
        return self.folds.get(name, name)

    def __getitem__(self, name: str) -> NDArray[np.int64]:
        """The values of a column of numbers or moments; ``MISSING_CODE`` where nothing is filled in."""
        return self.snapshot.numbers[name]

    def codes(self, name: str, values: Iterable[str]) -> AnyOf:
        """The codes of some texts of a category."""
        wanted = set(values)
        return AnyOf(frozenset(code for code, text in self.names[name].items() if text in wanted))

    def codes_under(self, name: str, paths: Sequence[str]) -> AnyOf:
        """The codes of the texts that start with one of the paths."""
        starts = tuple(paths)
        return AnyOf(frozenset(code for code, text in self.names[name].items() if text.startswith(starts)))

    def codes_having(self, name: str, items: Iterable[str]) -> AnyOf:
        """The codes of the arrays that contain one of the items."""
        marks = [f"{SEPARATOR}{item}{SEPARATOR}" for item in items if item]
        names = self.names[name].items()
        return AnyOf(frozenset(code for code, text in names if any(mark in text for mark in marks)))

    def having(self, name: str, *items: str) -> Mask:
        """Rows whose array contains one of the items."""
        return self.snapshot.mask({name: self.codes_having(name, items)})

    def beginning(self, names: Iterable[str], character: str) -> Mask:
        """Rows in which one of the names that a register searches begins with a character."""
        wanted = AnyOf(frozenset({ord(character)}))
        return self.snapshot.mask({f"initial:{name}": wanted for name in names}, match_any=True)

    def one_of(self, name: str, values: Iterable[str]) -> Mask:
        """Rows whose category is one of these texts."""
        return self.snapshot.mask({name: self.codes(name, values)})

    def equals(self, name: str, value: str) -> Mask:
        """Rows whose category is this text."""
        return self.one_of(name, [value])

    def under(self, name: str, *paths: str) -> Mask:
        """Rows whose path starts with one of these; an empty path is everything's start and so refused."""
        return self.snapshot.mask({name: self.codes_under(name, [path for path in paths if path])})

    def codes_between(self, name: str, first: Any, after: Any) -> AnyOf:
        """The coded days or values from ``first`` (inclusive) to ``after`` (exclusive); missing ones never are."""
        low, end = (
            (MISSING_CODE + 1 if first is None else as_number(first)),
            (LAST if after is None else as_number(after)),
        )
        values: list[Any] = self.snapshot.books[self.at(name)].values
        return AnyOf(frozenset(value for value in values if low <= value < end))

    def between(self, name: str, first: Any, after: Any, within: Mask | None = None) -> Mask:
        """Rows whose number or moment lies from ``first`` (inclusive) to ``after`` (exclusive); missing ones never do.

        ``within`` names the only rows to look at: where they are few, that is much quicker.
        """
        low = MISSING_CODE + 1 if first is None else as_number(first)
        wanted = Range(low, None if after is None else as_number(after) - 1)
        return (
            self.snapshot.mask({name: wanted})
            if within is None
            else self.snapshot.among(within, name, wanted)
        )

    def counts(self, name: str, within: Mask) -> dict[Any, int]:
        """How many of some rows have each text of a category."""
        return dict(self.named(name, self.snapshot.counts(self.at(name), within)))

    def everything(self) -> Mask:
        """All living rows: for actors who see all."""
        return self.snapshot.alive

    def named(self, name: str, counts: dict[Any, int]) -> list[tuple[Any, int]]:
        """Counts by code as counts by text, or by number for days, values and flags."""
        names = self.names.get(name)
        return (
            list(counts.items())
            if names is None
            else [(names[code], count) for code, count in counts.items()]
        )


@dataclass
class ColumnStore:
    """The columns of one register. ``own`` also reads what the running transaction has not committed (for tests)."""

    register: Register
    own: bool = False
    facets: FacetStore | None = None
    names: dict[str, dict[int, str]] = field(default_factory=dict)
    horizon: int = 0
    refreshed: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.loads = loads_of(self.register)
        self.categories = [load.name for load in self.loads if load.kind == "category"]

    def columns(self) -> Columns:
        """The columns as they are now."""
        with self.lock, door(DOOR):
            if self.facets is None or monotonic() - self.refreshed > RELOAD_AFTER:
                self._load()
            else:
                self._refresh()
            self.refreshed = monotonic()
            assert self.facets is not None
            return Columns(self.facets.snapshot(), self.names)

    def _load(self) -> None:
        self.horizon, own = read_horizon()
        self.names = {name: {0: ""} for name in self.categories}
        coded = tuple(load.name for load in self.loads if load.kind in CODED)
        numbers = tuple(load.name for load in self.loads if load.kind not in CODED)
        self.facets = FacetStore(Schema(choices=coded, numbers=numbers))
        rows = self._rows(own)
        last = rows.aggregate(last=Max("pk"))["last"] or 0
        for start in range(0, last + 1, PORTION):
            self._take(rows.filter(pk__gte=start, pk__lt=start + PORTION))

    def _refresh(self) -> None:
        horizon, own = read_horizon()
        table = self.register.model._meta.db_table
        changed, gone = something_since(table, self.horizon)
        if changed:
            self._take(self._rows(own).filter(changed_tx__gte=self.horizon))
        if gone and self.facets is not None:
            rows = RemovedRow.objects.filter(table=table, changed_tx__gte=self.horizon)
            if own is not None and not self.own:
                rows = rows.exclude(changed_tx=own)
            self.facets.remove(list(rows.values_list("row_id", flat=True)))
        self.horizon = horizon

    def _rows(self, own: int | None) -> QuerySet[Any]:
        rows = self.register.model._base_manager.order_by()  # type: ignore[attr-defined]
        return rows if own is None or self.own else rows.exclude(changed_tx=own)

    def _take(self, rows: QuerySet[Any]) -> None:
        columns = copied(rows, self.loads)
        ids = columns.pop("")
        if len(ids) and self.facets is not None:
            self._learn(ids, columns)
            self.facets.upsert(ids.tolist(), columns)

    def _learn(self, ids: NDArray[np.int64], columns: dict[str, NDArray[np.int64]]) -> None:
        """Read the texts of codes not seen before, from one row each."""
        for load in self.loads:
            if load.kind != "category":
                continue
            codes, first = np.unique(columns[load.name], return_index=True)
            unseen = {
                int(ids[place]): int(code)
                for code, place in zip(codes, first, strict=True)
                if int(code) not in self.names[load.name]
            }
            if unseen:
                model: Any = self.register.model
                pairs = model._base_manager.filter(pk__in=unseen).values_list("pk", load.field)
                self.names[load.name] |= {unseen[pk]: written(value) for pk, value in pairs}


def loads_of(register: Register) -> tuple[Load, ...]:
    """The columns a register needs: those of its filters, its scope, its orders and its map, once each."""
    found: dict[str, Load] = {}
    for load in (load for declared in register.filters for load in declared.loads()):
        if found.setdefault(load.name, load) != load:
            raise TypeError(f"register {register.name}: the column {load.name} is declared as two things")
    for name in register.scope_columns:
        found.setdefault(name, Load(name, name, "category"))
    for name in register.search.begun if register.search else ():
        found[f"initial:{name}"] = Load(f"initial:{name}", name, "initial")
    for path in ("pk", *(sort.path for sort in register.sorts)):
        kind = "number" if path == "pk" else kind_of(register, path)
        found[f"sort:{path}"] = Load(f"sort:{path}", path, kind)
        if rises_apart(register, path):
            found[f"rise:{path}"] = Load(f"rise:{path}", path, kind)
    if isinstance(register.map, Point):
        found["map:lon"] = Load("map:lon", register.map.lon, "degree")
        found["map:lat"] = Load("map:lat", register.map.lat, "degree")
    return tuple(found.values())


def rises_apart(register: Register, path: str) -> bool:
    """Whether rows with nothing filled in must be put last in a rising order, too."""
    return path != "pk" and bool(getattr(register.model._meta.get_field(path), "null", False))


def kind_of(register: Register, path: str) -> str:
    """How a field that the list is ordered by is held; texts have no order in memory."""
    kinds = {"DateTimeField": "moment", "DateField": "date", "BooleanField": "truth"}
    target = register.model._meta.get_field(path)
    name = target.get_internal_type()  # type: ignore[union-attr]
    if name in kinds:
        return kinds[name]
    if name.endswith(("IntegerField", "DecimalField", "FloatField", "AutoField")):
        return "number"
    raise TypeError(f"register {register.name}: the column engine cannot sort by the text {path}")


def copied(rows: QuerySet[Any], loads: Sequence[Load]) -> dict[str, NDArray[np.int64]]:
    """The columns of the rows by one binary COPY of fixed-width records; the ids are under the empty name.

    What two columns hold alike is sent once.
    """
    sent = {(load.field, load.kind): load for load in loads}
    named = {f"_l{place}": _expression(load) for place, load in enumerate(sent.values())}
    sql, params = rows.annotate(**named).values_list("pk", *named).query.sql_with_params()
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT BINARY)", params) as copy,
    ):
        data = b"".join(copy)
    record = np.dtype(
        [
            ("fields", ">i2"),
            *(
                (part, kind)
                for place in range(len(sent) + 1)
                for part, kind in ((f"l{place}", ">i4"), (f"v{place}", ">i8"))
            ),
        ]
    )
    table = np.frombuffer(data[HEADER : len(data) - TRAILER], dtype=record)
    values = {key: table[f"v{place}"].astype(np.int64) for place, key in enumerate(sent, 1)}
    found = {load.name: _rising(load, values[load.field, load.kind]) for load in loads}
    return {"": table["v0"].astype(np.int64)} | found


def _rising(load: Load, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """For a rising order what is not filled in counts as the last."""
    return np.where(values == MISSING_CODE, LAST, values) if load.name.startswith("rise:") else values


def written(value: Any) -> str:
    """A value of a category as it is kept: the items of an array each between separators."""
    if isinstance(value, list | tuple):
        return "".join(f"{SEPARATOR}{item}" for item in value) + SEPARATOR if value else ""
    return "" if value is None else str(value)


def _expression(load: Load) -> Func:
    """What a column reads."""
    template = _SQL[load.kind].replace("{missing}", str(MISSING_CODE)).replace("{zone}", settings.TIME_ZONE)
    field = F(load.field) if isinstance(load.field, str) else load.field
    return Func(field, template=template, output_field=BigIntegerField())


def changed_here(register: Register) -> bool:
    """Whether the running transaction has changed the table itself, so that memory does not show it."""
    _horizon, own = read_horizon()
    if own is None:
        return False
    rows: Any = register.model._base_manager  # type: ignore[attr-defined]
    gone = RemovedRow.objects.filter(table=register.model._meta.db_table, changed_tx=own)
    with door(DOOR):
        if not any(something_since(register.model._meta.db_table, own)):
            return False
        return rows.filter(changed_tx=own).exists() or gone.exists()


def something_since(table: str, horizon: int) -> tuple[bool, bool]:
    """Whether rows have been written, and whether rows have been removed, by transactions from a number on.

    The highest number is asked for by its index: rows that came in few big transactions make a scan look cheap.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT coalesce((SELECT changed_tx FROM "{table}" ORDER BY changed_tx DESC LIMIT 1) >= %(horizon)s, false), '
            'EXISTS (SELECT FROM registers_removedrow WHERE changed_tx >= %(horizon)s AND "table" = %(table)s)',
            {"horizon": horizon, "table": table},
        )
        changed, gone = cursor.fetchone()
    return changed, gone


def read_horizon() -> tuple[int, int | None]:
    """Every transaction below the first number is finished; the second is the running one, if it has written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_current_xact_id_if_assigned()::text::bigint"
        )
        horizon, own = cursor.fetchone()
    return horizon, own
