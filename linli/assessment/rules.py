"""What the meter counts, for which stretch of days, and how a self-report becomes counts: values in, value out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

from linli.algorithms.burden import KINDS, NOTHING, Estimate, Line, Range, estimate, total
from linli.algorithms.text.sentences import Refusal

# --- Stretches of days --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Period:
    """A year (``2026``) or a quarter (``2026Q4``): its first and last day."""

    name: str
    first: date
    last: date

    @property
    def year(self) -> int:
        """The year that it lies in."""
        return self.first.year

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return "Q" not in self.name

    @property
    def value(self) -> str:
        """As the date filter of a register writes it."""
        return f"{self.first}..{self.last}"

    def share(self, today: date) -> Fraction:
        """The part of its year that it covers, of a period that is not over up to ``today``; nothing of one that has not begun."""
        days = (min(self.last, today) - self.first).days + 1
        return Fraction(max(0, days), (date(self.year, 12, 31) - date(self.year, 1, 1)).days + 1)


NAME = re.compile(r"^(\d{4})(?:Q([1-4]))?$")


def period_named(name: str) -> Period | None:
    """The period of that name; None where it is no name of one."""
    found = NAME.match(name)
    if found is None or not 2000 <= int(found[1]) <= 2999:
        return None
    year, quarter = int(found[1]), int(found[2] or 0)
    if not quarter:
        return Period(name, date(year, 1, 1), date(year, 12, 31))
    after = date(year + quarter // 4, quarter * 3 % 12 + 1, 1)
    return Period(name, date(year, quarter * 3 - 2, 1), after - timedelta(days=1))


def periods_at(today: date) -> list[Period]:
    """What can be looked at on a day: this year and its quarters that have begun, last year and its quarters."""
    years = [
        _period(f"{year}{quarter}") for year in (today.year, today.year - 1) for quarter in ("", *_QUARTERS)
    ]
    return [period for period in years if period.first <= today]


_QUARTERS = ("Q1", "Q2", "Q3", "Q4")


def _period(name: str) -> Period:
    found = period_named(name)
    assert found is not None
    return found


def periods_of(day: date) -> list[Period]:
    """The year and the quarter of a day."""
    return [_period(f"{day.year}"), _period(f"{day.year}Q{(day.month + 2) // 3}")]


# --- What is counted ----------------------------------------------------------------------------------------------------

RECORDED = ("form", "cell", "known", "task", "unlisted", "certificate")
"""Kinds that the system's own records tell: returns, cases, the log of seals."""

METERED = tuple(kind for kind in KINDS if kind != "visit")
"""Kinds of the meter. A visit is service, not burden: the meter leaves it out, the gate estimates it."""


@dataclass(frozen=True)
class Question:
    """One question of the yearly self-report. Of ``person``: asked of one person in a role, not of the community."""

    key: str
    kind: str
    words: str
    unit: str
    hint: str = ""
    person: bool = False


QUESTIONS = (
    Question("form", "form", "本系统以外填报的报表", "张次", "同一张表填两次算两张次"),
    Question("material", "material", "书面材料、总结、方案", "份"),
    Question("unlisted", "unlisted", "清单以外、不经本系统交办的任务", "件"),
    Question("certificate", "certificate", "没有登记用印的证明", "份"),
    Question("inspection", "inspection", "上级来的检查、考核、评比、观摩", "次"),
    Question("meeting", "meeting", "到上级开的会和培训", "场"),
    Question("signboard", "signboard", "挂着的牌子", "块", "门口和墙上的都算"),
)
ROLE_QUESTIONS = (
    Question("people", "", "这个岗位几个人", "人", person=True),
    Question("ding", "group", "钉钉群", "个", person=True),
    Question("wechat", "group", "微信群", "个", person=True),
    Question("group", "group", "其他工作群", "个", person=True),
    Question("app", "app", "应用程序、小程序、公众号", "个", person=True),
    Question("account", "account", "要保持登录的账号", "个", person=True),
)
ROLES = {"secretary": "社区书记、主任", "grid": "网格员", "window": "窗口人员", "other": "其他社区工作者"}
"""Roles, never persons. Source: S4 (63 + 98 groups and 44 apps of one secretary)."""

PEOPLE = "people"
Report = Mapping[str, Range]
"""A self-report: ``form`` or ``secretary.wechat`` to the figure."""


def keys() -> list[str]:
    """Every key of a self-report, in the order of its page."""
    return [q.key for q in QUESTIONS] + [f"{role}.{q.key}" for role in ROLES for q in ROLE_QUESTIONS]


class Unreadable(Refusal, ValueError):
    """What was written is no figure; the text says how to write one."""


LARGEST = 100_000
FIGURE = re.compile(
    r"^(?P<about>约|大约|大概|about|around|~)?(?P<one>\d+)(?:(?:-|—|–|~|～|至|到)(?P<two>\d+))?(?P<more>左右|上下)?$"
)


def read_amount(text: str, about: Fraction) -> Range | None:
    """What a person writes: ``63``, ``约60``, ``60左右``, ``about 60``, ``50-80``; nothing where nothing is written.

    ``about`` is how far an approximate figure may be off, as a part of it. Raises ``Unreadable``.
    """
    told = re.sub(r"[\s,，]", "", text).lower()
    if not told:
        return None
    found = FIGURE.match(told)
    if found is None:
        raise Unreadable("请写数字，例如 63；记不清写 约60，或 50-80")
    one = int(found["one"])
    two = int(found["two"]) if found["two"] else one
    if two < one:
        raise Unreadable("范围请从小写到大，例如 50-80")
    if two > LARGEST:
        raise Unreadable("这个数太大了，请核对")
    if found["two"]:
        return Range.of({"low": one, "likely": Fraction(one + two, 2).__round__(), "high": two})
    if found["about"] or found["more"]:
        return Range.of({"low": floor(one * (1 - about)), "likely": one, "high": ceil(one * (1 + about))})
    return Range.of(one)


def stored(report: Report) -> dict[str, dict[str, int]]:
    """A self-report as the table keeps it."""
    return {
        key: {"low": int(each.low), "likely": int(each.likely), "high": int(each.high)}
        for key, each in report.items()
    }


def read_report(kept: Mapping[str, Mapping[str, int]]) -> dict[str, Range]:
    """A self-report as the table keeps it, as figures."""
    return {key: Range.of(value) for key, value in kept.items()}


def lacking_people(report: Report) -> list[str]:
    """Roles of which something was told, but not how many people have it."""
    return [
        role
        for role in ROLES
        if f"{role}.{PEOPLE}" not in report and any(key.startswith(f"{role}.") for key in report)
    ]


def of_report(report: Report) -> dict[str, Range]:
    """The counts of a community by its self-report, by kind, of a year: what one person of a role has, times the people in it.

    A kind that nothing was said of is not there.
    """
    found = {q.kind: report[q.key] for q in QUESTIONS if q.key in report}
    parts: dict[str, list[Range]] = {}
    for role in ROLES:
        people = report.get(f"{role}.{PEOPLE}", NOTHING)
        for question in ROLE_QUESTIONS:
            key = f"{role}.{question.key}"
            if question.kind and key in report:
                parts.setdefault(question.kind, []).append(people * report[key])
    return found | {kind: total(each) for kind, each in parts.items()}


def of_one_person(report: Report, role: str) -> dict[str, Range]:
    """What one person of a role has, by kind, and ``people`` how many there are."""
    found: dict[str, Range] = {}
    for question in ROLE_QUESTIONS:
        key = f"{role}.{question.key}"
        if key in report:
            name = question.kind or PEOPLE
            found[name] = found.get(name, NOTHING) + report[key]
    return found


# --- The estimate -------------------------------------------------------------------------------------------------------


def measured(recorded: Mapping[str, int], reported: Mapping[str, Range], share: Fraction) -> dict[str, Range]:
    """The counts of a stretch of days: what is recorded in it, and its part of what was reported for the year.

    Of what stands all the year round the count is what stands there; its minutes are a part of a year's.
    """
    part = Range.of(share)
    found: dict[str, Range] = {}
    for kind in METERED:
        parts = []
        if kind in recorded:
            parts.append(Range.of(recorded[kind]))
        if kind in reported:
            parts.append(reported[kind] if KINDS[kind].standing else reported[kind] * part)
        if parts:
            found[kind] = total(parts)
    return found


def minutes_of(counts: Mapping[str, Range], rates: Mapping[str, Range], share: Fraction) -> Estimate:
    """Minutes of the counts of a stretch: what stands costs its part of the minutes of a year."""
    part = Range.of(share)
    scaled = {kind: rate * part if KINDS[kind].standing else rate for kind, rate in rates.items()}
    return estimate(counts, scaled)


def saved_by_filling(known: int, rates: Mapping[str, Range]) -> Line:
    """What it saves that the system fills cells: each is looked at, not written."""
    each = rates["cell"] - rates["known"]
    least = Range(max(each.low, Fraction(0)), max(each.likely, Fraction(0)), max(each.high, Fraction(0)))
    count = Range.of(known)
    return Line("known", count, least, count * least)


def check_rate(value: Any) -> None:
    """Refuse minutes that are no figure between a least and a most; raises ``ValueError`` in Chinese words."""
    try:
        rate = Range.of(value)
    except (KeyError, TypeError, ValueError):
        raise ValueError("请写三个数：low、likely、high，依次不小于前一个") from None
    if rate.low < 0:
        raise ValueError("分钟数不能小于 0")
