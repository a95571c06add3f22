"""Counts, areas and amounts with the units, signs and numerals that people write beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import cn2an

from linli.algorithms.cleaning.cells import PUNCTUATION, text_of, without_value
from linli.algorithms.cleaning.cleaned import Cleaned, Fault, Note, refused

SCALES = {
    "": Decimal(1),
    "百": Decimal(100),
    "千": Decimal(1_000),
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
}
NUMBER = re.compile(r"([-+]?)[¥$]?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(百|千|万|亿)?([^\d.,+-].*)?")
SCIENTIFIC = re.compile(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d{1,2}")
HAN = re.compile(r"[零〇一二两三四五六七八九十百千万亿]+")
ABOUT = re.compile(r"^(?:约|大约|近|共计|共|计)|(?:左右|整|余|多)$")
SAME_UNIT = {
    "平方米": "㎡",
    "平米": "㎡",
    "平方": "㎡",
    "m2": "㎡",
    "m²": "㎡",
    "人民币元": "元",
    "块": "元",
    "名": "人",
    "口": "人",
}


def clean_number(cell: object, *, units: Sequence[str] = ()) -> Cleaned[Decimal]:
    """The number of a cell, exact: 1,234.5 元, 3万, 12人, 三.

    ``units`` are those that may stand beside it (㎡ stands for 平方米 too); a unit not among them is refused where any
    are given, else only set aside. A percentage is refused unless % is among the units, and is then not divided.
    """
    if isinstance(cell, bool):
        return refused(cell, Fault.NUMBER_UNREAD, text=str(cell))
    text = text_of(cell)
    if (nothing := without_value(cell, text)) is not None:
        return nothing
    plain = re.sub(r"\s+", "", text.words.translate(PUNCTUATION).replace("￥", "¥").replace("％", "%"))
    if SCIENTIFIC.fullmatch(plain):
        return Cleaned(cell, _plainly(Decimal(plain)), text.notes)
    bare = ABOUT.sub("", ABOUT.sub("", plain))
    notes = (*text.notes, Note.ASIDE) if bare != plain else text.notes
    if match := NUMBER.fullmatch(bare):
        number = Decimal(match[1] + match[2].replace(",", "")) * SCALES[match[3] or ""]
        return _with_unit(cell, number, match[4] or "", units, notes)
    if match := HAN.match(bare):
        return _han(cell, match[0], bare[match.end() :], units, notes)
    return refused(cell, Fault.NUMBER_UNREAD, text.notes, text=text.words)


def clean_integer(cell: object, *, units: Sequence[str] = ()) -> Cleaned[int]:
    """A whole number; as ``clean_number`` otherwise."""
    found = clean_number(cell, units=units)
    if found.value is None:
        return Cleaned(cell, None, found.notes, found.problem, found.aside)
    if found.value != found.value.to_integral_value():
        return refused(cell, Fault.NUMBER_NOT_WHOLE, found.notes, text=str(found.value))
    return Cleaned(cell, int(found.value), found.notes, aside=found.aside)


def _with_unit(
    cell: object, number: Decimal, unit: str, units: Sequence[str], notes: tuple[Note, ...]
) -> Cleaned[Decimal]:
    if not unit:
        return Cleaned(cell, _plainly(number), notes)
    allowed = {SAME_UNIT.get(each, each) for each in units}
    if (allowed or unit.startswith("%")) and SAME_UNIT.get(unit.lower(), unit) not in allowed:
        return refused(cell, Fault.NUMBER_UNIT, notes, text=unit, units="、".join(units))
    if len(unit) > 6:
        return refused(cell, Fault.NUMBER_UNREAD, notes, text=f"{number}{unit}")
    return Cleaned(cell, _plainly(number), (*notes, Note.UNIT), aside=(("unit", unit),))


def _han(
    cell: object, numerals: str, unit: str, units: Sequence[str], notes: tuple[Note, ...]
) -> Cleaned[Decimal]:
    try:
        number = Decimal(str(cn2an.cn2an(numerals.replace("〇", "零"), "smart")))
    except (
        ValueError,
        LookupError,
    ):  # the library raises either for numerals in an order that makes no number
        return refused(cell, Fault.NUMBER_UNREAD, notes, text=numerals + unit)
    return _with_unit(cell, number, unit, units, (*notes, Note.CHINESE_NUMERALS))


def _plainly(number: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent."""
    plain = number.normalize() if number else Decimal(0)
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() and abs(plain) < 10**27 else plain
