"""What weighs on a community, and how often a year something comes round."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from linli.algorithms.burden.ranges import NOTHING, Range


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of burden. A ``standing`` one is there all the year round (a chat group); the others happen so many times."""

    code: str
    name: str
    unit: str
    standing: bool = False


KINDS = {
    kind.code: kind
    for kind in (
        Kind("form", "填报的报表", "张次"),
        Kind("cell", "手工填写的项", "项"),
        Kind("known", "系统代填、只需核对的项", "项"),
        Kind("material", "书面材料", "份"),
        Kind("visit", "入户走访", "户次"),
        Kind("task", "交办的任务", "件"),
        Kind("unlisted", "清单以外的任务", "件"),
        Kind("certificate", "开具的证明", "份"),
        Kind("inspection", "检查考核", "次"),
        Kind("meeting", "会议培训", "场"),
        Kind("group", "工作群", "个", standing=True),
        Kind("app", "应用程序、小程序、公众号", "个", standing=True),
        Kind("account", "需要保持的账号", "个", standing=True),
        Kind("signboard", "挂牌", "块", standing=True),
    )
}
"""By code, in the order of pages: what is filled, what is done, what is attended, what stands there."""

OFTEN = {
    "once": "一次",
    "day": "每天",
    "week": "每周",
    "month": "每月",
    "quarter": "每季",
    "half": "每半年",
    "year": "每年",
}

_TIMES = {"once": 1, "week": 52, "month": 12, "quarter": 4, "half": 2, "year": 1}
WORKING_DAYS = 248
"""365 days less 104 at weekends and 13 holidays (全国年节及纪念日放假办法 as amended in 2024)."""
DAYS = 365


def occasions(often: str, days: int = DAYS) -> Range:
    """How many times in ``days`` something of a code of ``OFTEN`` comes round: a part of a year has its part of the times.

    Every day is every working day at least and every calendar day at most. Raises ``KeyError`` for another code.
    """
    if days <= 0:
        return NOTHING
    part = Fraction(min(days, DAYS), DAYS)
    if often == "once":
        return Range.of(1)
    if often == "day":
        return Range(WORKING_DAYS * part, WORKING_DAYS * part, DAYS * part)
    return Range.of(_TIMES[often] * part)
