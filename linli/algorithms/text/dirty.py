"""Reading what people and old systems write: dates of several kinds, stray white space, full-width letters, phones."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from linli.algorithms.text.sentences import Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")
EXCEL_EPOCH = datetime(1899, 12, 30)
EXCEL_DAYS = range(1, 2_958_466)
MOMENT = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[\sT,]*(?P<half>上午|下午|晚上)?\s*(?P<hour>\d{1,2})\s*[:时点]\s*(?:(?P<minute>\d{1,2})\s*分?"
    r"(?:\s*:?\s*(?P<second>\d{1,2})(?:\.\d+)?\s*秒?)?)?)?"
)
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
HALF_WIDTH = {
    **{
        code: code - 0xFEE0
        for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
    },
    0x3000: " ",
    0x00A0: " ",
    **dict.fromkeys((0xFF0D, 0xFE63, 0x2010, 0x2011), "-"),
}
DIGITS_AND_MARKS = {**HALF_WIDTH, 0xFF1A: ":", 0xFF0F: "/", 0xFF0E: ".", 0xFF0C: ","}
PHONE = re.compile(
    r"(?<![\d.])(?:(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})|(0\d{2,3})[- ]?(\d{7,8}))(?!\d)"
)


class DirtyDate(Refusal, ValueError):
    """A value that cannot be read as a date."""


def clean_text(text: str) -> str:
    """The same words without tabs, invisible signs, full-width letters and digits, or blank lines.

    Chinese punctuation stays as it is; paragraphs stay apart.
    """
    plain = text.translate(INVISIBLE).translate(HALF_WIDTH).replace("\r\n", "\n").replace("\r", "\n")
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in plain.split("\n"))
    return "\n".join(line for line in lines if line)


def parse_datetime(value: object, zone: tzinfo = SHANGHAI) -> datetime:
    """An aware moment from a date, a moment, a spreadsheet's day number, or text as people write it.

    ``2019/2/28 11:25:05``, ``2019-11-13 11:20:21``, ``2019-08-01`` and ``2019年8月1日下午3时20分`` are read; a date
    alone is its midnight. Raises ``DirtyDate`` with the value.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_day_number(value).replace(tzinfo=zone)
    return _from_words(str(value)).replace(tzinfo=zone)


def find_phones(text: str) -> list[str]:
    """Mobile and fixed-line numbers in a text, each once, in the form 13812345678 or 0851-86500000."""
    found = []
    for match in PHONE.finditer(text.translate(HALF_WIDTH)):
        one, two, three, area, line = match.groups()
        found.append(f"{area}-{line}" if area else f"{one}{two}{three}")
    return list(dict.fromkeys(found))


def _from_day_number(value: float) -> datetime:
    if not EXCEL_DAYS.start <= value < EXCEL_DAYS.stop:
        raise DirtyDate("不能识别的日期：%(value)s", value=value)
    return EXCEL_EPOCH + timedelta(seconds=round(value * 86_400))


def _from_words(text: str) -> datetime:
    match = MOMENT.fullmatch(clean_text(text).translate(DIGITS_AND_MARKS).strip())
    if match is None:
        raise DirtyDate("不能识别的日期：%(text)s", text=text.strip())
    part = {name: int(value) for name, value in match.groupdict("0").items() if name != "half"}
    if match["half"] in ("下午", "晚上") and part["hour"] < 12:
        part["hour"] += 12
    try:
        return datetime(
            part["year"], part["month"], part["day"], part["hour"], part["minute"], part["second"]
        )
    except ValueError as error:
        raise DirtyDate("不存在的日期：%(text)s", text=text.strip()) from error
