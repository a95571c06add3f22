"""Applications, refusals and by-passes in the small district, as tests of the gate need them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from linli.duties import commands
from linli.duties.commands import ApplicationDraft, BypassDraft, Said, Task
from linli.duties.models import Application, Bypass, Refusal
from tests.cast import MONDAY, Cast

STARTS = date(2027, 2, 1)
"""More than thirty working days after the Monday of the cast."""

ENDS = date(2027, 12, 31)
STREET = "520103/520103019/"
DAYS = timedelta(days=1)

DRAFT = ApplicationDraft(
    department="D01", title="户外广告设施摸底登记", kind="survey", what="登记辖区内户外广告设施的位置和尺寸", basis="城市市容和环境卫生管理条例第十一条",
    places=[STREET], starts_on=STARTS, ends_on=ENDS, often="quarter", alternatives="用部件普查的数据，缺尺寸一项", money=True,
    money_words="每个社区每季 500 元", brings={"form": 1, "cell": 40, "visit": 20},
)  # fmt: skip


def drafted(cast: Cast, **changes: Any) -> Application:
    """An application of the executive bureau, begun by its clerk."""
    return commands.draft_application(draft=replace(DRAFT, **changes), by=cast.actors["clerk"], at=MONDAY)


def moved(cast: Cast, row: Application, *steps: str, who: str = "gate") -> Application:
    """An application taken along its arrows, each with everything that it asks for."""
    for verb in steps:
        by = cast.actors["clerk" if verb in {"submit", "recall", "drop"} else who]
        if verb in {"admit", "admit_if"}:
            heard(cast, row)
        row = commands.move_application(
            number=row.number, verb=verb, said_with=SAID.get(verb, Said(note="理由写明")), by=by, at=MONDAY
        )
    return row


SAID = {
    "admit_if": Said(note="工作量可以承受", conditions="经费每季先拨后做"),
    "withdraw": Said(note="两个季度没有拨款", missing=("money",)),
}


def heard(cast: Cast, row: Application) -> None:
    """Both communities and the street agree."""
    for who in ("community", "stranger", "street"):
        commands.give_opinion(number=row.number, stance="agree", words="", by=cast.actors[who], at=MONDAY)


def published(cast: Cast, **changes: Any) -> Application:
    """An application whose matter is on the list."""
    return moved(cast, drafted(cast, **changes), "submit", "ask", "admit_if", "publish")


def refused(
    cast: Cast, title: str = "下载安装反诈应用并截图上报", who: str = "community", **changes: Any
) -> Refusal:
    """A task by a chat group that a community refused."""
    task = Task(**{"department": "D03", "title": title, "channel": "group", **changes})
    return commands.refuse(task=task, by=cast.actors[who], at=MONDAY)


def bypassed(cast: Cast, days: int = 10, **changes: Any) -> Bypass:
    """An emergency that the head of the housing bureau let through."""
    draft = BypassDraft(
        department="D02", title="强降雨期间危房排查", reason="气象红色预警，来不及申请", places=[STREET], ends_on=MONDAY.date() + days * DAYS,
    )  # fmt: skip
    return commands.open_bypass(draft=replace(draft, **changes), by=cast.actors["head"], at=MONDAY)
