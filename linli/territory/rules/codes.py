"""Division codes: six digits of the county, three of the street, three of the community (GB/T 2260, GB/T 10114)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from linli.algorithms.text.sentences import Refusal, said

LENGTHS = (2, 4, 6, 9, 12)


def normal(text: str) -> str:
    """A code without blanks, a spreadsheet's decimal point, or the zeros that fill it up: 520103019000 is 520103019."""
    code = re.sub(r"\s+", "", text).removesuffix(".0")
    if not code.isdigit() or len(code) not in LENGTHS:
        return code
    return next(
        (code[:length] for length in LENGTHS if length < len(code) and not code[length:].strip("0")), code
    )


def parent(code: str) -> str:
    """The code one level up: 520103019001 to 520103019 to 520103 to 5201; empty above the province."""
    shorter = [length for length in LENGTHS if length < len(code)]
    return code[: shorter[-1]] if shorter else ""


def problem(code: str) -> str:
    """What is wrong with a normalised code, in words; empty where nothing is."""
    if not code.isdigit():
        return said("代码应全为数字，现为“%(code)s”", code=code)
    if len(code) not in LENGTHS:
        return said("代码应为 6、9 或 12 位，现为 %(digits)s 位", digits=len(code))
    return ""


def kind_of(code: str, name: str) -> str:
    """The kind of unit that a code and a name speak of.

    Four digits: city; six: county. Street part 001-099 street, 100-199 town, 200-399 township, 400-599 combined
    government and enterprise (GB/T 10114); community part 001-199 and 4xx residents', 200-399 and 5xx villagers'
    committees (GB/T 10114 and the statistics bureau's rule; 4xx and 5xx [GK]). The name's ending decides first where
    it says more than the digits.
    """
    if len(code) <= 4:
        return "city"
    if len(code) == 6:
        return "county"
    if len(code) == 9:
        return _street_kind(int(code[6:9]), name)
    return _community_kind(int(code[9:12]), name)


def _street_kind(number: int, name: str) -> str:
    if name.endswith(("街道", "街道办事处")):
        return "subdistrict"
    if name.endswith(("镇", "乡")):
        return "township"
    if number < 100:
        return "subdistrict"
    return "township" if number < 400 else "special_area"


def _community_kind(number: int, name: str) -> str:
    if name.endswith(("社区", "居委会", "居民委员会")):
        return "community"
    if name.endswith(("村", "村委会", "村民委员会")):
        return "village"
    return "village" if number // 100 in (2, 3, 5) else "community"


_ENDINGS = (
    (re.compile(r"社区(?:居民)?(?:居委会|委员会|委会)$"), "社区"),
    (re.compile(r"村(?:村民委员会|村委会)$"), "村"),
    (re.compile(r"村民委员会$"), "村"),
    (re.compile(r"村委会$"), "村"),
    (re.compile(r"街道办事处$"), "街道"),
)


def short_name(name: str) -> str:
    """The name as people say it: 镇北社区居委会 is 镇北社区, 中心村村民委员会 is 中心村."""
    text = re.sub(r"\s+", "", name)
    for pattern, ending in _ENDINGS:
        text = pattern.sub(ending, text)
    return text


SEQUENCE = 3
"""Digits of the sequence of a grid in its community (15 digits in all) and of a micro-grid in its grid (18)."""


class NoCodeLeft(Refusal, ValueError):
    """All numbers below a unit are taken."""


def next_code(above: str, taken: Iterable[str]) -> str:
    """The next free code below a community or a grid: after the highest ever given, since codes are not used twice."""
    highest = max(
        (
            int(code[len(above) :])
            for code in taken
            if len(code) == len(above) + SEQUENCE and code.startswith(above)
        ),
        default=0,
    )
    if highest + 1 >= 10**SEQUENCE:
        raise NoCodeLeft("%(above)s 之下的编号已用完", above=above)
    return f"{above}{highest + 1:0{SEQUENCE}d}"
