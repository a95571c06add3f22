"""Citizen identity numbers (GB 11643-1999) as departments write them, and the other documents of a person.

18 signs: six of the place, eight of the birth date, three of order (odd: male), one check sign (ISO 7064 MOD 11-2).
15 digits: as issued until 1999, the year of birth without its 19 and without the check sign.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from stdnum import numdb
from stdnum.cn import ric

from linli.algorithms.cleaning.cells import (
    PUNCTUATION,
    Text,
    digits_lost,
    text_of,
    without_exponent,
    without_value,
)
from linli.algorithms.cleaning.cleaned import Cleaned, Fault, Note, refused
from linli.algorithms.cleaning.dates import OLDEST, PartialDate

SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")
MISREAD = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "i": "1", "|": "1"})
END = re.compile(r"[.,;。，、；]+$")
DOCUMENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("hk_macau_permit", re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")),
    ("passport", re.compile(r"[EG][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[DSP]E?[0-9]{7}|[DS][0-9]{8}")),
    ("taiwan_permit", re.compile(r"[0-9]{8}|[0-9]{10}\([A-Z]\)")),
    ("foreign_residence_permit", re.compile(r"[A-Z]{3}[0-9]{12}")),
    ("birth_certificate", re.compile(r"[A-Z][0-9]{9}")),
    ("military_id", re.compile(r"[军政后装海空武参联南北沈兰成济广士文][\u4e00-\u9fff]{0,2}字?第[0-9]{4,8}号?")),
    ("passport", re.compile(r"[A-Z]{1,2}[0-9]{6,8}")),
)  # fmt: skip
"""Kinds by shape, the first that fits. Shapes from the usual descriptions of these documents, not read in a standard."""
GUESSED = {"taiwan_permit", "birth_certificate"}
MALE, FEMALE = "1", "2"
"""The codes of GB/T 2261.1."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a person: its kind and number."""

    kind: str
    number: str

    def __str__(self) -> str:
        return self.number


def clean_citizen_id(cell: object, *, on: date | None = None) -> Cleaned[str]:
    """The 18 signs of a citizen id with its place, birth and check sign tested.

    ``on`` is the day by which a birth must have been, and no more than 130 years before; without it that is not asked.
    A spreadsheet's rounded number is refused and never completed; signs that look like digits are only suggested.
    """
    text = text_of(cell)
    if (nothing := without_value(cell, text)) is not None:
        return nothing
    if digits_lost(text.words):
        return refused(cell, Fault.DIGITS_LOST, text.notes, text=text.words)
    number, notes = _compact(text)
    if SHAPE.fullmatch(number):
        return _judged(cell, number, notes, on)
    if re.fullmatch(r"[1-9][0-9]{14}", number):
        return _judged(cell, from_15(number), (*notes, Note.ID_15_TO_18), on)
    return _misshapen(cell, number, notes, on)


def clean_document(cell: object, *, on: date | None = None) -> Cleaned[Document]:
    """A citizen id or another document of a person, told apart by shape."""
    if isinstance(cell, Document):
        known = clean_document(cell.number, on=on)
        return Cleaned(cell, known.value, known.notes, known.problem, known.aside, known.suggestions)
    found = clean_citizen_id(cell, on=on)
    if found.value is not None:
        return Cleaned(cell, Document(_kind_of_18(found.value), found.value), found.notes)
    if found.problem is None or found.problem.code not in (Fault.ID_LENGTH, Fault.ID_SIGNS, Fault.ID_MISREAD):
        return Cleaned(cell, None, found.notes, found.problem)
    number, notes = _compact(text_of(cell))
    for kind, shape in DOCUMENTS:
        if shape.fullmatch(number.upper()):
            noted = (*notes, Note.KIND_BY_SHAPE) if kind in GUESSED else notes
            return Cleaned(cell, Document(kind, number.upper()), noted)
    if found.problem.code == Fault.ID_LENGTH or found.suggestions:
        suggested = tuple(Document(_kind_of_18(each), each) for each in found.suggestions)
        return Cleaned(cell, None, found.notes, found.problem, (), suggested)
    return refused(cell, Fault.DOCUMENT_UNREAD, notes, text=number)


def from_15(number: str) -> str:
    """The 18 signs of a number with 15 digits."""
    longer = f"{number[:6]}19{number[6:]}"
    return longer + ric.calc_check_digit(longer + "0")


def birth_of(citizen_id: str) -> PartialDate:
    """The birth date in a clean citizen id."""
    return PartialDate(int(citizen_id[6:10]), int(citizen_id[10:12]), int(citizen_id[12:14]))


def sex_of(citizen_id: str) -> str:
    """The sex in a clean citizen id, as GB/T 2261.1 codes it."""
    return MALE if int(citizen_id[16]) % 2 else FEMALE


def division_of(citizen_id: str) -> str:
    """The six digits of the county where the number was first given; not where its person lives."""
    return citizen_id[:6]


def disagreements(
    citizen_id: str, birth: PartialDate | None = None, sex: str | None = None
) -> tuple[str, ...]:
    """Which of ``birth`` and ``sex`` say something else than the number; what is None says nothing."""
    found = []
    if birth is not None and not birth.agrees_with(birth_of(citizen_id)):
        found.append("birth")
    if sex in (MALE, FEMALE) and sex != sex_of(citizen_id):
        found.append("sex")
    return tuple(found)


@lru_cache(maxsize=20_000)
def is_known_division(code: str) -> bool:
    """Whether six digits were a county of the table that python-stdnum ships (in force now or earlier)."""
    found = numdb.get("cn/loc").info(code)
    return any("county" in about for _, about in found) or code[:1] == "8"


def _compact(text: Text) -> tuple[str, tuple[Note, ...]]:
    notes = list(text.notes)
    number = without_exponent(text.words.translate(PUNCTUATION))
    if number.isdecimal() and number.isascii():
        return number, tuple(notes)
    bare = re.sub(r"\s+", "", number)
    if bare != number and Note.SPACES not in notes:
        notes.append(Note.SPACES)
    plain = bare.replace("-", "")
    if plain != bare:
        notes.append(Note.DASHES)
    if re.fullmatch(r"(?:[0-9]{15}|[0-9]{18})\.0", plain):
        plain = plain[:-2]
    if plain[-1:] == "x" and len(plain) == 18:
        plain = plain[:-1] + "X"
        notes.append(Note.LOWER_CASE)
    return plain, tuple(notes)


def _judged(cell: object, number: str, notes: tuple[Note, ...], on: date | None) -> Cleaned[str]:
    problem = _fault(number, on)
    if problem is not None:
        return refused(cell, problem, notes, text=number, year=number[6:10], birth=number[6:14])
    if Note.ID_15_TO_18 not in notes and number.endswith("000"):
        notes = (*notes, Note.MAYBE_ROUNDED)
    return Cleaned(cell, number, notes if is_known_division(number[:6]) else (*notes, Note.PLACE_UNKNOWN))


def _fault(number: str, on: date | None) -> Fault | None:
    if number[-1] != ric.calc_check_digit(number):
        return Fault.DIGITS_LOST if number.endswith("000") else Fault.ID_CHECKSUM
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Fault.ID_BIRTH
    if on is not None and not (on.year - OLDEST <= birth.year and birth <= on):
        return Fault.ID_BIRTH
    return None


def _misshapen(cell: object, number: str, notes: tuple[Note, ...], on: date | None) -> Cleaned[str]:
    guess = END.sub("", number).translate(MISREAD)
    guess = guess[:-1] + guess[-1:].upper()
    if guess != number and (SHAPE.fullmatch(guess) or re.fullmatch(r"[1-9][0-9]{14}", guess)):
        whole = guess if len(guess) == 18 else from_15(guess)
        if _fault(whole, on) is None:
            return refused(cell, Fault.ID_MISREAD, notes, suggestions=(whole,), text=number)
    if re.fullmatch(r"[0-9]+[0-9Xx]", number):
        return refused(cell, Fault.ID_LENGTH, notes, text=number, length=len(number))
    return refused(cell, Fault.ID_SIGNS, notes, text=number)


def _kind_of_18(number: str) -> str:
    first = number[:2]
    if first in ("81", "82", "83"):
        return "hmt_residence_permit"
    return "foreign_residence_permit" if first[0] == "9" else "citizen_id"
