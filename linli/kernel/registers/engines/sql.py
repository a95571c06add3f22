"""Answering a selection in the database: right for tables of some ten thousand rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import islice
from operator import and_, or_
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from linli.kernel.registers.engines.answer import CHUNK, Answer
from linli.kernel.registers.engines.counting import Counted, counted
from linli.kernel.registers.filters.base import Ask, Facet, model_field
from linli.kernel.registers.register import Register
from linli.kernel.registers.selection import Selection


class SqlEngine:
    """Filters, counts and pages by queries; the row policies hold in each of them. Of all rows, or only of those ``among`` some."""

    def __init__(self, among: Sequence[int] | None = None) -> None:
        self.among = among

    def answer(self, register: Register, selection: Selection, ask: Ask) -> Answer:
        """The page that the selection names, with counts."""
        found = self._filtered(register, selection, ask)
        start = (selection.page - 1) * selection.size
        rows = list(ordered(found, register, selection)[start : start + selection.size])
        register.join(rows)
        counts = self.counts(register, selection, ask)
        return Answer(counts.total, rows, self._facets(register, selection, ask, counts))

    def total(self, register: Register, selection: Selection, ask: Ask) -> int:
        """How many rows the selection has."""
        return self._filtered(register, selection, ask).order_by().count()

    def selected(self, register: Register, selection: Selection, ask: Ask) -> QuerySet[Any]:
        """The rows of the selection as a query of their own, in no order."""
        return self._filtered(register, selection, ask)

    def by_place(self, register: Register, selection: Selection, ask: Ask) -> dict[str, int]:
        """How many rows of the selection lie at each place, by its path."""
        place = register.filter(register.place).field_on(ask)
        rows = self.selected(register, selection, ask).order_by()
        return dict(rows.values_list(place).annotate(Count("pk")))

    def rows(
        self, register: Register, selection: Selection, ask: Ask, limit: int | None = None
    ) -> Iterator[Any]:
        """Every row of the selection in its order."""
        found = ordered(self._filtered(register, selection, ask), register, selection)
        rows = (found if limit is None else found[:limit]).iterator(chunk_size=CHUNK)
        while portion := list(islice(rows, CHUNK)):
            register.join(portion)
            yield from portion

    def _base(self, register: Register, selection: Selection, ask: Ask) -> QuerySet[Any]:
        rows = ask.past_of(register).rows if ask.as_of else register.rows_for(ask.actor)
        if self.among is not None:
            rows = rows.filter(pk__among=self.among)
        for name in register.required:
            rows = rows.filter(register.filter(name).q(selection.of(name) or register.default[name], ask))
        if selection.text and register.search:
            return register.search.narrow(rows, selection.text)
        return rows

    def _filtered(
        self, register: Register, selection: Selection, ask: Ask, *, without: str = ""
    ) -> QuerySet[Any]:
        base = self._base(register, selection, ask)
        wanted = [
            register.filter(name).q(values, ask)
            for name, values in selection.values
            if name != without and name not in register.required
        ]
        return base.filter(reduce(or_ if selection.join == "any" else and_, wanted, Q())) if wanted else base

    def counts(self, register: Register, selection: Selection, ask: Ask) -> Counted:
        """The rows in all and at each choice: one question, and one more for each filter that something is chosen in."""
        declared = [
            each
            for each in register.filters_for(ask.actor)
            if each.name not in register.required and not each.sensitive
        ]
        found = self._filtered(register, selection, ask)
        chosen = [each for each in declared if selection.of(each.name)]
        if selection.join == "any" and chosen:
            counts = counted(self._base(register, selection, ask), declared, ask)
            return replace(counts, total=found.order_by().count())
        counts = counted(found, [each for each in declared if each not in chosen], ask)
        for each in chosen:
            around = self._filtered(register, selection, ask, without=each.name)
            counts.choices |= counted(around, [each], ask).choices
        return counts

    def _facets(
        self, register: Register, selection: Selection, ask: Ask, counts: Counted
    ) -> tuple[Facet, ...]:
        facets = []
        for declared in register.filters_for(ask.actor):
            if declared.sensitive:
                facets.append(declared.uncounted(selection.of(declared.name), ask.actor))
                continue
            if declared.name in register.required:  # counting its other choices would read what it keeps out
                chosen = selection.of(declared.name) or register.default[declared.name]
                facets.append(declared.uncounted(chosen, ask.actor))
                continue
            of_choices = counts.choices.get(declared.name, {})
            facets.append(declared.facet(of_choices, selection.of(declared.name), ask.actor))
        return tuple(facets)


def ordered(rows: QuerySet[Any], register: Register, selection: Selection) -> QuerySet[Any]:
    """The rows in the selection's order; what is not filled in comes last, and equal rows keep one order.

    Where everything is filled in nothing is said of gaps, because an order that speaks of them has no index.
    """
    field, falls = register.ordering(selection)
    last = "-pk" if falls else "pk"
    if field == "pk":
        return rows.order_by(last)
    own = model_field(register.model, field) if "__" not in field else None
    if own is not None and not own.null:
        return rows.order_by(f"-{field}" if falls else field, last)
    by = F(field).desc(nulls_last=True) if falls else F(field).asc(nulls_last=True)
    return rows.order_by(by, last)
