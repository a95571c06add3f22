"""How a matter gets into a community: the dates of the gate, what an application asks for, and what a refusal cites. Values in, value out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from linli.algorithms import burden, worktime
from linli.algorithms.text.sentences import Refusal
from linli.algorithms.worktime import Calendar
from linli.duties.rules.catalogue import PLACE_LEADS
from linli.duties.rules.lists import FORBIDDING, ITEM, Line, forbidding, matter

MATTERS = {
    "task": "工作任务", "form": "报表台账", "survey": "调查统计", "inspection": "检查", "appraisal": "考核评比",
    "certificate": "证明盖章", "signboard": "机构挂牌", "group": "群组和应用",
}  # fmt: skip
"""What a department may want to hand over. Source: 张家口 (准入范围：机构、挂牌、台账报表、调查统计、检查、考核、证明), S4 (群组应用)."""

LIST_OF = {
    "task": "assist", "form": "assist", "survey": "assist", "inspection": "appraisal", "appraisal": "appraisal",
    "certificate": "certificate", "signboard": "signboard", "group": "group",
}  # fmt: skip
"""The list that an admitted matter of a kind is entered on."""

STANCES = {"agree": "同意", "agree_if": "有条件同意", "against": "不同意"}
"""What a community or street may say of an application."""

CHANNELS = {
    "case": "派来的案件", "form": "下发的报表", "phone": "电话", "paper": "文件、通知", "group": "工作群", "visit": "上门交办",
}  # fmt: skip
"""How a refused task came."""

BY_HAND = ("phone", "paper", "group", "visit")
"""Ways on which no system saw the task: the community writes it down."""

GROUNDS = {"forbidden": "清单不许", "unlisted": "清单没有列，也没有经过准入", "ended": "准入已经到期"}
"""Why a task is refused."""

VERDICTS = {"justified": "确属应急", "unjustified": "不属应急", "to_gate": "转入正常准入"}
"""What a review says of a by-pass."""

NAMING = ("own", "assist", "basic", "cooperate")
"""Lists whose lines say that a community or street does a matter."""


class GateClosed(Refusal):
    """The gate is not passed; the text says what is missing and what to do."""


# --- Dates --------------------------------------------------------------------------------------------------------------


def first_start(applied_on: date, ahead: int, calendar: Calendar) -> date:
    """The first day on which a matter applied for on a day may begin: ``ahead`` working days lie between, neither day counted."""
    day, left = applied_on, ahead
    while left:
        day += timedelta(1)
        left -= calendar.is_working(day)
    return day + timedelta(1)


def last_application(starts_on: date, ahead: int, calendar: Calendar) -> date:
    """The last day on which to apply for a matter that begins on a day: the other way round of ``first_start``."""
    day, left = starts_on, ahead
    while left:
        day -= timedelta(1)
        left -= calendar.is_working(day)
    return day - timedelta(1)


def in_working_days(start: datetime, days: int, calendar: Calendar) -> worktime.Due:
    """When something is due that may take so many working days, with its explanation."""
    return worktime.add(start, days, worktime.Unit.WORKING_DAY, calendar)


def standing(
    at: datetime, due: datetime | None, warn_days: int, calendar: Calendar
) -> Literal["", "late", "near"]:
    """Whether a date has passed, or comes within so many working days."""
    if due is None:
        return ""
    if at > due:
        return "late"
    return "near" if worktime.add(at, warn_days, worktime.Unit.WORKING_DAY, calendar).at >= due else ""


def check_ahead(applied_on: date, starts_on: date, ahead: int, calendar: Calendar) -> None:
    """Refuse an application that comes too late for the day on which its matter is to begin. Source: 北京西城 (30 working days)."""
    earliest = first_start(applied_on, ahead, calendar)
    if starts_on < earliest:
        raise GateClosed(
            "准入要提前 %(days)s 个工作日申请：今天申请，最早从 %(day)s 起实施。请改起始日期；情况紧急的，请走应急直通",
            days=ahead, day=f"{earliest:%Y-%m-%d}",
        )  # fmt: skip


def check_heard(waiting: int, heard_by: datetime | None, at: datetime) -> None:
    """Refuse a decision before those who will do the work were heard, or had their time to speak."""
    if waiting and (heard_by is None or at <= heard_by):
        raise GateClosed(
            "还有 %(n)s 个单位没有表态，要等到齐，或等征求意见的期限（%(until)s）过去再决定",
            n=waiting, until=f"{heard_by:%Y-%m-%d}" if heard_by else "",
        )  # fmt: skip


# --- What it asks for ----------------------------------------------------------------------------------------------------


def asked_in_a_year(brings: Mapping[str, float], often: str, days: int) -> dict[str, burden.Range]:
    """What one community is asked in a year, by kind: ``brings`` says how many each time, or how many stand there; ``days`` how long it lasts.

    What stands there for a part of the year weighs that part.
    """
    times = burden.occasions(often, days)
    part = burden.occasions("year", days)
    return {
        kind: burden.Range.of(count) * (part if burden.KINDS[kind].standing else times)
        for kind, count in brings.items()
        if count and kind in burden.KINDS
    }


# --- What a refusal cites ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What the lists say of a task: ``forbidden`` or ``named`` by a line, or named by none."""

    says: Literal["forbidden", "named", "unlisted"]
    line: Line | None = None


def verdict(lines: Iterable[Line], path: Sequence[str], words: str, on: date) -> Verdict:
    """What the lists say of a task of a category (``path``: its code and those above it), or, where it has none, of its words.

    Words alone forbid where the name of a forbidding line stands in them, and name where a line is called just so: a community's right to
    refuse does not hang on a likeness.
    """
    live = [line for line in lines if line.holds_on(on)]
    if path:
        no = forbidding(live, path, on)
        if no is not None:
            return Verdict("forbidden", no)
        named = [line for line in live if line.category in path and _names(line)]
        deepest = min(named, key=lambda line: (-path.index(line.category), line.code), default=None)
        if deepest is not None:
            return Verdict("named", deepest)
    said = matter(words)
    no = next(
        (line for line in live if line.forbids and len(matter(line.name)) > 3 and matter(line.name) in said),
        None,
    )
    if no is not None:
        return Verdict("forbidden", no)
    same = next((line for line in live if _names(line) and matter(line.name) == said), None)
    return Verdict("named", same) if same is not None else Verdict("unlisted")


def _names(line: Line) -> bool:
    return line.kind in NAMING or (line.kind == ITEM and line.lead in PLACE_LEADS)


__all__ = [
    "BY_HAND", "CHANNELS", "FORBIDDING", "GROUNDS", "LIST_OF", "MATTERS", "NAMING", "STANCES", "VERDICTS", "GateClosed", "Verdict",
    "asked_in_a_year", "check_ahead", "check_heard", "first_start", "in_working_days", "last_application", "standing", "verdict",
]  # fmt: skip
