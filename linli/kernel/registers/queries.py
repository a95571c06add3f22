"""Which engine answers a register, and what a person has kept for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.http import QueryDict

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.engines.answer import Answer, Engine
from linli.kernel.registers.engines.columns import ColumnEngine, store_of
from linli.kernel.registers.engines.past import PastEngine
from linli.kernel.registers.engines.sql import SqlEngine
from linli.kernel.registers.engines.store import Columns, ColumnStore, changed_here
from linli.kernel.registers.filters.base import Ask, Mask
from linli.kernel.registers.models import ColumnPreference, ImportRun, SavedView, paths_above
from linli.kernel.registers.register import REGISTERS, Register, get
from linli.kernel.registers.selection import Selection
from linli.kernel.standing import Standing

_ENGINES: dict[str, Engine] = {"sql": SqlEngine(), "columns": ColumnEngine()}
_PAST: dict[str, Engine] = {"sql": SqlEngine(), "columns": PastEngine()}


def engine_of(register: Register, selection: Selection) -> Engine:
    """The engine a register declares; of a list over columns as of a day the database is asked what has changed since."""
    return _PAST[register.engine] if selection.as_of else _ENGINES[register.engine]


def answer_at(name: str, actor: Actor, at: datetime, **narrow: str) -> Answer:
    """The first page of a list and its counts, as one sees it who opens it with these conditions."""
    query = QueryDict(mutable=True)
    query.update(narrow)
    register = get(name)
    selection = register.open_to(Selection.parse(register, query), actor)
    return engine_of(register, selection).answer(register, selection, Ask(actor, at))


def counts_by_place(name: str, query: str, ask: Ask) -> dict[str, int]:
    """How many rows of a list that a query of its address selects lie at each place, by the place's path: one figure for all units at once.

    Only for registers that name the filter by which their rows are placed (``place``). The day is that of the query; several of one ``Ask`` look
    it up once.
    """
    register = get(name)
    selection = register.open_to(Selection.parse(register, QueryDict(query)), ask.actor)
    ask = replace(ask, as_of=selection.as_of)
    if register.engine != "columns" or changed_here(register):
        return SqlEngine().by_place(register, selection, ask)
    if ask.as_of:
        return PastEngine().counts_by_place(register, selection, ask)
    columns, found = ColumnEngine().within(register, selection, ask)
    return columns.counts(register.place, found)


def ids_by_place(
    name: str, query: str, actor: Actor, at: datetime, among: Sequence[int] | None = None
) -> list[tuple[int, str]]:
    """The rows behind ``counts_by_place``: the id of each and the path of its place, in no order; only those ``among`` some, if that is given."""
    register = get(name)
    selection = register.open_to(Selection.parse(register, QueryDict(query)), actor)
    ask = Ask(actor, at, selection.as_of)
    rows = SqlEngine().selected(register, selection, ask).order_by()
    if among is not None:
        rows = rows.filter(pk__among=among)
    return list(rows.values_list("pk", register.filter(register.place).field_on(ask)))


def columns_pending(name: str) -> bool:
    """Whether the running transaction has changed the table of a register, so that nothing kept before tells of it."""
    return changed_here(get(name))


def columns_for(name: str, actor: Actor) -> tuple[Columns, Mask]:
    """The columns of a register in memory, and which of their rows a person may see: for figures over the whole list.

    In a transaction that has itself changed the table they are read anew, its own rows included.
    """
    register = get(name)
    store = ColumnStore(register, own=True) if changed_here(register) else store_of(register)
    columns = store.columns()
    if not actor.may(register.verb) and not actor.sees_all:
        return columns, ~columns.everything() & columns.everything()
    return columns.seen_by(register, actor)


def read_columns() -> None:
    """Read what lists hold in memory, so that nobody waits for it: a million cases take some ten seconds."""
    for register in list(REGISTERS.values()):
        if register.engine == "columns":
            store_of(register).columns()


def views_for(actor: Actor, register: Register) -> list[SavedView]:
    """The saved views a person may use, by name."""
    return _VIEWS.ask(actor.user_id, paths_above(actor.scope), register.name) if actor.user_id else []


_VIEWS = Standing(
    lambda user_id, paths, name: SavedView.objects.usable_by(user_id, paths).filter(register=name),
    -1,
    ["?"],
    "?",
)


def preference_of(actor: Actor, register: Register) -> ColumnPreference | None:
    """The columns and the row height a person chose."""
    return _PREFERENCE.first(actor.user_id, register.name) if actor.user_id else None


_PREFERENCE = Standing(
    lambda user_id, name: ColumnPreference.objects.filter(user_id=user_id, register=name), -1, "?"
)


def runs_of(actor: Actor, register: Register) -> list[ImportRun]:
    """A person's latest imports into a register."""
    return (
        list(ImportRun.objects.filter(register=register.name, by_user_id=actor.user_id)[:20])
        if actor.user_id
        else []
    )
