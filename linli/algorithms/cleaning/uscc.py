"""Unified social credit codes (GB 32100-2015), told apart from the codes that they replaced.

18 signs: registering department, kind, six digits of the division, nine signs of the old organisation code, check
sign. Before 2015: organisation codes of nine signs (GB 11714-1997), registration numbers of 15 digits.
"""

from __future__ import annotations

import re

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_10

from linli.algorithms.cleaning.cells import PUNCTUATION, digits_lost, text_of, without_value
from linli.algorithms.cleaning.cleaned import Cleaned, Fault, Note, refused

SIGNS = "0-9A-HJ-NPQRTUWXY"
SHAPE = re.compile(rf"[{SIGNS}]{{2}}[0-9]{{6}}[{SIGNS}]{{10}}")
ORGANISATION = re.compile(r"([0-9A-Z]{8})([0-9X])")
MISREAD = str.maketrans({"O": "0", "I": "1", "Z": "2", "S": "5", "|": "1"})
WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def clean_uscc(cell: object) -> Cleaned[str]:
    """The 18 signs of a unified social credit code with a right check sign.

    An organisation code or registration number of before 2015 is refused as such and set aside under its kind.
    """
    text = text_of(cell)
    if (nothing := without_value(cell, text)) is not None:
        return nothing
    if digits_lost(text.words):
        return refused(cell, Fault.DIGITS_LOST, text.notes, text=text.words)
    code, notes = _compact(text.words, text.notes)
    if SHAPE.fullmatch(code):
        if uscc.calc_check_digit(code[:17]) == code[17]:
            return Cleaned(cell, code, notes)
        lost = code.isdecimal() and code.endswith("000")
        return refused(cell, Fault.DIGITS_LOST if lost else Fault.USCC_CHECKSUM, notes, text=code)
    return _other(cell, code, notes)


def is_organisation_code(code: str) -> bool:
    """Whether nine signs are an organisation code with a right check sign."""
    match = ORGANISATION.fullmatch(code)
    if match is None:
        return False
    total = sum(int(sign, 36) * weight for sign, weight in zip(match[1], WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11] == match[2]


def is_registration_number(code: str) -> bool:
    """Whether 15 digits are a registration number of a business with a right check digit (ISO 7064 MOD 11,10)."""
    try:
        return len(code) == 15 and bool(mod_11_10.validate(code))
    except ValidationError:
        return False


def _compact(words: str, notes: tuple[Note, ...]) -> tuple[str, tuple[Note, ...]]:
    noted = list(notes)
    narrow = words.translate(PUNCTUATION)
    bare = re.sub(r"\s+", "", narrow)
    if bare != narrow:
        noted.append(Note.SPACES)
    joined = bare.replace("-", "")
    if joined != bare:
        noted.append(Note.DASHES)
    code = joined.upper()
    if code != joined:
        noted.append(Note.LOWER_CASE)
    return code, tuple(dict.fromkeys(noted))


def _other(cell: object, code: str, notes: tuple[Note, ...]) -> Cleaned[str]:
    if is_organisation_code(code):
        return refused(
            cell, Fault.OLD_ORGANISATION_CODE, notes, aside=(("organisation_code", code),), text=code
        )
    if is_registration_number(code):
        return refused(
            cell, Fault.OLD_REGISTRATION_NUMBER, notes, aside=(("registration_number", code),), text=code
        )
    guess = re.sub(r"[.,;。，、]+$", "", code).translate(MISREAD)
    if guess != code and SHAPE.fullmatch(guess) and uscc.calc_check_digit(guess[:17]) == guess[17]:
        return refused(cell, Fault.USCC_MISREAD, notes, suggestions=(guess,), text=code)
    if re.fullmatch(r"[0-9A-Z]+", code) and len(code) != 18:
        return refused(cell, Fault.USCC_LENGTH, notes, text=code, length=len(code))
    return refused(cell, Fault.USCC_SIGNS, notes, text=code)
