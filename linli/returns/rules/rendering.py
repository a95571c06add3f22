"""How a value is written in a form: one thing that is known, in whichever way a department wants to read it.

A citizen id has six ways, a day five, a code two. The value itself stays one: what is written is never kept as another truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from linli.algorithms.text.mask import mask_id

Written = str | int | None

WHOLE, LOWER, PARTED, HYPHENS, MASKED, TAIL = "whole", "lower", "parted", "hyphens", "masked", "tail"

WAYS: Mapping[str, Mapping[str, str]] = {
    "document": {
        WHOLE: "完整", LOWER: "末位小写 x", PARTED: "6-8-4 位空格分段", HYPHENS: "6-8-4 位短横分段", MASKED: "遮住中间", TAIL: "末六位",
    },
    "date": {
        "iso": "2026-11-27", "words": "2026年11月27日", "dots": "2026.11.27", "plain": "20261127", "month": "2026-11",
    },
    "code": {"words": "写名称", "code": "写代码"},
    "phones": {"all": "全部号码", "first": "只写第一个"},
}  # fmt: skip
"""By the shape of an element the ways in which it is written, the usual one first; a shape that is not here has one way."""

HIDDEN = frozenset({MASKED, TAIL})
"""Ways from which the value cannot be read back."""

SHORT = frozenset({"month", "first"})
"""Ways that leave a part of the value out: what is said in them is not the whole of what is known already."""

NUMBERS = frozenset({"count", "age"})
"""Shapes that a sheet reckons with."""


def ways_of(shape: str) -> Mapping[str, str]:
    """The ways of a shape, way to words; one without words where there is no choice."""
    return WAYS.get(shape, {"": ""})


def usual(shape: str) -> str:
    """The way in which a shape is written where nobody chose."""
    return next(iter(ways_of(shape)))


def written(shape: str, way: str, value: str, on: date, words: Mapping[str, str]) -> Written:
    """A value as a form wants it, None where nothing is known.

    ``value`` is as the register says it: a document as its number, a day as far as it is known (``1990``, ``1990-05``), phones parted by ``、``,
    a birth for an age. ``on`` is the form's day, ``words`` the titles of the code table. Raises ``KeyError`` for a way the shape does not have.
    """
    if not value:
        return None
    if way not in ways_of(shape):
        raise KeyError(way)
    match shape:
        case "document":
            return document(value, way)
        case "date":
            return day(value, way)
        case "code":
            return value if way == "code" else words.get(value, value)
        case "phones":
            return value.split("、")[0] if way == "first" else value
        case "age":
            return age(value, on)
    return int(value) if shape in NUMBERS and value.lstrip("-").isdigit() else value


def document(number: str, way: str) -> str:
    """The number of a document; only that of a citizen has parts, a birth to hide and a sign that may be small."""
    is_citizen = len(number) == 18 and number[:17].isdigit()
    match way:
        case "lower" if is_citizen:
            return number.lower()
        case "parted" if is_citizen:
            return " ".join(_parts(number))
        case "hyphens" if is_citizen:
            return "-".join(_parts(number))
        case "masked":
            return mask_id(number)
        case "tail":
            return number[-6:]
    return number


def _parts(number: str) -> tuple[str, str, str]:
    return number[:6], number[6:14], number[14:]


def day(value: str, way: str) -> str:
    """A day, as far as it is known: of one whose year alone is known, the year."""
    parts = value.split("-")
    match way:
        case "words":
            return "".join(f"{part}{unit}" for part, unit in zip(parts, "年月日", strict=False))
        case "dots":
            return ".".join(parts)
        case "plain":
            return "".join(parts)
        case "month":
            return "-".join(parts[:2])
    return value


def age(birth: str, on: date) -> int | None:
    """Full years on a day. Where the month or the day of the birth is not known, it is taken for the first; None before the birth."""
    year, month, of_month = [int(part) for part in (*birth.split("-"), "1", "1")[:3]]
    years = on.year - year - ((on.month, on.day) < (month, of_month))
    return years if years >= 0 else None
