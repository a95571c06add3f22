"""The rows of lists, filled for every unit with what is known of its records, and forgotten when their time is over."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.privacy import commands as privacy
from linli.kernel.privacy.context import declare_door, door
from linli.kernel.privacy.marks import mark
from linli.kernel.registers.queries import ids_by_place
from linli.returns.commands.permitted import subject_of
from linli.returns.models import DepartedRows, Line, Return, Round
from linli.returns.queries.fields import CARE_FILTER, care_of
from linli.returns.queries.figures import is_past, query_of
from linli.returns.queries.lists import (
    LAST,
    Contents,
    bindings_in,
    columns_of,
    known_values,
    opened,
    record_of,
    records,
    selection_of,
)
from linli.returns.rules.elements import Element
from linli.returns.rules.periods import Period

LISTS = declare_door(
    "报表花名册", "按准许报表列出各单位的记录，逐行加密存入该单位的报表，只有看得到该报表的岗位能打开"
)
LIST_KEY = privacy.declare_sealed("return_list", "报表中的花名册")
SEALED = {"document": "documents", "phones": "phones"}


def fill_lists(made: Round, rows: Sequence[Return], by: Actor, at: datetime) -> int:
    """Write the rows of every return anew; what people gave stays with its record. Returns how many cells; one event that says of how many
    records documents and phones went into the form.

    The same records on the same day give the same rows in the same order. The rows are those of the last day of the period who are still there:
    nobody's new address goes to the unit that they have left.
    """
    template = made.template
    selection, record_kind, bindings = selection_of(template), record_of(template), bindings_in(template)
    asked = [each["place"] for each in columns_of(template) if each["place"] not in bindings]
    group = care_of(selection)
    counts = dict.fromkeys(["records", "cells", *SEALED.values()], 0)
    with door(LISTS):
        placed = _placed(selection, made.span, by, at)
        for row in rows:
            row.mark = mark(CARE_FILTER, group) if group else ""
            begin, end = bisect_left(placed, (row.path,)), bisect_left(placed, (f"{row.path}{LAST}",))
            ids = [pk for _then, pk, now in placed[begin:end] if now.startswith(row.path)]
            given = _given(row)
            contents = [
                Contents(each.id, each.about, known_values(each, number, bindings, made.last), given.get(each.id, {}))
                for number, each in enumerate(records(record_kind, ids), start=1)
            ]  # fmt: skip
            _write(row, contents, asked)
            counts["records"] += len(contents)
            for each in contents:
                counts["cells"] += len(each.known)
                for shape in {bindings[place].field.shape for place in each.known} & SEALED.keys():
                    counts[SEALED[shape]] += 1
    after = {
        "title": made.form.title,
        "period": made.period,
        "whose": selection.title,
        "units": len(rows),
        **counts,
    }
    record("return.listed", subject=subject_of(made.form), by=by, at=at, after=after)
    return counts["cells"]


def _placed(selection: Element, period: Period, by: Actor, at: datetime) -> list[tuple[str, int, str]]:
    """Of every record of a list the place where it was on the last day of the period, its id, and the place where it is now; in order."""
    today = timezone.localdate(at)
    then = dict(ids_by_place(selection.register, query_of(selection, period, today), by, at))
    if not is_past(selection, period, today):
        return sorted((path, pk, path) for pk, path in then.items())
    now = ids_by_place(selection.register, "", by, at, list(then))
    return sorted((then[pk], pk, path) for pk, path in now)


def _given(row: Return) -> dict[int, dict[str, Any]]:
    """What people said of each record so far."""
    if row.key_id is None:
        return {}
    return {each.id: each.given for each in opened(row, row.lines.all()) if each.given}


def _write(row: Return, contents: Sequence[Contents], asked: Sequence[str]) -> None:
    key = privacy.open_key(row.key_id) if row.key_id else privacy.make_key(subject=LIST_KEY)
    row.key_id = key.id
    row.lines.all().delete()
    Line.objects.bulk_create(
        [
            Line(row=row, number=number, open=each.open_in(asked), sealed=each.sealed(key))
            for number, each in enumerate(contents, start=1)
        ],
        batch_size=2000,
    )


def open_cells(row: Return) -> int:
    """How many cells of the list nobody has filled yet; none where a return has no list."""
    if row.key_id is None:
        return 0
    return int(row.lines.aggregate(open=Sum("open"))["open"] or 0)


def expired(at: datetime, keep: timedelta) -> QuerySet[Return]:
    """The lists whose time is over."""
    lines = Line.objects.filter(row=OuterRef("pk"))
    rows = Return.objects.filter(key_id__isnull=False, filled_at__lt=at - keep)
    return rows.filter(Exists(lines)).order_by("filled_at", "pk")


def forget_lists(ids: Sequence[Any], by: Actor, at: datetime) -> int:
    """Destroy the keys of lists, and their rows, those that left too; the return and its chain stay."""
    rows = list(Return.objects.select_for_update(of=("self",)).filter(pk__in=ids, key_id__isnull=False))
    for row in rows:
        assert row.key_id is not None
        privacy.forget(key_id=row.key_id, by=by, at=at)
    Line.objects.filter(row__in=rows).delete()
    DepartedRows.objects.filter(row__in=rows).delete()
    return len(rows)
