"""Hiding persons in what is shown: 张*, 138****5678. A masked value is never imported back (``is_masked``)."""

from __future__ import annotations

import re

from linli.algorithms.text.dirty import PHONE

STAR = "*"
COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "司空",
        "夏侯",
        "长孙",
        "宇文",
        "轩辕",
        "端木",
        "南宫",
        "独孤",
        "百里",
        "东郭",
        "西门",
        "呼延",
        "第五",
    ]
)
CITIZEN_ID = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
NUMBERS = re.compile(
    r"[0-9A-Za-z一二三四五六七八九十]+(?:-[0-9A-Za-z]+)*\s*(?:号楼|号|栋|幢|座|单元|室|房|层|楼)"
)
BARE_NUMBER = re.compile(r"\d+(?:-\d+)*")


def mask_name(name: str) -> str:
    """The surname and a star for each further character; of a one-character name only a star."""
    name = name.strip()
    if not name:
        return ""
    if "·" in name or name.isascii():
        return name[0] + STAR * 2
    if len(name) == 1:
        return STAR
    shown = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return name[:shown] + STAR * (len(name) - shown)


def mask_phone(phone: str) -> str:
    """A mobile number as 138****5678; of any other only the last four digits at most, the rest as stars."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}{STAR * 4}{digits[-4:]}"
    shown = min(4, len(digits) // 2)
    return STAR * (len(digits) - shown) + digits[len(digits) - shown :]


def mask_id(number: str) -> str:
    """A citizen's number with its birth date hidden: 520103********123X; other numbers keep their last two signs."""
    number = number.strip().upper()
    if len(number) == 18:
        return f"{number[:6]}{STAR * 8}{number[14:]}"
    shown = 2 if len(number) > 4 else 0
    return STAR * (len(number) - shown) + number[len(number) - shown :]


def mask_address(address: str) -> str:
    """Road and compound stay, every house, building, entrance and room number goes."""
    return BARE_NUMBER.sub(STAR * 2, NUMBERS.sub(STAR * 2, address))


def mask_text(text: str) -> str:
    """Running text with the phone and citizen numbers in it hidden; names are not looked for."""
    hidden = CITIZEN_ID.sub(lambda match: mask_id(match[0]), text)
    return PHONE.sub(lambda match: mask_phone(match[0]), hidden)


def is_masked(value: str) -> bool:
    """Whether a value was masked, and must not be taken for the value itself."""
    return STAR in value
