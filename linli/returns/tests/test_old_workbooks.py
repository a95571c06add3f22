"""A department's XLS is filled like an XLSX: its own sums are left to it, and it is printed as before."""

from __future__ import annotations

import io

import openpyxl
import pytest
import xlwt
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.algorithms.tests.xls import put, saved
from linli.kernel.privacy.context import set_viewer
from linli.registry.tests.district import settle
from linli.returns.commands import bind_template, fill_round, open_round, upload_template
from linli.returns.queries.workbooks import workbook_of
from linli.returns.tests.factories import BINDINGS, own, permitted, population
from tests.cast import MONDAY, TESTER, Cast

pytestmark = pytest.mark.django_db


def population_xls(*, lost: bool = False) -> bytes:
    """The monthly form of the tests as an old workbook, across the page; one with a formula that cannot be read."""
    book, new = xlwt.Workbook(), openpyxl.load_workbook(io.BytesIO(population())).active
    sheet = book.add_sheet("月报")
    assert new is not None
    for row in new.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                sheet.write(cell.row - 1, cell.column - 1, xlwt.Formula(cell.value[1:]))
            elif cell.value is not None:
                sheet.write(cell.row - 1, cell.column - 1, cell.value)
    sheet.merge(0, 0, 0, 3)
    sheet.merge(1, 1, 0, 3)
    sheet.portrait, sheet.paper_size_code = 0, 8
    if lost:
        put(sheet, 6, 4, bytes([0x20]) + bytes(7))
    return saved(book)


def test_an_xls_comes_back_filled_with_its_formulas_and_its_print_settings(cast: Cast) -> None:
    settle(cast)
    by, form = cast.actors["clerk"], permitted(cast)
    template = upload_template(form=form, file_name="月报.XLS", content=population_xls(), by=by, at=MONDAY)
    assert template.file_name == "月报.xlsx" and template.layout["lost"] == []
    assert "B7" not in {each["place"] for each in template.layout["places"]}, "a sum is the department's own"
    bind_template(template_id=template.pk, bindings=BINDINGS, checks=[], by=by, at=MONDAY)
    made = open_round(code=form.code, by=by, at=MONDAY)
    set_viewer(TESTER)
    fill_round(round_id=made.pk, by=TESTER, at=MONDAY)
    row = own(made)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of(row))).worksheets[0]
    assert sheet["B4"].value == row.known["B4"] > 0
    assert [sheet[f"{column}7"].value for column in "BCD"] == [
        f"=SUM({column}4:{column}6)" for column in "BCD"
    ]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
    assert "A1:D1" in map(str, sheet.merged_cells.ranges)


def test_a_formula_that_was_lost_is_named_to_whoever_uploads(cast: Cast, client: Client) -> None:
    form = permitted(cast)
    client.force_login(cast.users["clerk"])
    file = SimpleUploadedFile("月报.xls", population_xls(lost=True))
    answer = client.post(f"/returns/forms/{form.code}/template/", {"file": file}, follow=True)
    assert "月报!E7" in answer.content.decode()
