"""Metadata really gone, and what is refused."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from linli.kernel.files import documents, images, rules
from linli.kernel.files.rules import Family, FileRefused
from linli.kernel.files.tests import samples

SECRETS = [b"SecretCamera", b"Exif", b"GPSInfo", b"xpacket", b"Photoshop", b"SecretComment", b"13800001234"]


def clean(content: bytes, **limits: int) -> images.Picture:
    return images.clean(content, **{"max_pixels": 10_000_000, "longest_edge": 4096, **limits})


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_is_left_of_a_photo(kind: str) -> None:
    raw = samples.photo(kind)
    assert any(secret in raw for secret in SECRETS)
    picture = clean(raw)
    for content in (picture.content, *picture.thumbnails.values()):
        assert not [secret for secret in SECRETS if secret in content]
        reread = Image.open(io.BytesIO(content))
        assert not reread.getexif() and images.place_in(content) is None
        assert not {"comment", "icc_profile", "xmp", "photoshop", "XML:com.adobe.xmp"} & reread.info.keys()


@given(lon=st.floats(-179.9, 179.9), lat=st.floats(-89.9, 89.9))
@settings(max_examples=25, deadline=None)
def test_the_place_is_read_from_the_upload_and_gone_from_what_is_kept(lon: float, lat: float) -> None:
    raw = samples.photo("JPEG", place=(lon, lat), size=(8, 8))
    found = images.place_in(raw)
    if found is None:
        assert (round(lon, 3), round(lat, 3)) == (0, 0)
    else:
        assert found == pytest.approx((lon, lat), abs=2e-6)
    assert images.place_in(clean(raw).content) is None


def test_a_photo_without_a_place_has_none() -> None:
    assert images.place_in(samples.photo("JPEG", place=None)) is None
    assert images.place_in(b"no picture") is None


def test_a_photo_is_turned_upright_before_its_orientation_is_forgotten() -> None:
    picture = clean(samples.photo("JPEG", size=(60, 30), orientation=6))
    assert (picture.width, picture.height) == (30, 60)


def test_thumbnails_keep_the_shape_and_never_grow() -> None:
    picture = clean(samples.photo("JPEG", size=(2000, 1000)))
    sizes = {size: Image.open(io.BytesIO(content)).size for size, content in picture.thumbnails.items()}
    assert sizes == {320: (320, 160), 1280: (1280, 640)}
    small = clean(samples.photo("PNG", size=(50, 40)))
    assert {Image.open(io.BytesIO(content)).size for content in small.thumbnails.values()} == {(50, 40)}


def test_a_large_photo_is_kept_smaller() -> None:
    assert clean(samples.photo("JPEG", size=(500, 250)), longest_edge=100).width == 100


def test_transparency_survives() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(target, "PNG")
    assert Image.open(io.BytesIO(clean(target.getvalue()).content)).getpixel((0, 0)) == (255, 0, 0, 0)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (60_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(FileRefused):
        clean(bomb)
    with pytest.raises(FileRefused, match="过大"):
        clean(samples.photo("JPEG", size=(200, 200)), max_pixels=10_000)


@given(cut=st.integers(10, 500))
@settings(max_examples=20, deadline=None)
def test_a_cut_photo_is_refused_in_words(cut: int) -> None:
    with pytest.raises(FileRefused, match="[一-龥]"):
        clean(samples.photo("JPEG")[:cut])


def test_what_was_appended_to_a_photo_is_not_kept() -> None:
    assert b"<script>" not in clean(samples.photo("JPEG") + b"<script>alert(1)</script>").content


@pytest.mark.parametrize(
    ("content", "family"),
    [
        (samples.photo("JPEG"), Family.IMAGE),
        (samples.photo("PNG"), Family.IMAGE),
        (samples.photo("WEBP"), Family.IMAGE),
        (samples.pdf(), Family.PDF),
        (samples.docx(), Family.OFFICE),
    ],
)
def test_a_file_is_known_by_its_content(content: bytes, family: Family) -> None:
    assert rules.family_of(content) is family


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 20, "HEIC"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 20, "视频"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "另存为"),
        (b"MZ\x90", "不接收"),
        (b"<html>", "不接收"),
        (b"GIF89a", "不接收"),
        (b"<svg xmlns=", "不接收"),
    ],
)
def test_other_files_are_refused_and_told_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        rules.family_of(content)


@pytest.mark.parametrize("make", [samples.docx, samples.xlsx])
def test_an_office_file_loses_its_authors_and_stays_readable(make: Any) -> None:
    raw = make()
    document = documents.clean_office(raw, max_pixels=10_000_000)
    with zipfile.ZipFile(io.BytesIO(document.content)) as package:
        everything = b"".join(package.read(name) for name in package.namelist())
        assert {part.date_time[0] for part in package.infolist()} == {1980}
    assert b"SecretAuthor" not in everything and b"SecretCompany" not in everything
    samples.read_back(document.content, document.content_type)


def test_photos_inside_a_word_file_lose_their_metadata() -> None:
    document = documents.clean_office(samples.docx(photo=samples.photo("JPEG")), max_pixels=10_000_000)
    with zipfile.ZipFile(io.BytesIO(document.content)) as package:
        media = [package.read(name) for name in package.namelist() if "/media/" in name]
    assert media and not [secret for secret in SECRETS for content in media if secret in content]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"a.txt": b"x"}, "压缩包"),
        ({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b""}, "宏"),
    ],
)
def test_other_zips_and_macros_are_refused(parts: dict[str, bytes], words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        documents.clean_office(samples.zipped(parts), max_pixels=1000)


def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_UNPACKED", 1000)
    with pytest.raises(FileRefused, match="过大"):
        documents.clean_office(
            samples.zipped({"[Content_Types].xml": b"", "word/document.xml": b"0" * 2000}), max_pixels=1000
        )


def test_a_broken_zip_is_refused() -> None:
    with pytest.raises(FileRefused, match="已损坏"):
        documents.clean_office(samples.docx()[:200], max_pixels=1000)


def test_a_pdf_loses_its_information_and_no_offset_changes() -> None:
    raw = samples.pdf()
    document = documents.clean_pdf(raw)
    assert len(document.content) == len(raw) and document.cleared
    assert b"SecretAuthor" in raw and b"SecretAuthor" not in document.content
    assert b"SecretXmp" in raw and b"SecretXmp" not in document.content
    assert b"/Title (Chapter)" in document.content, "bookmarks are text, not metadata"


def test_a_pdf_with_compressed_objects_says_that_something_may_be_left() -> None:
    assert not documents.clean_pdf(samples.pdf().replace(b"/Catalog", b"/Catalog /ObjStm")).cleared


def test_half_a_pdf_is_refused() -> None:
    with pytest.raises(FileRefused, match="不完整"):
        documents.clean_pdf(samples.pdf()[:-10])


@given(st.text(max_size=200), st.sampled_from([".jpg", ".pdf"]))
def test_a_name_is_safe_whatever_was_given(given_name: str, extension: str) -> None:
    name = rules.name_for(given_name, extension)
    assert name.endswith(extension) and 0 < len(name) <= 90
    assert not set(name) & set('/\\:*?"<>|\n\r\0\u202e')


def test_a_name_keeps_its_words_and_takes_the_real_extension() -> None:
    assert rules.name_for("C:\\文件\\关于停水的函.exe", ".pdf") == "关于停水的函.pdf"
    assert rules.name_for("../../etc/passwd", ".pdf") == "passwd.pdf"
