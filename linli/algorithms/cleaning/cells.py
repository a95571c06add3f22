"""What every cleaner does first: the text of any object, without the dirt that no value has."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from linli.algorithms.cleaning.cleaned import Cleaned, Fault, Note, refused
from linli.algorithms.text.dirty import HALF_WIDTH, INVISIBLE

EXACT_BELOW = 1e15
"""A spreadsheet keeps 15 digits of a number; longer ones end in zeros that were never typed."""

SCIENTIFIC = re.compile(r"([+-]?\d)(?:\.(\d+))?[eE]\+?(\d{1,3})")
DIRT = re.compile(r"[\u200b\u200c\u200d\u2060\ufeff\u00ad\x00-\x1f\x7f]")
WIDE = re.compile(r"[\uff01-\uff5e]")
MASKED = re.compile(r"[*＊●•]{2,}|[*＊]")
PLACEHOLDERS = frozenset(
    {
        "-", "--", "---", "—", "——", "/", "//", "\\", "、", ".", "?", "？", "无", "暂无", "没有", "无。", "不详", "不明", "未知",
        "不知道", "空", "空白", "未填", "未填写", "未登记", "未提供", "待查", "待补", "缺", "null", "none", "nan", "nil", "n/a", "na",
        "#n/a", "#value!", "#ref!", "#name?", "undefined",
    }
)  # fmt: skip
PUNCTUATION = {
    0xFF08: "(", 0xFF09: ")", 0xFF3B: "[", 0xFF3D: "]", 0x3010: "[", 0x3011: "]", 0xFF0B: "+", 0xFF03: "#", 0xFF0F: "/", 0xFF0E: ".",
    0xFF0C: ",", 0xFF1A: ":", 0xFF1B: ";", 0x2013: "-", 0x2014: "-", 0x2015: "-", 0x2212: "-", 0x30FC: "-", 0xFF5E: "~",
}  # fmt: skip
"""Full-width and typographic signs to those of a keyboard, for numbers and codes; names and words keep theirs."""


class Text(NamedTuple):
    """The words of a cell, and what was done to them."""

    words: str
    notes: tuple[Note, ...] = ()

    @property
    def is_placeholder(self) -> bool:
        """Whether the words only say that nothing is known."""
        return self.words.lower() in PLACEHOLDERS


def text_of(cell: object) -> Text:
    """The text of any cell: trimmed, half-width, without invisible signs or the apostrophe that guards digits.

    Nothing (None, NaN) is the empty text. A whole number loses its ``.0``; a longer one than a spreadsheet can hold
    keeps its exponent, so that ``digits_lost`` knows it. Never raises.
    """
    if isinstance(cell, str):
        return _trimmed(cell)
    if cell is None:
        return Text("")
    if isinstance(cell, float):
        if cell != cell:
            return Text("")
        whole = cell.is_integer() and abs(cell) < EXACT_BELOW
        return Text(str(int(cell)) if whole else repr(cell))
    if isinstance(cell, Decimal):
        return Text(format(cell, "f") if cell.is_finite() else "")
    if isinstance(cell, datetime | date):
        return Text(cell.isoformat(*" " if isinstance(cell, datetime) else ""))
    try:
        return _trimmed(str(cell))
    except Exception:  # whatever an object's own __str__ raises, a cell that cannot be read is an empty one
        return Text("")


def without_value(cell: object, text: Text) -> Cleaned[Any] | None:
    """What becomes of a cell that is empty, only says that nothing is known, or is masked; None for any other."""
    if not text.words:
        return Cleaned(cell)
    if text.is_placeholder:
        return Cleaned(cell, notes=(*text.notes, Note.PLACEHOLDER))
    if MASKED.search(text.words):
        return refused(cell, Fault.MASKED, text.notes)
    return None


def digits_lost(words: str) -> bool:
    """Whether a number was written with an exponent and fewer digits than it has: 5.20103E+17."""
    found = SCIENTIFIC.fullmatch(words)
    return found is not None and len(found[2] or "") < int(found[3])


def without_exponent(words: str) -> str:
    """A number written with an exponent and all its digits, written plainly: 1.3812345678E+10 is 13812345678."""
    found = SCIENTIFIC.fullmatch(words)
    if found is None or len(found[2] or "") != int(found[3]):
        return words
    return found[1] + (found[2] or "")


def _trimmed(text: str) -> Text:
    notes: list[Note] = []
    plain = text
    if DIRT.search(plain):
        plain = re.sub(r"[\t\r\n\x0b\x0c]", " ", plain)
        plain = DIRT.sub("", plain.translate(INVISIBLE))
        notes.append(Note.INVISIBLE)
    narrow = plain.translate(HALF_WIDTH)
    if narrow != plain and WIDE.search(plain):
        notes.append(Note.FULL_WIDTH)
    plain = narrow.strip()
    if plain[:1] in ("'", "\u2018", "`") and plain[1:2].isalnum():
        plain = plain[1:].lstrip()
        notes.append(Note.APOSTROPHE)
    if len(plain) < len(narrow) and Note.APOSTROPHE not in notes:
        notes.append(Note.SPACES)
    return Text(plain, tuple(notes))
