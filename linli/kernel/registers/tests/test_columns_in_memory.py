"""The columns held in memory follow the table, and never show more than the one who asks may see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.kernel.privacy import context
from linli.kernel.registers.engines import points
from linli.kernel.registers.engines.columns import ColumnEngine, forget_all, store_of
from linli.kernel.registers.engines.points import Box
from linli.kernel.registers.engines.sql import SqlEngine
from linli.kernel.registers.engines.store import ColumnStore
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.queries import read_columns
from linli.kernel.registers.register import REGISTERS, get
from linli.kernel.registers.selection import Selection
from linli.kernel.registers.tests import probe

ASK = Ask(probe.CLERK, timezone.now())


@pytest.fixture
def store(db: None, sees_all: None) -> ColumnStore:
    probe.make_table()
    probe.make_rows()
    return ColumnStore(get("probe"), own=True)


def both(store: ColumnStore, selection: Selection) -> list[tuple[Any, ...]]:
    """What each engine answers, as the clerk."""
    found = []
    for engine in (SqlEngine(), ColumnEngine(store)):
        context.set_viewer(ASK.actor)
        answer = engine.answer(get("probe"), selection, ASK)
        counts = {(f.filter.name, o.value): o.count for f in answer.facets for o in f.options if o.count}
        found.append((answer.total, [row.pk for row in answer.rows], counts))
    context.set_viewer(probe.EVERYONE)
    return found


SELECTIONS = [
    Selection(),
    Selection(values=(("state", ("open",)), ("received_at", ("30d",)))),
    Selection(values=(("clock", ("overdue",)), ("urgent", ("yes", "no"))), sort="households"),
    Selection(values=(("households", ("100..300",)), ("tag", ("道路",))), join="any", sort="-households"),
    Selection(values=(("opened_on", ("2026-02-01..2026-03-01",)), ("unit", ("01",)))),
    Selection(text="积水"),
]


@pytest.mark.parametrize("selection", SELECTIONS, ids=lambda selection: selection.query() or "all")
def test_both_engines_answer_alike(store: ColumnStore, selection: Selection) -> None:
    by_sql, by_columns = both(store, selection)
    assert by_columns == by_sql


@pytest.mark.parametrize("box", [None, Box(106.0, 26.0, 107.0, 27.0)], ids=["all", "a part"])
@pytest.mark.parametrize("separate", [0, 1000], ids=["gathered", "one by one"])
def test_the_map_of_a_long_list_is_the_same_from_memory_and_from_the_database(
    store: ColumnStore, box: Box | None, separate: int
) -> None:
    for actor in (probe.EVERYONE, probe.CLERK, probe.STRANGER):
        context.set_viewer(actor)
        ask, register, selection = Ask(actor, timezone.now()), get("probe"), Selection()
        by_sql = points.in_database(register, selection, ask, box, separate)
        by_columns = points.in_memory(ColumnEngine(store), register, selection, ask, box, separate)
        assert by_columns.count == by_sql.count
        if separate:
            assert {row.pk for row in by_columns.rows} == {row.pk for row in by_sql.rows}
        for found in (by_columns, by_sql) if not separate else ():
            assert sum(cell.count for cell in found.cells) == by_sql.count
            assert {row.pk for row in found.rows} == {cell.pk for cell in found.cells} - {None}
        middles = [sum(cell.count * cell.lon for cell in found.cells) for found in (by_columns, by_sql)]
        assert middles[0] == pytest.approx(middles[1])
    context.set_viewer(probe.EVERYONE)


def test_a_change_a_new_row_and_a_removed_row_are_seen_at_the_next_look(store: ColumnStore) -> None:
    both(store, Selection())
    probe.Probe.objects.filter(code="P000").update(state="void", received_at=timezone.now())
    probe.Probe.objects.filter(code="P002").delete()
    probe.Probe.objects.create(
        code="NEW",
        title="新",
        state="open",
        path="520103/01/9/",
        received_at=timezone.now() - timedelta(days=400),
    )
    for selection in SELECTIONS:
        by_sql, by_columns = both(store, selection)
        assert by_columns == by_sql


def test_a_row_that_moves_out_of_sight_is_gone(store: ColumnStore) -> None:
    before, _same = both(store, Selection())
    probe.Probe.objects.filter(code="P000").update(path="520103/02/0/")
    by_sql, by_columns = both(store, Selection())
    assert by_columns == by_sql
    assert by_columns[0] == before[0] - 1


def test_a_transaction_sees_its_own_rows_though_memory_does_not(store: ColumnStore) -> None:
    context.set_viewer(ASK.actor)
    assert ColumnEngine().answer(get("probe"), Selection(), ASK).total == 20
    assert ColumnEngine().total(get("probe"), Selection(), ASK) == 20


def test_a_mask_that_is_too_wide_shows_no_row(store: ColumnStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe.ProbeRegister, "scope_mask", lambda self, actor, columns: columns.everything())
    context.set_viewer(probe.STRANGER)
    assert (
        ColumnEngine(store).answer(get("probe"), Selection(), Ask(probe.STRANGER, timezone.now())).rows == []
    )


def test_what_lists_hold_in_memory_is_read_before_anybody_asks(db: None) -> None:
    forget_all()
    read_columns()
    held = [register for register in REGISTERS.values() if register.engine == "columns"]
    assert held and all(store_of(register).facets is not None for register in held)
    forget_all()
