"""A sheet as an OpenDocument file. Old XLS is not written: the only library that could (xlwt) is no longer kept up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

MIME = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.2" '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def write_ods(path: Path, sheet: str, rows: Sequence[Sequence[object]], *, merged_rows: int = 0) -> None:
    """Write rows of texts, numbers, dates and None; the first cell of each of the first ``merged_rows`` spans all columns."""
    width = max(len(row) for row in rows)
    lines = [
        _merged(row[0], width) if number < merged_rows else "".join(map(_cell, row))
        for number, row in enumerate(rows)
    ]
    body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="{escape(sheet)}">'
        f'<table:table-column table:number-columns-repeated="{width}"/>{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with ZipFile(path, "w", ZIP_DEFLATED) as made:
        made.writestr("mimetype", MIME, ZIP_STORED)
        made.writestr("META-INF/manifest.xml", MANIFEST)
        made.writestr("content.xml", content)


def _merged(value: object, width: int) -> str:
    covered = f'<table:covered-table-cell table:number-columns-repeated="{width - 1}"/>' if width > 1 else ""
    return _cell(value, f' table:number-columns-spanned="{width}" table:number-rows-spanned="1"') + covered


def _cell(value: object, span: str = "") -> str:
    if value is None or value == "":
        return f"<table:table-cell{span}/>"
    if isinstance(value, int | float):
        return f'<table:table-cell{span} office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    if isinstance(value, date):
        return f'<table:table-cell{span} office:value-type="date" office:date-value="{value}"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell{span} office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'
