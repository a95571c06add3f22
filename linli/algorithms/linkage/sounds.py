"""How Chinese characters sound, as numbers: syllables without tone, and syllables that dialects and typists mix up.

Tables over the basic block of Han characters (U+4E00-U+9FFF), from ``pypinyin`` (readings) and ``opencc`` (traditional
to simplified), made once per process in about half a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import opencc
from numpy.typing import NDArray
from pypinyin import pinyin_dict
from pypinyin.contrib.tone_convert import to_normal

FIRST, LAST = 0x4E00, 0x9FFF
SIZE = 0x10000
PRIVATE = 0xE000

SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "朴": "piao", "盖": "ge", "翟": "zhai",
    "任": "ren", "华": "hua", "黑": "he", "覃": "qin", "乐": "yue", "尉": "yu", "员": "yun", "缪": "miao", "繁": "po",
    "冼": "xian", "洗": "xian", "折": "she", "召": "shao", "能": "nai", "种": "chong", "秘": "bi", "宓": "mi", "晁": "chao",
}  # fmt: skip
"""Readings that a character has as a surname and seldom elsewhere [GK]."""

MIXED_UP = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("hu", "f"), ("h", "f"), ("r", "l"))
"""Initials that many speakers do not tell apart: the first is heard as the second (hu- before a vowel as f-)."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """Tables by code point (syllables are numbered from U+E000, where no character is): the simplified character, its syllable, its syllable as a surname, and what is heard."""

    simplified: NDArray[np.uint16]
    syllable: NDArray[np.uint16]
    surname: NDArray[np.uint16]
    near: NDArray[np.uint16]
    near_surname: NDArray[np.uint16]


def heard(syllable: str) -> str:
    """A syllable as an ear without practice hears it: ``zhang`` and ``zan`` both as ``zan``, ``hui`` as ``fei``."""
    for written, taken in MIXED_UP:
        if syllable.startswith(written):
            rest = syllable[len(written) :]
            if written == "hu" and rest[:1] not in ("a", "o", "e", "i"):
                continue
            if written == "h" and not rest.startswith(("ei", "en")):
                continue
            syllable = taken + (rest.replace("i", "ei", 1) if written == "hu" and rest == "i" else rest)
            break
    return syllable[:-1] if syllable.endswith(("ang", "eng", "ing")) else syllable


@lru_cache(maxsize=1)
def sounds() -> Sounds:
    """The tables. A character without a known reading, or outside the block, stands for itself."""
    characters = [chr(code) for code in range(FIRST, LAST + 1)]
    plain = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    simplified = np.arange(SIZE, dtype=np.uint16)
    for code, character in enumerate(plain, FIRST):
        if len(character) == 1 and ord(character) < SIZE:
            simplified[code] = ord(character)
    readings = {code: _reading(code) for code in range(FIRST, LAST + 1)}
    numbers: dict[str, int] = {}
    syllable, near = (_table(readings, numbers, ear) for ear in (str, heard))
    as_surname = readings | {ord(character): reading for character, reading in SURNAME_READINGS.items()}
    surname, near_surname = (_table(as_surname, numbers, ear) for ear in (str, heard))
    return Sounds(
        simplified, syllable[simplified], surname[simplified], near[simplified], near_surname[simplified]
    )


def _reading(code: int) -> str:
    return to_normal(pinyin_dict.pinyin_dict.get(code, "").split(",")[0]).replace("ü", "v")


def _table(
    readings: dict[int, str], numbers: dict[str, int], ear: Callable[[str], str]
) -> NDArray[np.uint16]:
    table = np.arange(SIZE, dtype=np.uint16)
    for code, reading in readings.items():
        if reading:
            table[code] = numbers.setdefault(ear(reading), PRIVATE + len(numbers))
    return table
