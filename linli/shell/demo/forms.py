"""The permitted forms of the demo: forty workbooks as departments draw them, a round of each, and some of the returns on their way."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
from django.utils import timezone
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from linli.kernel.audit.actor import Actor
from linli.returns.commands import (
    Draft,
    add_form,
    bind_template,
    fill_round,
    move,
    open_round,
    upload_template,
)
from linli.returns.commands.filling import answer
from linli.returns.models import Form, Return
from linli.returns.queries.filled import faults_of, places_of

DATA = Path(__file__).parent / "data" / "forms.toml"
NOTES = (
    "注：一、本表由社区填报，街道审核。二、人数按报告期末计。",
    "说明：只填空白格，合计由表内公式计算。",
    "注：无此项的填 0。",
)
TWICE = 2
"""Forms that were asked for the period before too, so that there is something to carry over and to compare."""
EARLIER = {
    "month": timedelta(days=31),
    "quarter": timedelta(days=92),
    "half": timedelta(days=183),
    "year": timedelta(days=365),
}
HANDED_IN = 0.35
"""Share of the returns that communities of the demo have handed in."""
ALL_BUT_SOME = 0.95
"""The same, where the last day is over."""
STEPS = (("submit", 1.0), ("agree", 0.7), ("pass_on", 0.7), ("accept", 0.6))
"""How many of the returns that got to a step go on to the next."""


@dataclass(frozen=True)
class Told:
    """A form of the demo."""

    title: str
    owner: str
    frequency: str
    level: str
    basis: str
    purpose: str
    columns: Sequence[str]
    rows: Sequence[str]
    exact: str = ""


def told() -> list[Told]:
    """The forms in their order."""
    with DATA.open("rb") as file:
        return [Told(**row) for row in tomllib.load(file)["form"]]


def send_forms(*, by: Actor, at: datetime, rng: Random) -> int:
    """Permit the forms, bind their templates as the dictionary suggests, ask each once and let some returns go their way; returns how many."""
    today = timezone.localdate(at)
    for number, each in enumerate(told()):
        form = add_form(draft=_draft(each, today, number), by=by, at=at)
        template = upload_template(
            form=form, file_name=f"{each.title}.xlsx", content=drawn(each, number), by=by, at=at
        )
        bind_template(
            template_id=template.pk, bindings=template.bindings, checks=checks_of(template), by=by, at=at
        )
        begun = timezone.make_aware(datetime.combine(form.valid_from, time(9)))
        for asked in (
            *(early for early in [at - EARLIER[each.frequency]] if number < TWICE and early > begun),
            at,
        ):
            made = open_round(code=form.code, by=by, at=asked)
            fill_round(round_id=made.pk, by=by, at=asked)
    _hand_in(by, at, rng)
    return Return.objects.count()


def _draft(each: Told, today: date, number: int) -> Draft:
    begun = date(today.year, 1, 1)
    ends = begun.replace(year=begun.year + 1 + number % 2) + timedelta(days=14 * (number % 5))
    return Draft(
        title=each.title, owner=each.owner, basis=each.basis, purpose=each.purpose, level=each.level, frequency=each.frequency,
        due_days=(5, 10, 15)[number % 3], valid_from=begun, valid_to=ends,
        exact=each.exact,
    )  # fmt: skip


def checks_of(template: Any) -> list[str]:
    """Men and women are all: the formula of each row that has the three columns."""
    by_row: dict[str, dict[str, str]] = {}
    for each in places_of(template):
        row, _, column = each["heading"].rpartition("/")
        by_row.setdefault(row, {})[column] = each["place"]
    return [
        f"{cells['男']} + {cells['女']} <= {cells['合计']}"
        for cells in by_row.values()
        if {"男", "女", "合计"} <= cells.keys()
    ]


# --- The workbook -------------------------------------------------------------------------------------------------------


def drawn(each: Told, number: int) -> bytes:
    """A workbook as a department draws it: title over merged cells, labels in one cell or in several, a head of one or two rows with
    merged groups, names, a sum that the sheet reckons, a note, print settings."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = each.title[:20]
    width = len(each.columns) + 1
    last = get_column_letter(width)
    sheet["A1"] = f"{each.title}"
    sheet["A1"].font = Font(name="方正小标宋简体", size=18)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.merge_cells(f"A1:{last}1")
    sheet["A2"] = "填报单位：                填表人：            填报日期：    年    月    日"
    sheet.merge_cells(f"A2:{last}2")
    below = _head(sheet, each, 3)
    for row, name in enumerate(each.rows, start=below):
        sheet.cell(row, 1, name)
    end = below + len(each.rows)
    if number % 3 == 0:
        sheet.cell(end, 1, "合计")
        for column in range(2, width + 1):
            letter = get_column_letter(column)
            sheet.cell(end, column, f"=SUM({letter}{below}:{letter}{end - 1})")
        end += 1
    _rule(sheet, 3, end - 1, width)
    sheet.cell(end, 1, NOTES[number % len(NOTES)]).alignment = Alignment(wrap_text=True)
    sheet.merge_cells(f"A{end}:{last}{end}")
    sheet.row_dimensions[end].height = 32
    sheet.column_dimensions["A"].width = 26
    sheet.print_area = f"A1:{last}{end}"
    sheet.page_setup.orientation = "landscape" if width > 4 else "portrait"
    sheet.page_setup.paperSize = 8 if number % 4 == 0 else 9
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _head(sheet: Any, each: Told, top: int) -> int:
    """The head, in two rows where columns are grouped; returns the row below it."""
    grouped = any("/" in column for column in each.columns)
    sheet.cell(top, 1, "项目")
    if not grouped:
        for column, name in enumerate(each.columns, start=2):
            sheet.cell(top, column, name)
        return top + 1
    sheet.merge_cells(start_row=top, end_row=top + 1, start_column=1, end_column=1)
    begun: dict[str, int] = {}
    for column, name in enumerate(each.columns, start=2):
        group, _, own = name.partition("/")
        if not own:
            sheet.cell(top, column, group)
            sheet.merge_cells(start_row=top, end_row=top + 1, start_column=column, end_column=column)
            continue
        if begun.setdefault(group, column) == column:
            sheet.cell(top, column, group)
        sheet.cell(top + 1, column, own)
    for group, first in begun.items():
        last = first + sum(name.startswith(f"{group}/") for name in each.columns) - 1
        if last > first:
            sheet.merge_cells(start_row=top, end_row=top, start_column=first, end_column=last)
    return top + 2


def _rule(sheet: Any, top: int, bottom: int, width: int) -> None:
    thin = Border(*[Side(style="thin")] * 4)
    for row in range(top, bottom + 1):
        for column in range(1, width + 1):
            cell = sheet.cell(row, column)
            cell.border = thin
            cell.alignment = Alignment(
                horizontal="left" if column == 1 and row > top else "center", vertical="center"
            )


# --- The returns --------------------------------------------------------------------------------------------------------


def _hand_in(by: Actor, at: datetime, rng: Random) -> None:
    """Some units have answered what is asked and handed in; of these some are on their way to the department."""
    rows = Return.objects.select_related("round__template", "round__form").order_by("pk")
    for row in rows.filter(pk__in=_chosen(rng, at)):
        said = {
            each["place"]: str(rng.randrange(0, 30))
            for each in places_of(row.round.template)
            if each["place"] not in row.known and "#" not in each["place"]
        }
        when = min(row.round.opened_at + timedelta(days=3), at)
        done = answer(return_id=row.pk, values=said, reasons={}, version=row.version, by=by, at=when)
        if faults_of(done):
            continue
        _go(row, by, when, rng)


def _chosen(rng: Random, at: datetime) -> list[int]:
    """Few forms, so that the demo is not filled for minutes: the first of each frequency, in the share that hands in."""
    forms = list(Form.objects.order_by("code").values_list("pk", flat=True)[:4])
    rows = Return.objects.filter(round__form__in=forms).order_by("pk").values_list("pk", "round__due_on")
    today = timezone.localdate(at)
    return [key for key, due in rows if rng.random() < (HANDED_IN if due >= today else ALL_BUT_SOME)]


def _go(row: Return, by: Actor, at: datetime, rng: Random) -> None:
    for verb, share in STEPS:
        if rng.random() >= share:
            return
        move(return_id=row.pk, verb=verb, by=by, at=at)
