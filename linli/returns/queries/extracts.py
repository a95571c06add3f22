"""The list that a query asks for, some columns of the records of a figure in the whole territory; and what any query gives as a file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import declare_door, door
from linli.kernel.registers.queries import ids_by_place
from linli.returns.models import Query
from linli.returns.queries.fields import RECORDS, Binding, binding_of, selections
from linli.returns.queries.lists import known_values, records

EXTRACT = declare_door(
    "部门名单查询", "按区县批准的查询列出记录的几个栏目，只给提出查询的部门，每次提取都有记录和水印"
)


@dataclass(frozen=True)
class Listed:
    """The rows of a list with their columns; ``units`` are the places they lie in."""

    columns: Sequence[Binding]
    rows: Sequence[Sequence[str | int]]
    units: int

    @property
    def cells(self) -> int:
        """How many cells communities were not asked for."""
        return len(self.columns) * len(self.rows)


def listed(row: Query, at: datetime) -> Listed:
    """The records of a list as of now, grid by grid and household by household; what is not known is empty."""
    selection, today = selections()[row.rows], timezone.localdate(at)
    record = RECORDS[selection.register]
    bindings = {code: found for code in row.columns if (found := binding_of(record, code)) is not None}
    with door(EXTRACT):
        placed = ids_by_place(
            selection.register, selection.query_in(today, today), Actor.system("数据查询"), at
        )
        rows: list[Sequence[str | int]] = []
        for number, each in enumerate(records(record, [pk for pk, _ in placed]), start=1):
            known = known_values(each, number, bindings, today)
            rows.append(tuple(known.get(code, "") for code in bindings))
    return Listed(list(bindings.values()), rows, len({path for _, path in placed}))


def as_workbook(
    title: str, said: str, head: Sequence[str], rows: Sequence[Sequence[str | int]], name: str
) -> bytes:
    """What a query gives as XLSX: whose file it is and what for (``said``) stands above and below the rows, and in the footer of each printed page."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet, bold = book.add_worksheet(name), book.add_format({"bold": True})
        sheet.write(0, 0, title, bold)
        sheet.write(1, 0, said)
        sheet.write_row(3, 0, head, bold)
        for line, values in enumerate(rows, start=4):
            sheet.write_row(line, 0, values)
        sheet.write(5 + len(rows), 0, said)
        sheet.set_column(0, len(head) - 1, 20)
        sheet.freeze_panes(4, 1)
        sheet.set_footer(f"&L{said}"[:250])
    return made.getvalue()
