"""Dates in any form that a spreadsheet shows them in, with no more precision than was written."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linli.algorithms.cleaning.cells import PUNCTUATION, digits_lost, text_of, without_exponent, without_value
from linli.algorithms.cleaning.cleaned import Cleaned, Fault, Note, refused

OLDEST = 130
"""Nobody is older than this many years; chosen by hand."""

SERIAL_FROM, SERIAL_TO = 3_000, 100_000
"""Numbers of days in the 1900 system that are taken for a date: 1908 to 2173. Smaller ones are ages, counts and years."""

HAN_DIGITS = {sign: str(at) for at, sign in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "○": "0",
    "O": "0",
    "两": "2",
}
HAN_NUMBER = re.compile(r"[零〇○O一二三四五六七八九十廿卅]+")
OTHER_CALENDAR = re.compile(
    r"民国|农历|阴历|旧历|公元前|光绪|宣统|清|正月|腊月|冬月|闰|初[一二三四五六七八九十]|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]|[鼠牛虎兔龙蛇马羊猴鸡狗猪]年"
)
WORDS = re.compile(r"^(?:约|大约|公元|公历|生于)|(?:左右|前后|出生|生|许)$")
TIME = re.compile(
    r"(?:(?<=\d)T|[\s日])\s*(?:(?:上午|下午|晚上|凌晨)?\s*\d{1,2}(?::\d{1,2}){1,2}(?:\.\d+)?\s*(?:[AP]M)?(?:[+-]\d{2}:?\d{2}|Z)?|(?:上午|下午|晚上|凌晨)?\s*\d{1,2}\s*[时点].*)$",
    re.IGNORECASE,
)
PARTS = re.compile(r"(\d{1,4})\s*[-/.年,、\s]\s*(\d{1,2})\s*[-/.月,、\s]\s*(\d{1,4})\s*[日号]?")
YEAR_MONTH = re.compile(r"(\d{4})\s*[-/.年、]\s*(\d{1,2})\s*月?|(\d{2})年\s*(\d{1,2})\s*月?")
YEAR = re.compile(r"(\d{4})\s*年?|(\d{2})年")
NAMED = re.compile(
    r"(?P<d>\d{1,2})[-\s./](?P<m>[A-Za-z]{3,9})[-\s.,/]+(?P<y>\d{2}|\d{4})|(?P<m2>[A-Za-z]{3,9})[-\s.]+(?P<d2>\d{1,2})[,\s]+(?P<y2>\d{4})"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
Found = tuple[tuple[int, int, int], tuple[Note, ...]]


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A day, or only a month or a year; ``month`` and ``day`` are 0 where they are not known.

    Written as ISO 8601 does: 1980-01-01, 1980-01, 1980. Raises ``ValueError`` for a day that does not exist.
    """

    year: int
    month: int = 0
    day: int = 0

    def __post_init__(self) -> None:
        if not 1000 <= self.year <= 9999:
            raise ValueError(f"year {self.year}")
        date(self.year, self.month or 1, self.day or 1)
        if self.day and not self.month:
            raise ValueError("a day without its month")

    @property
    def precision(self) -> str:
        """``year``, ``month`` or ``day``."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def first(self) -> date:
        """The first day it may be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The last day it may be."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def agrees_with(self, other: PartialDate) -> bool:
        """Whether both can be the same day."""
        return self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        written = f"{self.year:04}"
        if self.month:
            written += f"-{self.month:02}"
        return f"{written}-{self.day:02}" if self.day else written


def clean_date(
    cell: object, *, on: date, oldest: int = OLDEST, future: bool = False, pivot: int | None = None
) -> Cleaned[PartialDate]:
    """The day, month or year that a cell says.

    ``on`` is the day of the file: a later date is refused unless ``future``, and so is one more than ``oldest`` years
    before it. A year of two digits is of this century up to ``pivot`` (by default the last two of ``on``), else of the
    last. What can be read in two ways is refused with both as suggestions.
    """
    if isinstance(cell, PartialDate):
        return _in_range(cell, cell, (), on, oldest, future)
    if isinstance(cell, date):
        timed = isinstance(cell, datetime) and bool(cell.hour or cell.minute or cell.second)
        return _made(
            cell, (cell.year, cell.month, cell.day), (Note.TIME_DROPPED,) if timed else (), on, oldest, future
        )
    text = text_of(cell)
    if (nothing := without_value(cell, text)) is not None:
        return nothing
    if OTHER_CALENDAR.search(text.words):
        return refused(cell, Fault.DATE_OTHER_CALENDAR, text.notes, text=text.words)
    readings = _read(text.words, on.year % 100 if pivot is None else pivot, isinstance(cell, float))
    made = [_made(cell, parts, (*text.notes, *notes), on, oldest, future) for parts, notes in readings]
    return _chosen(made) or refused(cell, Fault.DATE_UNREAD, text.notes, text=text.words)


def _chosen(made: list[Cleaned[PartialDate]]) -> Cleaned[PartialDate] | None:
    """The one reading that is possible, or the refusal of two."""
    possible = {each.value: each for each in made if each.value is not None}
    if len(possible) > 1:
        first = made[0]
        return refused(
            first.raw, Fault.DATE_AMBIGUOUS, suggestions=tuple(possible), text=text_of(first.raw).words
        )
    return next(iter([*possible.values(), *made]), None)


def _made(
    cell: object, parts: tuple[int, int, int], notes: tuple[Note, ...], on: date, oldest: int, future: bool
) -> Cleaned[PartialDate]:
    try:
        made = PartialDate(*parts)
    except ValueError:
        written = "-".join(str(part) for part in parts if part)
        return refused(cell, Fault.DATE_IMPOSSIBLE, notes, text=written)
    return _in_range(cell, made, notes, on, oldest, future)


def _in_range(
    cell: object, made: PartialDate, notes: tuple[Note, ...], on: date, oldest: int, future: bool
) -> Cleaned[PartialDate]:
    if not future and made.first > on:
        return refused(cell, Fault.DATE_IN_FUTURE, notes, text=str(made))
    if made.year < on.year - oldest:
        return refused(cell, Fault.DATE_TOO_OLD, notes, text=str(made), years=oldest)
    return Cleaned(cell, made, notes)


def _read(words: str, pivot: int, was_number: bool) -> list[Found]:
    """All readings of a text; none where it is no date."""
    notes: tuple[Note, ...] = ()
    plain = words.translate(PUNCTUATION)
    if not digits_lost(plain):
        plain = without_exponent(plain)
    plain = WORDS.sub("", WORDS.sub("", plain)).strip()
    timed = TIME.search(plain)
    if timed:
        clock = timed[0]
        plain = plain[: timed.start()] + ("日" if clock[0] == "日" else "")
        notes = (Note.TIME_DROPPED,) if re.search(r"[1-9]", clock) else ()
    if "年" in plain and HAN_NUMBER.search(plain):
        plain = _western(plain)
        notes = (*notes, Note.CHINESE_NUMERALS)
    readings = _compact(plain, pivot) if re.fullmatch(r"\d+(?:\.\d+)?", plain) else _parted(plain, pivot)
    if was_number and re.fullmatch(r"\d{4}\.[1]", plain):
        readings = [((int(plain[:4]), 1, 0), ()), ((int(plain[:4]), 10, 0), ())]
    return [(parts, (*notes, *more)) for parts, more in readings]


def _compact(digits: str, pivot: int) -> list[Found]:
    whole, _, fraction = digits.partition(".")
    if len(whole) == 4 and len(fraction) in (1, 2) and 1800 <= int(whole) <= 2200:
        return [((int(whole), int(fraction), 0), ())]
    if fraction.strip("0") and len(whole) != 5:
        return []
    if len(whole) in (8, 12, 14):
        dropped = (Note.TIME_DROPPED,) if whole[8:].strip("0") else ()
        return [_zeroed(int(whole[:4]), int(whole[4:6]), int(whole[6:8]), dropped)]
    if len(whole) == 6:
        return _six(whole, pivot)
    if len(whole) == 4 and 1800 <= int(whole) <= 2200:
        return [((int(whole), 0, 0), ())]
    if len(whole) in (4, 5) and SERIAL_FROM <= int(whole) < SERIAL_TO:
        day = date(1899, 12, 30) + timedelta(days=int(whole))
        notes = (Note.EXCEL_SERIAL, Note.TIME_DROPPED) if fraction.strip("0") else (Note.EXCEL_SERIAL,)
        return [((day.year, day.month, day.day), notes)]
    return []


def _six(digits: str, pivot: int) -> list[Found]:
    """Six digits: a year and a month, or a year of two digits, a month and a day."""
    found: list[Found] = []
    if digits[:2] in ("18", "19", "20") and int(digits[4:]) <= 12:
        found.append(_month(int(digits[:4]), int(digits[4:])))
    year = _century(int(digits[:2]), pivot)
    try:
        PartialDate(year, int(digits[2:4]) or 13, int(digits[4:]) or 32)
    except ValueError:
        return found or [((year, int(digits[2:4]), int(digits[4:])), (Note.TWO_DIGIT_YEAR,))]
    return [*found, ((year, int(digits[2:4]), int(digits[4:])), (Note.TWO_DIGIT_YEAR,))]


def _parted(plain: str, pivot: int) -> list[Found]:
    if named := NAMED.fullmatch(plain):
        return _named(named, pivot)
    if found := PARTS.fullmatch(plain):
        return _three(found[1], found[2], found[3], pivot)
    if found := YEAR_MONTH.fullmatch(plain):
        if found[1]:
            return [_month(int(found[1]), int(found[2]))]
        return [((_century(int(found[3]), pivot), int(found[4]), 0), (Note.TWO_DIGIT_YEAR,))]
    if found := YEAR.fullmatch(plain):
        if found[1]:
            return [((int(found[1]), 0, 0), ())]
        return [((_century(int(found[2]), pivot), 0, 0), (Note.TWO_DIGIT_YEAR,))]
    return []


def _three(one: str, two: str, three: str, pivot: int) -> list[Found]:
    if len(one) == 4 and len(three) <= 2:
        return [_zeroed(int(one), int(two), int(three))]
    if len(one) > 2 or len(three) == 3:
        return []
    if len(three) < 4 and len(one) == 2 and (int(one) > 12 or len(three) == 1 or int(three) <= 31):
        year = _century(int(one), pivot)
        if 1 <= int(two) <= 12 and 1 <= int(three) <= 31:
            return [((year, int(two), int(three)), (Note.TWO_DIGIT_YEAR,))]
    if len(three) == 1:
        return []
    year, notes = int(three), (Note.YEAR_LAST,)
    if len(three) == 2:
        year, notes = _century(year, pivot), (Note.YEAR_LAST, Note.TWO_DIGIT_YEAR)  # type: ignore[assignment]
    orders = dict.fromkeys([(int(one), int(two)), (int(two), int(one))])
    possible = [((year, month, day), notes) for month, day in orders if 1 <= month <= 12]
    return [*possible] or [((year, int(one), int(two)), notes)]


def _named(found: re.Match[str], pivot: int) -> list[Found]:
    name = (found["m"] or found["m2"])[:3].lower()
    if name not in MONTHS:
        return []
    written = found["y"] or found["y2"]
    year = int(written) if len(written) == 4 else _century(int(written), pivot)
    notes = (Note.YEAR_LAST,) if len(written) == 4 else (Note.YEAR_LAST, Note.TWO_DIGIT_YEAR)
    return [((year, MONTHS.index(name) + 1, int(found["d"] or found["d2"])), notes)]


def _zeroed(year: int, month: int, day: int, notes: tuple[Note, ...] = ()) -> Found:
    """Zeros written for what is not known: 1980-00-00 is a year."""
    if month and day:
        return (year, month, day), notes
    return (year, month, 0), (*notes, Note.ZERO_PARTS)


def _month(year: int, month: int) -> Found:
    return (year, month, 0), () if month else (Note.ZERO_PARTS,)


def _century(year: int, pivot: int) -> int:
    return 2000 + year if year <= pivot else 1900 + year


def _western(text: str) -> str:
    """Han numerals to digits: years sign by sign, months and days by tens."""
    year, _, rest = text.partition("年")
    digits = "".join(HAN_DIGITS.get(sign, sign) for sign in year)
    return f"{digits}年{HAN_NUMBER.sub(lambda found: str(_tens(found[0])), rest)}"


def _tens(han: str) -> int:
    plain = han.replace("廿", "二十").replace("卅", "三十")
    if "十" not in plain:
        return int("".join(HAN_DIGITS[sign] for sign in plain))
    before, after = plain.split("十")[0], plain.rsplit("十", 1)[1]
    return int(HAN_DIGITS.get(before, "1")) * 10 + int(HAN_DIGITS.get(after, "0"))
