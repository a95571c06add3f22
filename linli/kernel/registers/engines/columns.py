"""Answering a selection over columns held in memory: right for tables of a million rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from threading import Lock
from typing import Any

import numpy as np

from linli.algorithms.facets import Filter as CodeFilter
from linli.algorithms.facets import Query
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.engines.answer import CHUNK, Answer
from linli.kernel.registers.engines.sql import SqlEngine
from linli.kernel.registers.engines.store import Columns, ColumnStore, changed_here, rises_apart
from linli.kernel.registers.filters.base import Ask, Facet, Filter, Mask
from linli.kernel.registers.register import Register
from linli.kernel.registers.search import Search, words_of
from linli.kernel.registers.selection import Selection
from linli.kernel.standing import Standing

_STORES: dict[str, ColumnStore] = {}
_LOCK = Lock()


def store_of(register: Register) -> ColumnStore:
    """The columns of a register in this process."""
    with _LOCK:
        return _STORES.setdefault(register.name, ColumnStore(register))


@dataclass(frozen=True)
class Asked:
    """A selection laid over the columns: who may see what, and what each filter lets through."""

    columns: Columns
    base: Mask
    coded: dict[str, CodeFilter]
    masks: dict[str, Mask]
    join: str

    @property
    def is_any(self) -> bool:
        """Whether one fulfilled filter is enough."""
        return self.join == "any" and bool(self.coded or self.masks)

    def narrowed(self) -> tuple[Mask, dict[str, CodeFilter]]:
        """The mask and the code filters that together are the selection."""
        if self.is_any:
            found = [
                *self.masks.values(),
                *(self.columns.snapshot.mask({name: each}) for name, each in self.coded.items()),
            ]
            return self.base & np.logical_or.reduce(found), {}
        return reduce(np.logical_and, self.masks.values(), self.base), self.coded

    def around(self, name: str) -> Mask:
        """The rows within which the choices of a filter that is not coded are counted: the others hold."""
        if self.join == "any":
            return self.base
        others = [mask for other, mask in self.masks.items() if other != name]
        return reduce(np.logical_and, others, self.within_coded)

    @cached_property
    def within_coded(self) -> Mask:
        """The rows that every coded filter lets through."""
        return self.base & self.columns.snapshot.mask(self.coded) if self.coded else self.base


def forget_all() -> None:
    """Drop the columns of every register: between tests, whose rows go without a trace."""
    _STORES.clear()


class ColumnEngine:
    """Masks, counts and the ids of the page in memory; the page's rows from the database, under its policies.

    A transaction that has itself changed the table is answered by SQL: its own rows are not in memory before it ends.
    """

    def __init__(self, store: ColumnStore | None = None) -> None:
        self.store = store

    def answer(self, register: Register, selection: Selection, ask: Ask) -> Answer:
        """The page that the selection names, with counts."""
        if self.store is None and changed_here(register):
            return SqlEngine().answer(register, selection, ask)
        asked = self.asked(register, selection, ask)
        scope, filters = asked.narrowed()
        offered = register.filters_for(ask.actor)
        coded = [asked.columns.at(each.name) for each in offered if each.coded and not each.sensitive]
        order, falls = self.order(register, selection)
        query = Query(
            filters=filters,
            facets=() if asked.is_any else coded,
            order=order,
            descending=falls,
            offset=(selection.page - 1) * selection.size,
            limit=selection.size,
        )
        found = asked.columns.snapshot.ask(query, scope)
        counts = (
            asked.columns.snapshot.ask(Query(facets=coded, limit=0), asked.base).counts
            if asked.is_any
            else found.counts
        )
        facets = tuple(
            _facet(declared, self._count(declared, asked, counts, ask), selection, ask)
            for declared in offered
        )
        return Answer(found.total, fetched(register, found.ids, ask), facets)

    def total(self, register: Register, selection: Selection, ask: Ask) -> int:
        """How many rows the selection has."""
        if self.store is None and changed_here(register):
            return SqlEngine().total(register, selection, ask)
        asked = self.asked(register, selection, ask)
        scope, filters = asked.narrowed()
        return asked.columns.snapshot.ask(Query(filters=filters, limit=0), scope).total

    def within(self, register: Register, selection: Selection, ask: Ask) -> tuple[Columns, Mask]:
        """The columns with the mask of the selection, for figures over all its rows."""
        asked = self.asked(register, selection, ask)
        scope, filters = asked.narrowed()
        return asked.columns, scope & asked.columns.snapshot.mask(filters)

    def rows(
        self, register: Register, selection: Selection, ask: Ask, limit: int | None = None
    ) -> Iterator[Any]:
        """Every row of the selection in its order."""
        if self.store is None and changed_here(register):
            yield from SqlEngine().rows(register, selection, ask, limit)
            return
        asked = self.asked(register, selection, ask)
        scope, filters = asked.narrowed()
        order, falls = self.order(register, selection)
        ids = asked.columns.snapshot.matching_ids(
            Query(filters=filters, order=order, descending=falls), scope
        )[:limit].tolist()
        for start in range(0, len(ids), CHUNK):
            yield from fetched(register, ids[start : start + CHUNK], ask)

    def asked(self, register: Register, selection: Selection, ask: Ask) -> Asked:
        columns, base = (self.store or store_of(register)).columns().seen_by(register, ask.actor)
        chosen = [(register.filter(name), values) for name, values in selection.values]
        offered = [each for each in register.filters_for(ask.actor) if each.coded]
        columns = columns.folded({each.name: each.cuts(selection.of(each.name), ask) for each in offered})
        if selection.text and register.search:
            found = _found(register, register.search, selection.text, columns)
            columns, base = columns.narrowed(base & found)
        coded: dict[str, CodeFilter] = {
            columns.at(each.name): each.codes(values, columns, ask) for each, values in chosen if each.coded
        }
        masks = {each.name: each.mask(values, columns, ask) for each, values in chosen if not each.coded}
        return Asked(columns, base, coded, masks, selection.join)

    def order(self, register: Register, selection: Selection) -> tuple[str, bool]:
        field, falls = register.ordering(selection)
        apart = not falls and rises_apart(register, field)
        return (f"rise:{field}" if apart else f"sort:{field}"), falls

    def counts(
        self, register: Register, asked: Asked, ask: Ask
    ) -> Iterator[tuple[Filter, dict[str, int] | None]]:
        """Each filter with how many rows its choices have; None for one that is not counted."""
        offered = register.filters_for(ask.actor)
        coded = [asked.columns.at(each.name) for each in offered if each.coded and not each.sensitive]
        scope, filters = (asked.base, {}) if asked.is_any else asked.narrowed()
        counts = asked.columns.snapshot.ask(Query(filters=filters, facets=coded, limit=0), scope).counts
        for declared in offered:
            yield declared, self._count(declared, asked, counts, ask)

    def _count(self, declared: Filter, asked: Asked, counts: Any, ask: Ask) -> dict[str, int] | None:
        if declared.sensitive:
            return None
        if declared.coded:
            column = asked.columns.at(declared.name)
            return declared.named(asked.columns.named(declared.name, counts[column]), ask)
        return declared.column_counts(asked.columns, asked.around(declared.name), ask)


def _facet(declared: Filter, found: dict[str, int] | None, selection: Selection, ask: Ask) -> Facet:
    chosen = selection.of(declared.name)
    return (
        declared.uncounted(chosen, ask.actor) if found is None else declared.facet(found, chosen, ask.actor)
    )


def _found(register: Register, search: Search, text: str, columns: Columns) -> Mask:
    """The rows in which every word of a search is found; a single character begins a name, which the columns know."""
    words = words_of(text)
    begun = [word for word in words if len(word) == 1 and search.begun]
    found = reduce(
        np.logical_and, [columns.beginning(search.begun, word) for word in begun], columns.everything()
    )
    others = [word for word in words if word not in begun]
    if not others:
        return found
    ids = search.ids(register.model._base_manager.all(), " ".join(others))  # type: ignore[attr-defined]
    return found & columns.snapshot.holding(ids.tolist())


@lru_cache(maxsize=1024)
def _rows(register: Register, actor: Actor) -> Standing[Any]:
    """The question for a page's rows: its shape depends on the person alone."""
    return Standing(lambda ids: register.rows_for(actor).filter(pk__among=ids), [-1])


def fetched(register: Register, ids: Sequence[int], ask: Ask) -> list[Any]:
    """The rows of these ids in this order, as far as the policies show them."""
    rows = _rows(register, ask.actor).ask(list(ids)) if ids else []
    return in_order(register, rows, ids)


def in_order(register: Register, rows: Sequence[Any], ids: Sequence[int]) -> list[Any]:
    """Rows that were read, joined and in the order of their ids; what the policies do not show is not there."""
    register.join(rows)
    by_id = {row.pk: row for row in rows}
    return [by_id[pk] for pk in ids if pk in by_id]
