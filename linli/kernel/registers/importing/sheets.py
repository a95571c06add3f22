"""Rows out of a CSV, XLS, XLSX or ODS file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

Rows = list[list[Any]]
SHEET_SIGNS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MAX_BYTES = 100_000_000


class Unreadable(ValueError):
    """The file is not a table that can be read; the text says what to do."""


def read(content: bytes, sheet: str = "") -> Iterator[Rows]:
    """The tables of a file, in order: its sheets (or the one of that name), or the one table of a CSV."""
    if len(content) > MAX_BYTES:
        raise Unreadable(_("文件超过 100 MB，请拆分后再导入"))
    if content.startswith(SHEET_SIGNS):
        yield from _sheets(content, sheet)
    else:
        yield list(csv.reader(io.StringIO(_decode(content), newline="")))


def _sheets(content: bytes, sheet: str) -> Iterator[Rows]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if sheet and sheet not in book.sheet_names:
            raise Unreadable(
                _("没有名为“%(sheet)s”的工作表；文件里有：%(names)s")
                % {"sheet": sheet, "names": "、".join(book.sheet_names)}
            )
        for name in [sheet] if sheet else book.sheet_names:
            yield book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise Unreadable(_("表格打不开，可能已损坏或加了密码；请另存为 XLSX 再试")) from error


def _decode(content: bytes) -> str:
    """UTF-8 with or without its mark, else GB18030: what office software here writes."""
    if b"\0" in content[:4096]:
        raise Unreadable(_("这不是表格文件；请选择 CSV、XLS、XLSX 或 ODS"))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("文字编码无法识别；请另存为 UTF-8 或 GB18030 的 CSV"))
