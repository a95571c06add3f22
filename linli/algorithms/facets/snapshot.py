"""One unchanging state of the columns: masks, counts and pages."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.algorithms.facets import orders
from linli.algorithms.facets.columns import Codebook, among, narrowest
from linli.algorithms.facets.crossed import Crossed, cells_of, cross, is_small
from linli.algorithms.facets.query import Answer, AnyOf, Filter, Mask, Query, Range, Rows

PACK_LIMIT = 16_384
CUBE_LIMIT = 65_536
"""Combinations of the codes of all filtered fields up to which one count of combinations serves them."""

KEPT_PACKS = 16
"""Packs of a snapshot, eight bytes a row each."""

KEPT_MASKS = 24
"""Masks of coded filters kept with a snapshot, a byte a row each: a page asks for the same ones several times."""

KEPT_PARTS = 48
"""Parts of a snapshot, one for each person who asks: in a district of 162 communities few ask within the same second."""

KEPT_FOLDS = 32
"""Folded columns of a snapshot, a byte a row each; beyond them the values themselves are asked."""

FOLD_FROM = 64
"""Fewer different values are asked as they are."""

KEPT_CROSSED = 4
"""Sets of filtered fields whose counts are kept by combination."""

MANY_ROWS = 50_000
"""From so many matching rows on they are not counted one by one where their fields can be crossed."""

HIDDEN_OF = 4
"""Rows outside a scope are counted and taken off where they are at most one for so many that match."""

FEW_OF = 4
"""A part is cut out where it holds at most one row in so many; a larger one would be a second copy of nearly everything."""

Counts = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Memberships of a field with several values to a row: row numbers and codes side by side."""

    rows: Rows
    codes: Rows


@dataclass(frozen=True, slots=True)
class Pack:
    """Several code columns in one mixed-radix number, so that one count serves them all."""

    fields: tuple[str, ...]
    sizes: tuple[int, ...]
    numbers: Rows
    totals: Counts

    def counts(self, match: Mask, rows: Rows | None) -> dict[str, Counts]:
        """Per field how often each code occurs among the matching rows; ``rows`` are these where they are few."""
        cube = self.cube(match, rows)
        axes = range(len(self.sizes))
        return {
            name: cube.sum(axis=tuple(a for a in axes if a != axis)) for axis, name in enumerate(self.fields)
        }

    def cube(self, match: Mask, rows: Rows | None) -> Counts:
        """How often each combination of codes occurs among the matching rows, an axis a field."""
        length = prod(self.sizes)
        if rows is not None:
            return np.bincount(self.numbers[rows], minlength=length).reshape(self.sizes)
        others = np.bincount(self.numbers[np.flatnonzero(~match)], minlength=length)
        return (self.totals - others).reshape(self.sizes)


@dataclass(eq=False)
class Snapshot:
    """Columns at one moment. Readers share it freely: what it caches, it can work out twice without harm.

    ``stale_*`` hold what an earlier snapshot worked out, with the rows that changed since. ``row_of`` is the store's, which may know
    ids that came later; a snapshot that was cut out keeps its rows in the whole, ascending, as ``cut_from``.
    """

    ids: NDArray[np.int64]
    alive: Mask
    row_of: Mapping[int, int]
    codes: dict[str, NDArray[Any]]
    numbers: dict[str, NDArray[np.int64]]
    pairs: dict[str, Pairs]
    books: dict[str, Codebook]
    sizes: dict[str, int]
    packs: dict[tuple[str, ...], Pack] = field(default_factory=dict)
    orders: dict[str, Rows] = field(default_factory=dict)
    masks: dict[tuple[str, AnyOf], Mask] = field(default_factory=dict)
    stale_packs: dict[tuple[str, ...], tuple[Pack, list[Rows]]] = field(default_factory=dict)
    stale_orders: dict[str, tuple[Rows, list[Rows]]] = field(default_factory=dict)
    parts: dict[Hashable, tuple[Snapshot, Mask]] = field(default_factory=dict)
    crossed: dict[tuple[str, ...], Crossed] = field(default_factory=dict)
    folds: int = 0
    cut_from: Rows | None = None
    stale_crossed: dict[tuple[str, ...], tuple[Crossed, list[Rows]]] = field(default_factory=dict)

    def part(self, key: Hashable, seen: Callable[[], Mask]) -> tuple[Snapshot, Mask]:
        """The living rows of a mask: cut out where they are few, so that nothing after looks at the others; kept by a key.

        Returns the snapshot to ask, and the mask of the rows in it.
        """
        kept = self.parts.get(key)
        if kept is not None:
            return kept
        if len(self.parts) >= KEPT_PARTS:
            self.parts.clear()
        mask = seen() & self.alive
        found = self.parts[key] = self.narrowed(mask)
        return found

    def narrowed(self, mask: Mask, few_of: int = FEW_OF) -> tuple[Snapshot, Mask]:
        """Some living rows as ``part`` gives them, cut out where they are at most one in ``few_of``."""
        count = int(np.count_nonzero(mask))
        if count * few_of > len(mask):
            return self, mask
        cut = self._cut(np.flatnonzero(mask))
        return cut, cut.alive

    def rows_of(self, ids: Iterable[int]) -> Rows:
        """The rows of ids, ascending; unknown ones are passed over."""
        known = [row for each in ids if (row := self.row_of.get(each)) is not None]
        rows = np.sort(np.array(known, np.intp))
        if self.cut_from is None:
            return rows[rows < len(self.ids)]
        at = np.searchsorted(self.cut_from, rows)
        inside = at < len(self.cut_from)
        at, rows = at[inside], rows[inside]
        found: Rows = at[self.cut_from[at] == rows]
        return found

    def holding(self, ids: Iterable[int]) -> Mask:
        """The mask of the rows with these ids."""
        mask = np.zeros(len(self.ids), np.bool_)
        mask[self.rows_of(ids)] = True
        return mask

    def _cut(self, rows: Rows) -> Snapshot:
        return Snapshot(
            ids=self.ids[rows],
            alive=np.ones(len(rows), np.bool_),
            row_of=self.row_of,
            codes={name: column[rows] for name, column in self.codes.copy().items()},
            numbers={name: column[rows] for name, column in self.numbers.items()},
            pairs=_pairs_at(self.pairs, rows, len(self.ids)),
            books=self.books.copy(),
            sizes=self.sizes.copy(),
            folds=self.folds,
            cut_from=rows if self.cut_from is None else self.cut_from[rows],
        )

    def fold(self, name: str, cuts: Sequence[int], missing: int) -> str:
        """A coded field of ordered values (days, ages) as one of few groups: each value as the lowest of its group.

        ``cuts`` are the values at which groups begin. ``missing``, less by more than one than any other, stays by itself. What is asked between cuts
        is answered alike by both fields, and by this one at the cost of its few groups. Returns the field to ask, which is the
        given one where folding does not pay.
        """
        folded = f"{name}|{'|'.join(map(str, cuts))}"
        if folded in self.codes:
            return folded
        if self.sizes[name] < FOLD_FROM or self.folds >= KEPT_FOLDS:
            return name
        book = Codebook()
        book.encode([missing, missing + 1, *cuts])
        values = np.array(self.books[name].values[: self.sizes[name]], np.int64)
        group = np.where(values == missing, 0, 1 + np.searchsorted(np.array(cuts, np.int64), values, "right"))
        self.books[folded], self.sizes[folded] = book, len(book)
        self.codes[folded] = group.astype(narrowest(len(book)))[self.codes[name]]
        self.folds += 1
        return folded

    def mask(self, filters: Mapping[str, Filter], *, match_any: bool = False) -> Mask:
        """The living rows that pass the filters; for a scope that is kept and used again."""
        masks = [self._filter_mask(name, each) for name, each in filters.items()]
        if not masks:
            return self.alive.copy()
        joined = reduce(np.logical_or if match_any else np.logical_and, masks)
        return np.asarray(joined & self.alive)

    def among(self, rows: Mask, name: str, wanted: Range) -> Mask:
        """Those of some living rows whose number lies in a range; quick where they are few: no other row is looked at."""
        places, column = np.flatnonzero(rows & self.alive), self.numbers[name]
        places = places if wanted.low is None else places[column[places] >= wanted.low]
        places = places if wanted.high is None else places[column[places] <= wanted.high]
        found = np.zeros(len(self.ids), np.bool_)
        found[places] = True
        return found

    def counts(self, name: str, rows: Mask) -> dict[Hashable, int]:
        """How many of some living rows have each value of a coded field, in one pass."""
        return self._named(name, self._field_counts(name, rows & self.alive))

    def ask(self, query: Query, scope: Mask | None = None) -> Answer:
        """Answer a query within a scope (all living rows by default)."""
        seen = self.alive if scope is None else scope & self.alive
        masks = {name: self._filter_mask(name, each) for name, each in query.filters.items()}
        match = _match(masks.values(), seen, query.match_any)
        total = int(np.count_nonzero(match))
        counts = self._counts(query, masks, seen, match, total)
        return Answer(total, self.ids[self._page(query, match, total)].tolist(), counts)

    def matching_ids(self, query: Query, scope: Mask | None = None) -> NDArray[np.int64]:
        """The ids of all matching rows in the query's order, for an export of exactly what is shown."""
        seen = self.alive if scope is None else scope & self.alive
        masks = [self._filter_mask(name, each) for name, each in query.filters.items()]
        match = _match(masks, seen, query.match_any)
        if not query.order:
            return self.ids[match]
        order = self._order(query.order)
        rows = order[::-1] if query.descending else order
        return self.ids[rows[match[rows]]]

    def _filter_mask(self, name: str, wanted: Filter) -> Mask:
        if isinstance(wanted, Range):
            column = self.numbers[name]
            mask = np.ones(len(column), np.bool_) if wanted.low is None else column >= wanted.low
            return mask if wanted.high is None else mask & (column <= wanted.high)
        key = (name, wanted)
        kept = self.masks.get(key)
        if kept is not None:
            return kept
        if (
            len(self.masks) >= KEPT_MASKS
        ):  # many threads read a snapshot: never walk what another may be changing
            self.masks.clear()
        found = self.masks[key] = self._coded_mask(name, wanted)
        return found

    def _coded_mask(self, name: str, wanted: AnyOf) -> Mask:
        known = [code for code in self.books[name].known(wanted.values) if code < self.sizes[name]]
        if name in self.codes:
            return among(self.codes[name], known)
        pairs, mask = self.pairs[name], np.zeros(len(self.ids), np.bool_)
        mask[pairs.rows[among(pairs.codes, known)]] = True
        return mask

    def _counts(
        self, query: Query, masks: dict[str, Mask], seen: Mask, match: Mask, total: int
    ) -> dict[str, dict[Hashable, int]]:
        coded = tuple(name for name in query.facets if name in self.codes)
        found = self._crossed_counts(query, coded, seen, total)
        if not found:
            rows = _few(match, total)
            for pack in self._packs(coded):
                found |= pack.counts(match, rows)
        for name in query.facets:
            if name in self.pairs:
                found[name] = self._pair_counts(name, match)
        if query.match_any:
            self._recount_any(query, masks, seen, found)
        elif (own := self._own_counts(query, seen)) is not None:
            found |= own
        else:
            self._add_own(query, masks, seen, found)
        return {name: self._named(name, found[name]) for name in query.facets}

    def _crossed_counts(
        self, query: Query, facets: tuple[str, ...], seen: Mask, total: int
    ) -> dict[str, Counts]:
        """The counts of many rows out of their combinations, less those that are not seen; nothing where this is not quicker."""
        names = tuple(sorted(query.filters))
        if total < MANY_ROWS or query.match_any or not names or any(name not in self.codes for name in names):
            return {}
        hidden = np.flatnonzero(~seen)
        if len(hidden) * HIDDEN_OF > total or not is_small(names, facets, self.sizes):
            return {}
        chosen = {name: self._chosen(name, query.filters[name]) for name in names}
        found = self._crossed(names, facets).counts([chosen[name] for name in names])
        for name in names:
            hidden = hidden[chosen[name][self.codes[name][hidden]]]
        return {
            name: found[name] - np.bincount(self.codes[name][hidden], minlength=self.sizes[name])
            for name in facets
        }

    def _crossed(self, names: tuple[str, ...], facets: tuple[str, ...]) -> Crossed:
        kept = self.crossed.get(names)
        if kept is None or not kept.totals.keys() >= set(facets):
            old, changes = self.stale_crossed.get(names, (None, []))
            if old is not None and old.totals.keys() >= set(facets):
                kept = old.changed(self.codes, self.sizes, np.unique(np.concatenate(changes)))
            else:
                kept = None
            if len(self.crossed) >= KEPT_CROSSED:
                self.crossed.clear()
            kept = self.crossed[names] = kept or cross(names, facets, self.codes, self.sizes)
        return kept

    def _own_counts(self, query: Query, seen: Mask) -> dict[str, Counts] | None:
        """The counts of the filtered facets, each with the filters of the others: out of one cube of all their codes.

        None where a filter is none of codes, or the cube would be larger than the table.
        """
        names = tuple(sorted(query.filters))
        if not names or any(name not in self.codes for name in names):
            return None
        sizes = tuple(self.sizes[name] for name in names)
        if prod(sizes) > CUBE_LIMIT or (names not in self.packs and len(self.packs) >= KEPT_PACKS):
            return None
        if names not in self.packs:
            self.packs[names] = self._pack(names)
        cube = self.packs[names].cube(seen, _few(seen, int(np.count_nonzero(seen))))
        chosen = {name: self._chosen(name, query.filters[name]) for name in names}
        found = {}
        for name in set(names) & set(query.facets):
            left = cube
            for axis, other in reversed(list(enumerate(names))):
                if other != name:
                    left = left.compress(chosen[other], axis=axis).sum(axis=axis)
            found[name] = left
        return found

    def _chosen(self, name: str, wanted: Filter) -> Mask:
        codes = np.zeros(self.sizes[name], np.bool_)
        assert isinstance(wanted, AnyOf), "asked of codes only"
        codes[[code for code in self.books[name].known(wanted.values) if code < len(codes)]] = True
        return codes

    def _add_own(self, query: Query, masks: dict[str, Mask], seen: Mask, found: dict[str, Counts]) -> None:
        """Add to each filtered facet the rows that only its own filter keeps out."""
        if not any(name in masks for name in query.facets):
            return
        failed = np.zeros(len(seen), np.uint8)
        for mask in masks.values():
            failed += ~mask
        once = seen & (failed == 1)
        for name in query.facets:
            if name in masks:
                found[name] = found[name] + self._field_counts(name, once & ~masks[name])

    def _recount_any(
        self, query: Query, masks: dict[str, Mask], seen: Mask, found: dict[str, Counts]
    ) -> None:
        for name in query.facets:
            if name in masks:
                others = [mask for field, mask in masks.items() if field != name]
                found[name] = self._field_counts(name, _match(others, seen, match_any=True))

    def _field_counts(self, name: str, match: Mask) -> Counts:
        if name in self.pairs:
            return self._pair_counts(name, match)
        return np.bincount(self.codes[name][np.flatnonzero(match)], minlength=self.sizes[name])

    def _pair_counts(self, name: str, match: Mask) -> Counts:
        pairs = self.pairs[name]
        return np.bincount(pairs.codes[match[pairs.rows]], minlength=self.sizes[name])

    def _named(self, name: str, counts: Counts) -> dict[Hashable, int]:
        values = self.books[name].values
        return {values[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}

    def _packs(self, names: tuple[str, ...]) -> list[Pack]:
        packs = []
        for group in _groups(names, self.sizes):
            if group not in self.packs:
                self.packs[group] = self._pack(group)
            packs.append(self.packs[group])
        return packs

    def _pack(self, names: tuple[str, ...]) -> Pack:
        sizes = tuple(self.sizes[name] for name in names)
        old, changes = self.stale_packs.get(names, (None, []))
        if old is not None and old.sizes == sizes:
            return self._updated_pack(old, np.unique(np.concatenate(changes)))
        numbers = cells_of(names, sizes, self.codes, slice(None))
        return Pack(names, sizes, numbers, np.bincount(numbers, minlength=prod(sizes)))

    def _updated_pack(self, old: Pack, changed: Rows) -> Pack:
        length = prod(old.sizes)
        fresh = cells_of(old.fields, old.sizes, self.codes, changed)
        gone = old.numbers[changed[changed < len(old.numbers)]]
        totals = old.totals + np.bincount(fresh, minlength=length) - np.bincount(gone, minlength=length)
        numbers = np.empty(len(self.ids), np.intp)
        numbers[: len(old.numbers)] = old.numbers
        numbers[changed] = fresh
        return Pack(old.fields, old.sizes, numbers, totals)

    def _page(self, query: Query, match: Mask, total: int) -> Rows:
        descending, offset, limit = query.descending, query.offset, query.limit
        if query.order and total > orders.FEW_MATCHES:
            order = self._order(query.order)
            return orders.page(order, match, total=total, descending=descending, offset=offset, limit=limit)
        rows = np.flatnonzero(match)
        if query.order:
            rows = rows[np.argsort(self._keys(query.order)[rows], kind="stable")]
        return (rows[::-1] if descending else rows)[offset : offset + limit]

    def _keys(self, name: str) -> NDArray[Any]:
        return self.numbers[name] if name in self.numbers else self.codes[name]

    def _order(self, name: str) -> Rows:
        if name not in self.orders:
            if name in self.stale_orders:
                order, changes = self.stale_orders[name]
                changed = np.unique(np.concatenate(changes))
                self.orders[name] = orders.updated_rows(order, self._keys(name), changed)
            else:
                self.orders[name] = orders.sorted_rows(self._keys(name))
        return self.orders[name]


def _few(mask: Mask, count: int) -> Rows | None:
    """The rows of a mask where they are at most half of all; else the others are counted and taken off."""
    return np.flatnonzero(mask) if count * 2 <= len(mask) else None


def _pairs_at(pairs: Mapping[str, Pairs], rows: Rows, size: int) -> dict[str, Pairs]:
    """The memberships of some of ``size`` rows, which are counted anew."""
    if not pairs:
        return {}
    places = np.full(size, -1, np.intp)
    places[rows] = np.arange(len(rows))
    found = {}
    for name, each in pairs.items():
        at = places[each.rows]
        found[name] = Pairs(at[at >= 0], each.codes[at >= 0])
    return found


def _match(masks: Iterable[Mask], seen: Mask, match_any: bool) -> Mask:
    given = list(masks)
    if not given:
        return seen
    if not match_any:
        match = given[0] & seen
        for mask in given[1:]:
            match &= mask
        return match
    return np.asarray(np.logical_or.reduce(given) & seen)


def _groups(names: Sequence[str], sizes: Mapping[str, int]) -> list[tuple[str, ...]]:
    """Fields put together, smallest first, while their sizes multiplied stay below the limit."""
    ranked = sorted(names, key=lambda name: (sizes[name], name))
    cuts, length = [0], 1
    for at, name in enumerate(ranked):
        if length * sizes[name] > PACK_LIMIT and at > cuts[-1]:
            cuts.append(at)
            length = 1
        length *= sizes[name]
    return [tuple(ranked[low:high]) for low, high in pairwise([*cuts, len(ranked)]) if high > low]


__all__ = ["AnyOf", "Pack", "Pairs", "Snapshot"]
