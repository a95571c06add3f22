"""Names of places in what people say: finding a building's number, cutting text into pieces for search."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

_CHINESE = {c: str(n) for n, c in enumerate("零一二三四五六七八九")}
_BUILDING = re.compile(r"^[((]?\s*第?([0-9一二三四五六七八九十]{1,3}|[A-Za-z])\s*(?:号楼|栋|幢|座|#|#)")
_DOOR = re.compile(r"^\s*([0-9]{1,5})\s*(?:号|弄)")
_SUFFIXES = ("小区", "花园", "家园", "公寓", "社区", "街道", "大院")


@dataclass(frozen=True)
class Name:
    """A name of a place as it may be said, and which place it is."""

    text: str
    kind: str
    id: int


def spoken(name: str) -> list[str]:
    """A name and its shorter form, where enough is left of it to mean one place: 盐务街小区 is also 盐务街."""
    short = next(
        (name.removesuffix(s) for s in _SUFFIXES if name.endswith(s) and len(name) - len(s) >= 3), ""
    )
    return [name, short] if short else [name]


def building_number(after: str) -> str:
    """The number of the building that is said right after a compound's name, or an empty text: 3栋, 三号楼, A座."""
    found = _BUILDING.match(after)
    return _digits(found.group(1)).upper() if found else ""


def door_number(after: str) -> str:
    """The house number that is said right after a road's name, or an empty text."""
    found = _DOOR.match(after)
    return found.group(1) if found else ""


def _digits(text: str) -> str:
    if "十" in text:
        tens, ones = text.split("十", 1)
        return (_CHINESE.get(tens, tens) or "1") + (_CHINESE.get(ones, ones) or "0")
    return "".join(_CHINESE.get(c, c) for c in text)


def names_in(text: str, names: Container[str], longest: int) -> list[tuple[int, str]]:
    """Where names occur in a text, as (position, name): the longest at each place, none inside another."""
    found: list[tuple[int, str]] = []
    start = 0
    while start < len(text) - 1:
        for length in range(min(longest, len(text) - start), 1, -1):
            if text[start : start + length] in names:
                found.append((start, text[start : start + length]))
                start += length - 1
                break
        start += 1
    return found
