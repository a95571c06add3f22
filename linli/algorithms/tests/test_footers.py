"""Whose copy a workbook is stands in the footer of its pages, before what the department wrote there."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.workbooks.blank import Blank
from linli.algorithms.workbooks.marks import LONGEST, joined

WORDS = "苏兰 2026-11-23 10:00 导出，用途：核对"


def book(footer: str = "", header: str = "") -> bytes:
    """A workbook with two rows and whatever stands above and below its pages."""
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.append(["姓名"])
    sheet.page_setup.orientation = "landscape"
    sheet.oddFooter.center.text, sheet.oddHeader.left.text = footer or None, header or None
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def opened(content: bytes) -> Any:
    """Its sheet, filled with one name and marked."""
    filled = Blank.open(content).fill({(2, 1): "王秀英"}, footer=WORDS)
    return openpyxl.load_workbook(io.BytesIO(filled)).active


def test_a_footer_is_made_where_there_is_none_and_the_print_settings_stay() -> None:
    sheet = opened(book())
    assert sheet.oddFooter.left.text == WORDS and sheet["A2"].value == "王秀英"
    assert sheet.page_setup.orientation == "landscape"


def test_what_the_department_wrote_in_footer_and_header_stays() -> None:
    sheet = opened(book("第 &P 页", "云岩区"))
    assert (sheet.oddFooter.left.text, sheet.oddFooter.center.text) == (WORDS, "第 &P 页")
    assert sheet.oddHeader.left.text == "云岩区"


def test_a_workbook_without_a_mark_has_no_footer() -> None:
    filled = Blank.open(book()).fill({(2, 1): "王秀英"})
    assert b"headerFooter" not in Blank.open(filled).parts["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    ("footer", "expected"),
    [
        ("", "&L&8甲"), ("&L内部", "&L&8甲  内部"), ("&C第 &P 页", "&L&8甲&C第 &P 页"), ("第 &P 页", "&L&8甲&C第 &P 页"),
        ("&L内部&R&D", "&L&8甲  内部&R&D"),
    ],
)  # fmt: skip
def test_the_words_come_first_at_the_left(footer: str, expected: str) -> None:
    assert joined("甲", footer) == expected


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_footer_is_never_longer_than_a_sheet_takes_and_an_ampersand_begins_no_code(
    words: str, footer: str
) -> None:
    text = joined(words, footer)
    assert len(text) <= LONGEST and text.startswith("&L&8")
    assert f"&L&8{words.replace('&', '&&')}".startswith(text[: 4 + len(words.replace("&", "&&"))])
