"""The lists of the demo: forms with one row per record, as departments draw them, filled and waiting in every community."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from django.utils import timezone
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from linli.kernel.audit.actor import Actor
from linli.returns.commands import Draft, add_form, bind_list, fill_round, open_round, upload_template
from linli.returns.queries.fields import selections
from linli.returns.queries.suggesting import suggest_columns

DRAWN = 8
"""Rows that a department draws, whatever the list will need."""


@dataclass(frozen=True)
class Listed:
    """A list of the demo: whose rows it has, and its headings; ``group/own`` stands under a merged group. ``ways`` is how some are written."""

    title: str
    owner: str
    frequency: str
    basis: str
    purpose: str
    rows: str
    headings: Sequence[str]
    ways: dict[str, str]


LISTS = (
    Listed(
        "80岁以上老人花名册", "D18", "quarter", "《老年人权益保障法》第三十三条；高龄津贴发放办法（示例）", "核对高龄津贴的发放对象", "people.age.80",
        ("序号", "姓名", "性别", "年龄", "身份证号码", "联系方式/本人电话", "联系方式/现住址", "津贴是否到账"),
        {"身份证号码": "person.document@parted", "联系方式/本人电话": "person.phones@first"},
    ),
    Listed(
        "最低生活保障对象花名册", "D18", "month", "《社会救助暂行办法》第十三条：对最低生活保障家庭定期核查", "定期核查最低生活保障对象", "care.minimum_allowance",
        ("序号", "姓名", "公民身份号码", "出生年月", "现住址", "家庭收入有无变化", "备注"), {"出生年月": "person.birth@month"},
    ),
    Listed(
        "九小场所台账", "D11", "quarter", "《消防法》第三十二条；九小场所消防安全检查办法（示例）", "安排消防安全检查", "organisations.small",
        ("序号", "场所名称", "场所类型", "经营地址", "负责人", "联系电话", "灭火器数量（个）", "检查日期"), {},
    ),
)  # fmt: skip


def send_lists(*, by: Actor, at: datetime) -> int:
    """Permit the lists, bind their templates, ask each once of every community and fill it; returns how many cells the system filled."""
    year = timezone.localdate(at).year
    cells = 0
    for each in LISTS:
        draft = Draft(
            title=each.title, owner=each.owner, basis=each.basis, purpose=each.purpose, level="community", frequency=each.frequency,
            due_days=10, valid_from=date(year, 1, 1), valid_to=date(year + 1, 3, 1),
        )  # fmt: skip
        form = add_form(draft=draft, by=by, at=at)
        template = upload_template(
            form=form, file_name=f"{each.title}.xlsx", content=drawn(each), by=by, at=at
        )
        columns = columns_of(each, template.layout["columns"])
        bind_list(
            template_id=template.pk, rows=each.rows, columns=columns, bindings=template.bindings, by=by, at=at
        )
        cells += fill_round(round_id=open_round(code=form.code, by=by, at=at).pk, by=by, at=at)
    return cells


def columns_of(each: Listed, columns: Sequence[dict[str, str]]) -> dict[str, str]:
    """Place to what fills it: as is proposed, and in the way that this list wants."""
    register = selections()[each.rows].register
    proposed = suggest_columns(register, [column["heading"] for column in columns])
    return {
        column["place"]: code
        for column in columns
        if (code := each.ways.get(column["heading"]) or proposed.get(column["heading"]))
    }


def drawn(each: Listed) -> bytes:
    """A workbook: title and labels over merged cells, a head of one or two rows, numbered rows to be filled, a count that the sheet reckons, a note."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = each.title[:20]
    width = len(each.headings)
    last = get_column_letter(width)
    for row, words in (
        (1, each.title),
        (2, "填报单位：                填表人：            填报日期：    年    月    日"),
    ):
        sheet.cell(row, 1, words)
        sheet.merge_cells(f"A{row}:{last}{row}")
    sheet["A1"].font = Font(name="方正小标宋简体", size=18)
    sheet["A1"].alignment = Alignment(horizontal="center")
    below = _head(sheet, each.headings)
    for number in range(1, DRAWN + 1):
        sheet.cell(below + number - 1, 1, number)
    end = below + DRAWN
    sheet.cell(end, 1, "合计")
    sheet.cell(end, 2, f"=COUNTA(B{below}:B{end - 1})")
    for line in sheet.iter_rows(min_row=3, max_row=end, max_col=width):
        for cell in line:
            cell.border = Border(*[Side(style="thin")] * 4)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.cell(end + 1, 1, "注：本表涉及个人信息，专人保管，不得外传。")
    sheet.merge_cells(f"A{end + 1}:{last}{end + 1}")
    for column in range(2, width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = (
            22 if "号" in each.headings[column - 1] else 14
        )
    sheet.page_setup.orientation = "landscape"
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _head(sheet: Any, headings: Sequence[str]) -> int:
    """The head, in two rows where columns are grouped; returns the row below it."""
    deep = any("/" in heading for heading in headings)
    groups: dict[str, list[int]] = {}
    for column, heading in enumerate(headings, start=1):
        group, _, own = heading.partition("/")
        groups.setdefault(group, []).append(column)
        sheet.cell(3, groups[group][0], group)
        if own:
            sheet.cell(4, column, own)
        elif deep:
            sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    for columns in groups.values():
        if len(columns) > 1:
            sheet.merge_cells(start_row=3, end_row=3, start_column=columns[0], end_column=columns[-1])
    return 5 if deep else 4
