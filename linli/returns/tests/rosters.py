"""A list of persons as the template of a form, as tests need it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from linli.kernel.privacy.context import set_viewer
from linli.returns.commands import bind_list, fill_round, open_round, upload_template
from linli.returns.models import Form, Return, Round, Template
from linli.returns.tests.factories import permitted, sheet
from tests.cast import MONDAY, TESTER, Cast

OWN, NEXT = "520103019001", "520103019002"


def roster() -> bytes:
    """Everybody of a community: a running number, what is known, what is asked, three rows drawn, and a total below them."""
    return sheet(
        ["社区人口花名册"],
        ["填报单位：          填报时间：    年    月    日"],
        ["序号", "姓名", "性别", "年龄", "身份证号", "联系电话", "是否需要上门"],
        *([number, *[None] * 6] for number in (1, 2, 3)),
        ["合计", "=COUNTA(B4:B6)", None, None, None, None, None],
        merged=("A1:G1", "A2:G2"),
    )


COLUMNS = {
    "A": "row.number", "B": "person.name", "C": "person.sex@words", "D": "person.age", "E": "person.document@parted",
    "F": "person.phones@first",
}  # fmt: skip
LABELS = {"A2#填报单位": "fact.unit", "A2#填报时间": "fact.date"}


def uploaded(cast: Cast, form: Form, who: str = "clerk") -> Template:
    """The workbook, not yet confirmed."""
    return upload_template(
        form=form, file_name="花名册.xlsx", content=roster(), by=cast.actors[who], at=MONDAY
    )


def listed(
    cast: Cast, rows: str = "people.all", who: str = "clerk", checks: Sequence[str] = (), **changes: Any
) -> Round:
    """A month of the list, asked of both communities and filled."""
    form = permitted(cast, title="社区人口花名册", **changes)
    template = uploaded(cast, form, who)
    by = cast.actors[who]
    bind_list(
        template_id=template.pk, rows=rows, columns=COLUMNS, bindings=LABELS, checks=checks, by=by, at=MONDAY
    )
    made = open_round(code=form.code, by=by, at=MONDAY)
    set_viewer(TESTER)
    fill_round(round_id=made.pk, by=TESTER, at=MONDAY)
    return made


def of(made: Round, unit: str = OWN) -> Return:
    """The return of one community."""
    return Return.objects.whole().get(round=made, unit__code=unit)
