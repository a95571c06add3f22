"""Which catalogue entry decides, and what is wrong with a catalogue: values in, value out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Literal

from linli.algorithms.text.sentences import Refusal, listed

COMMUNITY, STREET = "community", "street"
PLACE_LEADS = frozenset({COMMUNITY, STREET})
"""Words of a catalogue that stand for the unit of the place instead of a department."""

LEAD_WORDS = {COMMUNITY: "所在社区（村）", STREET: "所在街道（镇）"}

DOMAINS = {"component": "部件", "event": "事件", "request": "诉求"}
KINDS = {"consult": "咨询", "help": "求助", "complaint": "投诉", "tipoff": "举报", "suggestion": "建议"}
URGENCIES = {"normal": "一般", "urgent": "紧急", "critical": "特急"}
PLACE_KINDS = {
    "main_road": "主干道",
    "back_street": "背街小巷",
    "compound_property": "有物业的小区",
    "compound_unmanaged": "无物业的小区",
    "park": "公园广场",
    "market": "市场",
    "school": "学校周边",
    "construction_site": "工地",
    "river": "河道",
    "village": "村庄",
}
OWNERS = {"known": "有登记权属", "unknown": "权属不明"}

FACTS: Mapping[str, Mapping[str, str]] = {
    "place_kind": PLACE_KINDS, "kind": KINDS, "urgency": URGENCIES, "owner": OWNERS,
}  # fmt: skip
"""The closed list of what a condition may ask, each with its values and their words."""

FACT_WORDS = {"place_kind": "地点类型", "kind": "诉求类型", "urgency": "紧急程度", "owner": "部件权属"}

Condition = Mapping[str, Sequence[str]]
Facts = Mapping[str, str]


class BadCatalogue(Refusal, ValueError):
    """An entry contradicts itself or the code tables; the text says where and what to write instead."""


@dataclass(frozen=True)
class Entry:
    """One version of a catalogue entry, as the rules need it. ``depth`` is the level of its category, the root being 1."""

    id: int
    code: str
    category: str
    depth: int
    condition: Condition
    lead: str
    valid_from: date
    valid_to: date | None = None
    assist: tuple[str, ...] = ()
    must_be_department: bool = False
    auto: bool = False
    reason: str = ""
    basis: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the version holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Sorts the entry that decides first: deepest category, most conditions, fewest values, then the number."""
        return (-self.depth, -len(self.condition), sum(map(len, self.condition.values())), self.code)

    @property
    def outcome(self) -> tuple[str, bool]:
        """What another entry would have to say to contradict this one."""
        return (self.lead, self.must_be_department)


def holds(condition: Condition, facts: Facts) -> Literal["yes", "no", "unknown"]:
    """Whether a condition holds. A fact that nobody has said leaves it open: it does not hold, but it might."""
    answer: Literal["yes", "unknown"] = "yes"
    for name, values in condition.items():
        fact = facts.get(name, "")
        if not fact:
            answer = "unknown"
        elif fact not in values:
            return "no"
    return answer


@dataclass(frozen=True)
class Decision:
    """The entry that decides, those that would without it, and those that would with a fact not yet known."""

    entry: Entry | None
    others: tuple[Entry, ...] = ()
    pending: tuple[Entry, ...] = ()

    @property
    def auto(self) -> bool:
        """Whether one rule decides alone: the entry says so, and nothing unknown could send the case elsewhere."""
        if self.entry is None or not self.entry.auto:
            return False
        return all(other.outcome == self.entry.outcome for other in self.pending)


def decide(entries: Iterable[Entry], facts: Facts, on: date) -> Decision:
    """Choose among the entries of a category's path: the most specific category, then the most specific condition."""
    sorted_ = sorted((entry for entry in entries if entry.holds_on(on)), key=lambda entry: entry.rank)
    answers = {id(entry): holds(entry.condition, facts) for entry in sorted_}
    matching = [entry for entry in sorted_ if answers[id(entry)] == "yes"]
    chosen = matching[0] if matching else None
    pending = [e for e in sorted_ if answers[id(e)] == "unknown" and (chosen is None or e.rank < chosen.rank)]
    return Decision(chosen, tuple(matching[1:]), tuple(pending))


def overlap(one: Condition, other: Condition) -> bool:
    """Whether a case can meet both conditions."""
    return all(set(values) & set(other[name]) for name, values in one.items() if name in other)


@dataclass(frozen=True)
class Conflict:
    """Two entries, or one alone, that a person should look at. ``kind`` is ``tie``, ``downward`` or ``self``."""

    kind: Literal["tie", "downward", "self"]
    entries: tuple[Entry, ...] = field(default=())


def conflicts(entries: Iterable[Entry], on: date, above: Mapping[str, Sequence[str]]) -> list[Conflict]:
    """What contradicts itself on a day. ``above`` gives the ancestors of each category.

    tie: two entries of equal weight can both hold and send the case to different units. downward: a category that a
    department must handle has a more specific entry that sends it to the community or street. self: an entry that says
    both at once.
    """
    live = sorted(
        (entry for entry in entries if entry.holds_on(on)), key=lambda entry: (entry.category, entry.code)
    )
    by_category: dict[str, list[Entry]] = {}
    for entry in live:
        by_category.setdefault(entry.category, []).append(entry)
    found = [
        Conflict("self", (entry,)) for entry in live if entry.must_be_department and entry.lead in PLACE_LEADS
    ]
    for group in by_category.values():
        found += [Conflict("tie", pair) for pair in combinations(group, 2) if _ties(*pair)]
    for entry in live:
        if entry.lead in PLACE_LEADS:
            higher = [
                e
                for code in above.get(entry.category, ())
                for e in by_category.get(code, ())
                if e.must_be_department
            ]
            found += [
                Conflict("downward", (e, entry)) for e in higher if overlap(e.condition, entry.condition)
            ]
    return found


def _ties(one: Entry, other: Entry) -> bool:
    same_weight = len(one.condition) == len(other.condition)
    return same_weight and one.outcome != other.outcome and overlap(one.condition, other.condition)


def check_condition(condition: Condition) -> None:
    """Refuse a condition outside the closed list."""
    for name, values in condition.items():
        if name not in FACTS:
            raise BadCatalogue(
                "没有名为“%(name)s”的条件，可用的条件是：%(allowed)s", name=name, allowed=listed(FACTS)
            )
        unknown = [value for value in values if value not in FACTS[name]]
        if unknown or not values:
            raise BadCatalogue(
                "条件“%(name)s”不能取“%(unknown)s”，可取：%(allowed)s",
                name=name,
                unknown=listed(unknown),
                allowed=listed(FACTS[name]),
            )


def check_entry(
    *, lead: str, assist: Sequence[str], must_be_department: bool, condition: Condition, known: Iterable[str]
) -> None:
    """Refuse an entry that no dispatcher could follow. ``known`` are the codes of the departments in force."""
    check_condition(condition)
    units = {*known, *PLACE_LEADS}
    missing = [code for code in (lead, *assist) if code not in units]
    if missing:
        raise BadCatalogue("没有代码为“%(names)s”的部门，请从列表中选择", names=listed(missing))
    if must_be_department and lead in PLACE_LEADS:
        raise BadCatalogue("“须由部门办理”的事项，主办只能是部门，不能是社区或街道")
    if lead in assist or len(set(assist)) != len(assist):
        raise BadCatalogue("协办单位不能与主办相同，也不能重复")


def read_condition(text: str) -> dict[str, list[str]]:
    """Read ``place_kind=main_road|park;kind=complaint``; empty text is no condition."""
    condition: dict[str, list[str]] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, _, values = part.partition("=")
        if name.strip() in condition:
            raise BadCatalogue("条件“%(name)s”写了两次，几个取值请用“|”隔开", name=name)
        condition[name.strip()] = [value.strip() for value in values.split("|") if value.strip()]
    check_condition(condition)
    return condition


def say_condition(condition: Condition) -> str:
    """A condition in words: 地点类型为主干道或公园广场，且诉求类型为投诉. Empty for none."""
    said = [
        f"{FACT_WORDS[name]}为{'或'.join(FACTS[name][value] for value in values)}"
        for name, values in condition.items()
    ]
    return "，且".join(said)


def hear_condition(text: str) -> dict[str, list[str]]:
    """Read what ``say_condition`` says; empty text is no condition."""
    names = {words: name for name, words in FACT_WORDS.items()}
    condition: dict[str, list[str]] = {}
    for part in filter(None, text.split("，且")):
        words, _, values = part.partition("为")
        if words not in names:
            raise BadCatalogue("看不懂条件“%(part)s”，请写成“地点类型为主干道或公园广场”", part=part)
        codes = {said: code for code, said in FACTS[names[words]].items()}
        condition[names[words]] = [codes.get(value, value) for value in values.split("或")]
    check_condition(condition)
    return condition


def say_entry(entry: Entry, category: str) -> str:
    """Why an entry decides, in words that cite it; ``category`` is the name of its category."""
    condition = say_condition(entry.condition)
    about = f"“{category}”，且{condition}" if condition else f"“{category}”"
    return f"派单目录第 {entry.code} 条（{about}）：{entry.reason}"


def write_condition(condition: Condition) -> str:
    """The text that ``read_condition`` reads."""
    return ";".join(f"{name}={'|'.join(values)}" for name, values in condition.items())


def category_path(code: str, parent_path: str) -> str:
    """The chain of codes of a category, each closed by a slash."""
    return f"{parent_path}{code}/"
