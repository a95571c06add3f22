"""Files as people send them, full of metadata."""

from __future__ import annotations

import io
import zipfile

from docx import Document
from openpyxl import Workbook, load_workbook
from PIL import Image, PngImagePlugin
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import IFDRational

from linli.kernel.files import documents

XMP = b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">Photoshop 13800001234</x:xmpmeta><?xpacket end="w"?>'


def photo(
    kind: str,
    *,
    size: tuple[int, int] = (64, 48),
    place: tuple[float, float] | None = (106.7135, 26.5783),
    orientation: int = 1,
) -> bytes:
    """A photo of that format with camera, owner, place, comment and XMP in it."""
    image = Image.effect_noise(size, 60).convert("RGB")
    exif = Image.Exif()
    exif[Base.Make] = "SecretCamera"
    exif[Base.Orientation] = orientation
    exif[Base.Artist] = "13800001234"
    if place is not None:
        exif.get_ifd(IFD.GPSInfo).update(_gps(*place))
    target = io.BytesIO()
    options: dict[str, object] = {"exif": exif}
    if kind == "JPEG":
        options |= {"comment": b"SecretComment", "xmp": XMP}
    elif kind == "WEBP":
        options |= {"xmp": XMP}
    else:
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", "SecretComment")
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options |= {"pnginfo": info}
    image.save(target, kind, **options)
    return target.getvalue()


def _gps(lon: float, lat: float) -> dict[int, object]:
    def parts(value: float) -> tuple[IFDRational, ...]:
        value = abs(value)
        minutes = (value % 1) * 60
        return (
            IFDRational(int(value)),
            IFDRational(int(minutes)),
            IFDRational(round((minutes % 1) * 60 * 10_000), 10_000),
        )

    return {
        GPS.GPSLatitudeRef: "S" if lat < 0 else "N", GPS.GPSLatitude: parts(lat),
        GPS.GPSLongitudeRef: "W" if lon < 0 else "E", GPS.GPSLongitude: parts(lon),
    }  # fmt: skip


def docx(photo: bytes = b"") -> bytes:
    """A Word file with an author."""
    document = Document()
    document.add_paragraph("关于停水的函")
    document.core_properties.author = "SecretAuthor"
    document.core_properties.last_modified_by = "SecretAuthor"
    if photo:
        document.add_picture(io.BytesIO(photo))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def xlsx() -> bytes:
    """An Excel file with an author and a company."""
    book = Workbook()
    book.properties.creator = "SecretAuthor"
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "户数"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read_back(content: bytes, content_type: str) -> None:
    """Open a document with the library that its readers use; raises where it is broken."""
    if content_type == documents.DOCX:
        assert Document(io.BytesIO(content)).paragraphs[0].text == "关于停水的函"
    else:
        sheet = load_workbook(io.BytesIO(content)).active
        assert sheet is not None and sheet["A1"].value == "户数"


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip with these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def pdf() -> bytes:
    """A small PDF with an information dictionary, an XMP packet and a bookmark."""
    objects = [
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n",
        b"3 0 obj\n<< /Title (Chapter) /Parent 2 0 R >>\nendobj\n",
        b"4 0 obj\n<< /Author (SecretAuthor \\(x\\)) /Creator <5365637265744175> /Title (SecretAuthor) >>\nendobj\n",
        b"5 0 obj\n<< /Type /Metadata /Length 66 >>\nstream\n<x:xmpmeta>SecretXmp</x:xmpmeta>\nendstream\nendobj\n",
    ]
    return (
        b"%PDF-1.4\n" + b"".join(objects) + b"trailer\n<< /Root 1 0 R /Info 4 0 R >>\nstartxref\n9\n%%EOF\n"
    )
