"""A permitted form with the workbook of a department, as tests need them."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl

from linli.returns.commands import Draft, add_form, answer, bind_template, upload_template
from linli.returns.models import Form, Return, Round, Template
from tests.cast import MONDAY, Cast

CHECKS = ["C4 + D4 = B4", "B4 >= 上期B4"]


def sheet(*rows: list[Any], merged: tuple[str, ...] = ("A1:D1", "A2:D2")) -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def population() -> bytes:
    """Persons by kind and sex, a row that nobody knows, a sum that the sheet reckons."""
    return sheet(
        ["社区人口情况月报"],
        ["填报单位：          填表人：        填报时间：    年    月    日"],
        ["项目", "合计", "男", "女"],
        ["在册人口", None, None, None],
        ["60岁以上", None, None, None],
        ["上门服务次数", None, None, None],
        ["总和", "=SUM(B4:B6)", "=SUM(C4:C6)", "=SUM(D4:D6)"],
    )


def draft(**changes: Any) -> Draft:
    """A form that may be permitted."""
    values = {
        "title": "社区人口情况月报", "owner": "D01", "basis": "统计法第十九条", "purpose": "掌握人口变动", "level": "community",
        "frequency": "month", "due_days": 10, "valid_from": date(2026, 1, 1), "valid_to": date(2027, 1, 1),
    }  # fmt: skip
    return Draft(**{**values, **changes})


def permitted(cast: Cast, **changes: Any) -> Form:
    """A permitted form of the executive bureau."""
    return add_form(draft=draft(**changes), by=cast.actors["keeper"], at=MONDAY)


BINDINGS = {
    "A2#填报单位": "fact.unit", "A2#填表人": "fact.person", "A2#填报时间": "fact.date", "B4": "people.all", "C4": "people.men",
    "D4": "people.women", "B5": "people.age.60", "C5": "people.age.60.men", "D5": "people.age.60.women",
}  # fmt: skip


def bound(cast: Cast, form: Form, checks: list[str] | None = None) -> Template:
    """Its template, confirmed by the department."""
    by = cast.actors["clerk"]
    template = upload_template(form=form, file_name="人口月报.xlsx", content=population(), by=by, at=MONDAY)
    return bind_template(
        template_id=template.pk,
        bindings=BINDINGS,
        checks=CHECKS if checks is None else checks,
        by=by,
        at=MONDAY,
    )


OWN = "520103019001"
SERVED = {"B6": "12", "C6": "5", "D6": "7"}
"""What nobody knows but the community."""


def own(made: Round) -> Return:
    """The return of the first community."""
    return Return.objects.whole().get(round=made, unit__code=OWN)


def given(made: Round, cast: Cast, values: dict[str, str], reasons: dict[str, str] | None = None) -> Return:
    """The return after the community has said something."""
    row = own(made)
    return answer(
        return_id=row.pk,
        values=values,
        reasons=reasons or {},
        version=row.version,
        by=cast.actors["community"],
        at=MONDAY,
    )
