"""Answering a list over columns as of a day that is past: of a million rows nearly all stood then as they stand now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from linli.algorithms.facets import Query
from linli.kernel.registers.engines.answer import CHUNK, Answer
from linli.kernel.registers.engines.columns import Asked, ColumnEngine, in_order
from linli.kernel.registers.engines.sql import SqlEngine
from linli.kernel.registers.engines.store import Columns, changed_here
from linli.kernel.registers.filters.base import Ask, Mask
from linli.kernel.registers.register import Register
from linli.kernel.registers.selection import Selection


class PastEngine:
    """The rows that may have changed since are asked of the database, all others of the columns; where a row stands in the order is
    the same for both, because it goes by what the row says now.

    ``over`` answers for today. A transaction that has itself changed the table is answered by SQL alone, as there.
    """

    def __init__(self, over: ColumnEngine | None = None) -> None:
        self.over = over or ColumnEngine()

    def answer(self, register: Register, selection: Selection, ask: Ask) -> Answer:
        """The page that the selection names, with counts."""
        if self._is_unsettled(register):
            return SqlEngine().answer(register, selection, ask)
        day = _Day(self.over, register, selection, ask)
        order, falls = self.over.order(register, selection)
        start = (selection.page - 1) * selection.size
        query = Query(order=order, descending=falls, offset=start, limit=selection.size)
        found = day.columns.snapshot.ask(query, day.matching)
        return Answer(found.total, day.fetched(found.ids), day.facets())

    def total(self, register: Register, selection: Selection, ask: Ask) -> int:
        """How many rows the selection has."""
        if self._is_unsettled(register):
            return SqlEngine().total(register, selection, ask)
        day = _Day(self.over, register, selection, ask)
        return int(day.matching.sum())

    def rows(
        self, register: Register, selection: Selection, ask: Ask, limit: int | None = None
    ) -> Iterator[Any]:
        """Every row of the selection in its order."""
        if self._is_unsettled(register):
            yield from SqlEngine().rows(register, selection, ask, limit)
            return
        day = _Day(self.over, register, selection, ask)
        order, falls = self.over.order(register, selection)
        query = Query(order=order, descending=falls)
        ids = day.columns.snapshot.matching_ids(query, day.matching)[:limit].tolist()
        for start in range(0, len(ids), CHUNK):
            yield from day.fetched(ids[start : start + CHUNK])

    def counts_by_place(self, register: Register, selection: Selection, ask: Ask) -> dict[str, int]:
        """How many rows of the selection lie at each place, by its path."""
        day = _Day(self.over, register, selection, ask)
        others = day.columns.counts(register.place, day.matching & ~day.changed)
        return dict(Counter(others) + Counter(day.of_changed.by_place(register, selection, ask)))

    def _is_unsettled(self, register: Register) -> bool:
        return self.over.store is None and changed_here(register)


class _Day:
    """A selection as of a day, laid over both."""

    def __init__(self, over: ColumnEngine, register: Register, selection: Selection, ask: Ask) -> None:
        self.over, self.register, self.selection, self.ask = over, register, selection, ask
        self.past = ask.past_of(register)
        self.of_changed = SqlEngine(among=self.past.changed)
        asked = over.asked(register, selection, ask)
        self.changed: Mask = asked.columns.snapshot.holding(self.past.changed)
        stood = asked.columns.snapshot.mask(
            {
                asked.columns.at(name): register.filter(name).codes(values, asked.columns, ask)
                for name, values in self.past.standing.items()
            }
        )
        self.asked: Asked = replace(asked, base=asked.base & stood & ~self.changed)

    @property
    def columns(self) -> Columns:
        """The columns that the selection looks at."""
        return self.asked.columns

    @cached_property
    def matching(self) -> Mask:
        """The rows of the selection, wherever they were found."""
        scope, filters = self.asked.narrowed()
        others = scope & self.columns.snapshot.mask(filters)
        then = self.of_changed.selected(self.register, self.selection, self.ask).order_by()
        return others | self.columns.snapshot.holding(then.values_list("pk", flat=True))

    def facets(self) -> tuple[Any, ...]:
        """Each filter with the counts of both."""
        then = self.of_changed.counts(self.register, self.selection, self.ask).choices
        made = []
        for declared, others in self.over.counts(self.register, self.asked, self.ask):
            chosen = self.selection.of(declared.name)
            if others is None:
                made.append(declared.uncounted(chosen, self.ask.actor))
            else:
                both = Counter(others)
                both.update(then.get(declared.name, {}))
                made.append(declared.facet(dict(both), chosen, self.ask.actor))
        return tuple(made)

    def fetched(self, ids: list[int]) -> list[Any]:
        """The rows of these ids in this order, as they were."""
        rows = list(self.past.rows.filter(pk__among=ids)) if ids else []
        return in_order(self.register, rows, ids)
