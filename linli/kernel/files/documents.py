"""PDF, Word and Excel files: recognised by content and cleared of who wrote them. No Django.

Cleared in Word and Excel files: core, extended and custom properties, the preview picture, the metadata of embedded
photos, file times. Not cleared: names in comments and tracked changes, which are part of the text.
Cleared in PDF: the information dictionary and XMP packets that stand uncompressed in the file. What lies inside
compressed object streams stays; ``Document.cleared`` is false where that may be so.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from linli.kernel.files import images
from linli.kernel.files.rules import FileRefused

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTENSIONS = {PDF: ".pdf", DOCX: ".docx", XLSX: ".xlsx"}
MAX_PARTS = 5000
MAX_UNPACKED = 300_000_000

_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
_CUSTOM = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
)
_REPLACED = {"docProps/core.xml": _CORE, "docProps/app.xml": _APP, "docProps/custom.xml": _CUSTOM}


@dataclass(frozen=True)
class Document:
    """A document: its bytes, what they are, and whether all that is named above was cleared."""

    content: bytes
    content_type: str
    cleared: bool


def clean_office(content: bytes, *, max_pixels: int) -> Document:
    """A Word or Excel file without the names of its authors; raises ``FileRefused`` for anything else in a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            kind = _kind(package)
            return Document(_rewritten(package, max_pixels), kind, cleared=True)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError) as broken:
        raise FileRefused("文件已损坏或已加密，打不开；请另存一份未加密的再上传") from broken


def _kind(package: zipfile.ZipFile) -> str:
    parts = package.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileRefused("文件展开后过大，请拆成几个小文件")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused("文件里有宏；请另存为不含宏的 .docx 或 .xlsx")
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return DOCX
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return XLSX
    raise FileRefused("压缩包不能上传；请上传照片、PDF、Word（.docx）或 Excel（.xlsx）文件")


def _rewritten(package: zipfile.ZipFile, max_pixels: int) -> bytes:
    target, unpacked = io.BytesIO(), 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as clean:
        for part in package.infolist():
            with package.open(part) as stream:
                data = stream.read(MAX_UNPACKED - unpacked + 1)
            unpacked += len(data)
            if unpacked > MAX_UNPACKED:
                raise FileRefused("文件展开后过大，请拆成几个小文件")
            clean.writestr(
                zipfile.ZipInfo(part.filename), _part(part.filename, data, max_pixels), zipfile.ZIP_DEFLATED
            )
    return target.getvalue()


def _part(name: str, data: bytes, max_pixels: int) -> bytes:
    if name in _REPLACED:
        return _REPLACED[name]
    if name.startswith("docProps/thumbnail"):
        return images.blank()
    if "/media/" in name and name.lower().endswith((".jpg", ".jpeg", ".png", ".webp")):
        try:
            return images.clean(data, max_pixels=max_pixels, longest_edge=20_000, thumbnails=()).content
        except FileRefused:
            return data
    return data


_INFO = re.compile(rb"/Info\s+(\d+)\s+(\d+)\s+R")
_XMP = re.compile(rb"<x:xmpmeta.*?</x:xmpmeta>|<rdf:RDF.*?</rdf:RDF>", re.DOTALL)
_STRING = re.compile(rb"\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\)|<[0-9A-Fa-f\s]*>", re.DOTALL)


def clean_pdf(content: bytes) -> Document:
    """A PDF with its information dictionary blanked in place, so that no offset in the file changes."""
    if b"%%EOF" not in content[-2048:]:
        raise FileRefused("PDF 文件不完整；请重新导出后再上传")
    data = bytearray(content)
    for number, generation in set(_INFO.findall(content)):
        for found in re.finditer(
            rb"(?<!\d)%s\s+%s\s+obj(.*?)endobj" % (number, generation), content, re.DOTALL
        ):
            _blank_strings(data, found.start(1), found.end(1))
    for found in _XMP.finditer(content):
        data[found.start() : found.end()] = b" " * (found.end() - found.start())
    hidden = b"/ObjStm" in content or b"/Encrypt" in content
    return Document(bytes(data), PDF, cleared=not hidden)


def _blank_strings(data: bytearray, start: int, end: int) -> None:
    """Blank every string between two offsets, keeping its length and its delimiters."""
    for found in list(_STRING.finditer(data, start, end)):
        filler = b" " if data[found.start()] == ord("(") else b"0"
        data[found.start() + 1 : found.end() - 1] = filler * (found.end() - found.start() - 2)
