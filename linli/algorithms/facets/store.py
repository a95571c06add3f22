"""The store behind the snapshots: rows come, change and go by id; readers keep the snapshot they took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from linli.algorithms.facets.columns import Codebook, grown, narrowest
from linli.algorithms.facets.orders import FEW_CHANGES
from linli.algorithms.facets.query import Rows
from linli.algorithms.facets.snapshot import Pairs, Snapshot

Key = TypeVar("Key")
Cached = TypeVar("Cached")
Values = Sequence[Any] | NDArray[Any]


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of a register: ``choices`` hold one value a row, ``several`` any number, ``numbers`` whole numbers.

    Numbers (dates as days or seconds, sort keys) can be filtered by range and sorted by; choices and several are
    counted. A number that is missing is given as ``MISSING`` by the caller and lies below every range.
    """

    choices: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    several: tuple[str, ...] = ()


class FacetStore:
    """Columns that grow. One writer at a time; readers take ``snapshot()`` and are never disturbed."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._lock = Lock()
        self._books = {name: Codebook() for name in (*schema.choices, *schema.several)}
        self._row_of: dict[int, int] = {}
        self._codes: dict[str, NDArray[Any]] = {name: np.zeros(0, np.uint8) for name in schema.choices}
        self._numbers = {name: np.zeros(0, np.int64) for name in schema.numbers}
        self._ids = np.zeros(0, np.int64)
        self._alive = np.zeros(0, np.bool_)
        nothing = np.zeros(0, np.intp)
        self._pairs = {name: Pairs(nothing, nothing) for name in schema.several}
        self._snapshot = self._view(None, nothing)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._snapshot.alive))

    def snapshot(self) -> Snapshot:
        """The newest state. It stays as it is while the store changes."""
        return self._snapshot

    def upsert(self, ids: Iterable[int], columns: Mapping[str, Values]) -> None:
        """Add rows or replace those with a known id. Every field of the schema must be given, in the order of ids.

        An id given twice keeps its last row. For fields with several values each entry is a collection of values.
        """
        with self._lock:
            given = [int(each) for each in ids]
            places = self._last_places(given, columns)
            kept_ids = [given[place] for place in places]
            old = len(self._row_of)
            rows = np.fromiter(
                (self._row_of.setdefault(each, len(self._row_of)) for each in kept_ids), np.intp
            )
            self._write(
                rows, kept_ids, {name: _pick(column, places) for name, column in columns.items()}, old
            )
            self._snapshot = self._view(self._snapshot, rows)

    def remove(self, ids: Iterable[int]) -> None:
        """Take rows out of every answer; unknown ids are passed over."""
        with self._lock:
            rows = np.array([self._row_of[each] for each in ids if each in self._row_of], np.intp)
            self._alive = self._alive.copy()
            self._alive[rows] = False
            self._snapshot = self._view(self._snapshot, rows[:0])

    def _last_places(self, ids: list[int], columns: Mapping[str, Values]) -> list[int]:
        fields = {*self.schema.choices, *self.schema.numbers, *self.schema.several}
        if set(columns) != fields:
            raise ValueError(f"fields given and declared differ: {sorted(fields ^ set(columns))}")
        uneven = [name for name, column in columns.items() if len(column) != len(ids)]
        if uneven:
            raise ValueError(f"columns are not as long as ids: {uneven}")
        return list({each: place for place, each in enumerate(ids)}.values())

    def _write(self, rows: Rows, ids: list[int], columns: Mapping[str, Values], old: int) -> None:
        size = len(self._row_of)
        touches_old = bool(np.any(rows < old))
        self._ids = _assigned(self._ids, rows, np.array(ids, np.int64), size, copy=False)
        self._alive = _assigned(self._alive, rows, np.ones(len(rows), np.bool_), size, copy=touches_old)
        for name in self.schema.numbers:
            values = np.asarray(columns[name], np.int64)
            self._numbers[name] = _assigned(self._numbers[name], rows, values, size, copy=touches_old)
        for name in self.schema.choices:
            codes = self._books[name].encode(columns[name])
            dtype = narrowest(len(self._books[name]))
            self._codes[name] = _assigned(self._codes[name], rows, codes, size, copy=touches_old, dtype=dtype)
        for name in self.schema.several:
            self._pairs[name] = self._joined(name, rows, columns[name], size, touches_old)

    def _joined(self, name: str, rows: Rows, values: Values, size: int, touches_old: bool) -> Pairs:
        pairs = self._pairs[name]
        lengths = np.fromiter((len(each) for each in values), np.intp, len(values))
        codes = self._books[name].encode([value for each in values for value in each])
        kept: slice | NDArray[np.bool_] = slice(None)
        if touches_old:
            replaced = np.zeros(size, np.bool_)
            replaced[rows] = True
            kept = ~replaced[pairs.rows]
        return Pairs(
            np.concatenate([pairs.rows[kept], np.repeat(rows, lengths)]),
            np.concatenate([pairs.codes[kept], codes]),
        )

    def _view(self, before: Snapshot | None, changed: Rows) -> Snapshot:
        size = len(self._row_of)
        return Snapshot(
            ids=self._ids[:size],
            alive=self._alive[:size],
            row_of=self._row_of,
            codes={name: column[:size] for name, column in self._codes.items()},
            numbers={name: column[:size] for name, column in self._numbers.items()},
            pairs=dict(self._pairs),
            books=self._books.copy(),
            sizes={name: max(len(book), 1) for name, book in self._books.items()},
            stale_packs=_carried(before.packs, before.stale_packs, changed) if before else {},
            stale_orders=_carried(before.orders, before.stale_orders, changed) if before else {},
            stale_crossed=_carried(before.crossed, before.stale_crossed, changed) if before else {},
        )


def _carried(
    fresh: Mapping[Key, Cached], stale: Mapping[Key, tuple[Cached, list[Rows]]], changed: Rows
) -> dict[Key, tuple[Cached, list[Rows]]]:
    """What the earlier snapshot worked out, with the rows changed since; dropped where these are too many."""
    carried = {key: (value, [*changes, changed]) for key, (value, changes) in stale.items()}
    carried |= {key: (value, [changed]) for key, value in fresh.items()}
    return {key: each for key, each in carried.items() if sum(map(len, each[1])) <= FEW_CHANGES}


def _assigned(
    column: NDArray[Any],
    rows: Rows,
    values: NDArray[Any],
    size: int,
    *,
    copy: bool,
    dtype: np.dtype[Any] | None = None,
) -> NDArray[Any]:
    """The column with values put in; a copy where rows that a reader may see would change."""
    larger = grown(column, rows=size, dtype=dtype)
    if copy and larger is column:
        larger = column.copy()
    larger[rows] = values
    return larger


def _pick(column: Values, places: list[int]) -> Values:
    if len(places) == len(column):
        return column
    if isinstance(column, np.ndarray):
        return np.asarray(column[places])
    return [column[place] for place in places]


__all__ = ["FacetStore", "Schema"]
