"""Mainland Chinese in traditional characters: OpenCC for the characters, a short list for what it gets wrong.

The words stay those of the mainland (信息, 网络): the readers are the same, only the script differs.
"""

from __future__ import annotations

import re
from functools import cache

from opencc import OpenCC

# Applied to OpenCC's answer: the usual forms of characters, and 網格 wherever a round trip left 格線.
PHRASES = {
    "格線": "網格", "裏": "裡", "覈": "核", "爲": "為", "衆": "眾", "羣": "群", "啓": "啟", "峯": "峰", "纔": "才", "麪": "麵", "牀": "床",
}  # fmt: skip
# Placeholders and markup keep their spelling.
_KEPT = re.compile(r"(%\(\w+\)[sd]|\{\w+\}|<[^>]*>)")


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


def traditional(text: str) -> str:
    """The same sentence in traditional characters; names in placeholders stay as they are."""
    return "".join(part if _KEPT.fullmatch(part) else _converted(part) for part in _KEPT.split(text))


def _converted(text: str) -> str:
    text = _converter().convert(text)
    for wrong, right in PHRASES.items():
        text = text.replace(wrong, right)
    return text
