"""Taking over a list of division codes: exactly what the report said, in one event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.territory.commands.lineage import end_unit, record_lineage
from linli.territory.commands.units import (
    NewUnit,
    build_unit,
    insert_units,
    keep_spans,
    move_subtree,
    pinyin_of,
    subject_of,
)
from linli.territory.models import Unit
from linli.territory.policy import require
from linli.territory.queries.codelist import compare_with_tree
from linli.territory.queries.shipped import read_shipped_list, shipped_places
from linli.territory.queries.units import TREE
from linli.territory.rules.codelist import CodeRow, ListReport
from linli.territory.rules.codes import kind_of, short_name

LIST_DATE = date(2022, 10, 31)


@transaction.atomic
def import_code_list(
    *,
    rows: Sequence[CodeRow],
    root: Unit,
    on: date,
    source: str,
    by: Actor,
    at: datetime,
    end_missing: bool = False,
) -> ListReport:
    """Bring the tree in line with a list that holds from a day on. One event with the counts.

    Wrong lines are left out. Units that the list no longer has are ended only with ``end_missing``: lists are often
    incomplete.
    """
    require(by, "territory.change", root)
    TREE.changed()
    root = Unit.objects.select_for_update().get(pk=root.pk)
    report = compare_with_tree(rows, root)
    today = timezone.localdate(at)
    add_new(report.new, on, source)
    units = {u.code: u for u in Unit.objects.below(root.path).filter(valid_to=None).select_related("parent")}
    for change in report.moved:
        parent = units.get(change.row.above) or Unit.objects.get(code=change.row.above)
        if change.old.code == change.row.code:
            move_subtree(units[change.row.code], parent, on, today)
        else:
            old = units[change.old.code]
            _recode(
                old,
                NewUnit(
                    change.row.code, short_name(change.row.name), old.kind, parent, old.households, source
                ),
                on,
                today,
            )
    _rename_all([(units[row.code], short_name(row.name)) for row, _ in report.renamed], on, today)
    if end_missing:
        for gone in sorted(report.gone, key=lambda k: -len(k.code)):
            end_unit(units[gone.code], on, today, None)
            record_lineage("abolish", [units[gone.code]], [], (), on, "代码表中不再列出", source)
    values = {**report.counts(), "source": source, "gone": len(report.gone) if end_missing else 0}
    record("territory.list_imported", subject=subject_of(root), by=by, at=at, after=values)
    return report


def add_new(rows: Sequence[CodeRow], on: date, source: str) -> None:
    """Set up the units of new lines, level by level."""
    known = {u.code: u for u in Unit.objects.filter(code__in={row.above for row in rows})}
    for length in sorted({len(row.code) for row in rows}):
        level = [row for row in rows if len(row.code) == length]
        units = [
            build_unit(
                NewUnit(
                    r.code, short_name(r.name), kind_of(r.code, r.name), known[r.above], r.households, source
                ),
                on,
            )
            for r in level
        ]
        known |= {unit.code: unit for unit in insert_units(units)}


def _recode(old: Unit, new: NewUnit, on: date, today: date) -> None:
    heir = insert_units([build_unit(new, on)])[0]
    end_unit(old, on, today, heir)
    record_lineage("move", [old], [heir], (), on, "代码变更", new.source)


def _rename_all(pairs: Sequence[tuple[Unit, str]], on: date, today: date) -> None:
    for unit, name in pairs:
        unit.name, unit.pinyin = name, pinyin_of(name)
    units = [unit for unit, _ in pairs]
    Unit.objects.bulk_update(units, ["name", "pinyin"], batch_size=1000)
    keep_spans(units, on, today)


@transaction.atomic
def load_district(*, code: str, by: Actor, at: datetime, on: date = LIST_DATE) -> Unit:
    """Set up a shipped place from its root down, if it is not there yet. One event. Returns the root."""
    require(by, "territory.change")
    TREE.changed()
    existing = Unit.objects.filter(code=code).first()
    if existing is not None:
        return existing
    rows = read_shipped_list(code)
    place = next(p for p in shipped_places() if p["code"] == code)
    source = "国家统计局统计用区划代码（2022-10-31）,china-division 2.7.0"
    root = insert_units(
        [build_unit(NewUnit(code, place["name"], kind_of(code, place["name"]), None, source=source), on)]
    )[0]
    report = compare_with_tree(rows, root)
    add_new(report.new, on, source)
    record(
        "territory.list_imported",
        subject=subject_of(root),
        by=by,
        at=at,
        after={**report.counts(), "source": source},
    )
    return root
