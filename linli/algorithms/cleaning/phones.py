"""Phone numbers of a cell: mobiles, lines with area code and extension, several at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linli.algorithms.cleaning.cells import PUNCTUATION, digits_lost, text_of, without_exponent, without_value
from linli.algorithms.cleaning.cleaned import Cleaned, Fault, Note, refused

HOME = r"(?:(?:\+|00)?86[-\s]*)?"
AREA = r"10|2\d|[3-9]\d{2}"
EXTENSION = r"(?:\s*(?:转|-|分机|ext\.?)\s*(?P<{}>\d{{1,6}}))?"
# Operators have given out 13 to 19; 12 belongs to nobody [GK], which is why a demo's invented people have such numbers.
PHONE = re.compile(
    rf"(?<!\d)(?:{HOME}(?P<zero>0?)(?P<mobile>1[2-9](?:[-\s.]?\d){{9}})"
    rf"|(?P<service>[48]00(?:[-\s]?\d){{7}})"
    rf"|{HOME}\(?0(?P<area>{AREA})\)?[-\s]*(?P<line>[2-9]\d{{2,3}}[-\s]?\d{{4}}){EXTENSION.format('extension')}"
    rf"|(?:\+|00)86[-\s]*(?P<bare_area>{AREA})[-\s]*(?P<bare_line>[2-9]\d{{6,7}})"
    rf"|(?P<abroad>(?:\+|00)(?!86)[1-9](?:[-\s]?\d){{6,13}})"
    rf"|(?P<local>[2-8]\d{{6,7}}){EXTENSION.format('local_extension')}"
    r")(?!\d)",
    re.IGNORECASE | re.ASCII,
)
SEPARATORS = re.compile(r"[、,;/|\\\s()\[\]:.+&~-]+|[或和及与]")
DUMMY = re.compile(r"1\d{2}0{8}|(?:\d*-)?(\d)\1{6,}")


def clean_phones(cell: object) -> Cleaned[tuple[str, ...]]:
    """The phones of a cell in order, each once: 13812345678, 0851-86500000, 0851-86500000-801, 4001234567, +85291234567.

    Words beside the numbers are set aside; digits that are no phone are noted where another could be read.
    """
    written = "、".join(map(str, cell)) if isinstance(cell, tuple | list) else cell
    text = text_of(written)
    if (nothing := without_value(cell, text)) is not None:
        return nothing
    if digits_lost(text.words):
        return refused(cell, Fault.DIGITS_LOST, text.notes, text=text.words)
    plain = without_exponent(text.words.translate(PUNCTUATION))
    notes = list(text.notes)
    phones: list[str] = []
    for phone, noted in _found(plain):
        notes += [note for note in noted if note not in notes]
        if phone not in phones:
            phones.append(phone)
        elif Note.REPEATED not in notes:
            notes.append(Note.REPEATED)
    return _judged(cell, plain, phones, notes)


def _judged(cell: object, plain: str, phones: list[str], notes: list[Note]) -> Cleaned[tuple[str, ...]]:
    real = tuple(phone for phone in phones if not DUMMY.fullmatch(phone))
    rest = " ".join(SEPARATORS.sub(" ", PHONE.sub(" ", plain)).split())
    if not real:
        digits = re.sub(r"\D", "", plain)
        if phones:
            return refused(cell, Fault.PHONE_DUMMY, tuple(notes), text=plain)
        if digits and len(digits) >= len(re.sub(r"\s", "", plain)) - 3:
            return refused(cell, Fault.PHONE_LENGTH, tuple(notes), text=plain, length=len(digits))
        return refused(cell, Fault.PHONE_UNREAD, tuple(notes), text=plain)
    if re.search(r"\d", rest) or len(real) < len(phones):
        notes.append(Note.REST_UNREAD)
    aside = (("words", rest),) if rest else ()
    return Cleaned(cell, real, (*notes, Note.ASIDE) if rest else tuple(notes), aside=aside)


def _found(plain: str) -> Iterator[tuple[str, list[Note]]]:
    for match in PHONE.finditer(plain):
        notes: list[Note] = []
        if re.match(r"\+|00|86", match[0]) and not match["abroad"] and not match["local"]:
            notes.append(Note.COUNTRY_CODE)
        yield _written(match, notes), notes


def _written(match: re.Match[str], notes: list[Note]) -> str:
    if match["mobile"]:
        if match["zero"]:
            notes.append(Note.LEADING_ZERO)
        return _bare(match["mobile"], notes)
    if match["service"]:
        return _bare(match["service"], notes)
    if match["area"]:
        return _line(f"0{match['area']}-{_bare(match['line'], notes)}", match["extension"])
    if match["bare_area"]:
        return f"0{match['bare_area']}-{match['bare_line']}"
    if match["abroad"]:
        return "+" + re.sub(r"^00|\D", "", match["abroad"])
    notes.append(Note.NO_AREA_CODE)
    return _line(match["local"], match["local_extension"])


def _bare(number: str, notes: list[Note]) -> str:
    digits = re.sub(r"\D", "", number)
    if digits != number:
        notes.append(Note.DASHES if "-" in number or "." in number else Note.SPACES)
    return digits


def _line(number: str, extension: str | None) -> str:
    return f"{number}-{extension}" if extension else number
