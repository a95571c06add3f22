"""What a file is, by its first bytes, and what it may be called: values in, value out."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import Enum
from pathlib import PurePosixPath

from linli.algorithms.text.sentences import Refusal, said


class FileRefused(Refusal, ValueError):
    """The file cannot be taken; the text says why and what to do instead."""


class Unavailable(FileRefused):
    """The store cannot be reached or turns us away: the words are for whoever sends or opens a file, the log says more."""


class Family(Enum):
    """Files that are treated alike."""

    IMAGE = "image"
    PDF = "pdf"
    OFFICE = "office"


HEIC = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
ACCEPTED = "请上传照片（JPG、PNG、WebP）、PDF、Word（.docx）或 Excel（.xlsx）文件"


def family_of(content: bytes) -> Family:
    """What the content is, whatever the name says; raises ``FileRefused`` with what to do."""
    if not content:
        raise FileRefused("文件是空的，请重新选择")
    if content[4:8] == b"ftyp":
        if content[8:12] in HEIC:
            raise FileRefused(
                "暂不支持 HEIC 照片：苹果手机请在“设置›相机›格式”中选“兼容性最佳”后重拍，或把照片转成 JPG 再上传"
            )
        raise FileRefused("不接收视频；请上传照片，或在文字中说明情况")
    if content[:3] == b"\xff\xd8\xff" or content[:8] == b"\x89PNG\r\n\x1a\n" or _is_webp(content):
        return Family.IMAGE
    if b"%PDF-" in content[:1024]:
        return Family.PDF
    if content[:4] == b"PK\x03\x04":
        return Family.OFFICE
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise FileRefused(
            "这是旧版 Office 文件（.doc、.xls）或加密文件；请另存为未加密的 .docx 或 .xlsx 再上传"
        )
    raise FileRefused("不接收这种文件。%(accepted)s", accepted=said(ACCEPTED))


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def check_size(size: int, limit: int) -> None:
    """Refuse what is larger than the limit, in bytes."""
    if size > limit:
        raise FileRefused(
            "文件有 %(size)s MB，超过上限 %(limit)s MB",
            size=f"{size / 1000000:.1f}",
            limit=f"{limit / 1000000:.0f}",
        )


KINDS = {"pdf": "PDF 文件", "wordprocessingml": "Word 文件", "spreadsheetml": "Excel 文件", "image/": "照片"}
"""What a file is called in a history, by a part of its type."""


def kind_words(content_type: str) -> str:
    """What a file of that type is, in words."""
    return next((words for part, words in KINDS.items() if part in content_type), "文件")


def length_words(size: int) -> str:
    """A length in bytes as people say it: ``139 KB``, ``2.4 MB``."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} KB"


def name_for(given: str, extension: str, *, photo: str = "") -> str:
    """What a file is called: for a photo the given words, else the sender's name without path or odd characters."""
    stem = photo or PurePosixPath(given.replace("\\", "/")).name
    stem = re.sub(r"[\x00-\x1f\x7f<>:\"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", stem).strip(". ")
    if not photo and "." in stem:
        stem = stem.rsplit(".", 1)[0]
    return f"{stem[:80] or '文件'}{extension}"


def expires_on(day: date, keep_days: int | None) -> date | None:
    """The day after which a file is removed; None keeps it with what it belongs to."""
    return None if keep_days is None else day + timedelta(days=keep_days)
