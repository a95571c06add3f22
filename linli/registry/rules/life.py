"""Life events: what may happen to whom on which day, and what follows for the kind of population."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from linli.algorithms.text.sentences import Refusal
from linli.registry.rules.tables import titles

REGISTERED, APART = "registered", "apart"
LIVING = ("usual", "renting", "floating", APART)
"""Kinds of residence other than the registered one; a person has one of them at a time."""

PRESENT, LEFT, DEAD, MERGED = "present", "left", "dead", "merged"
STATES = {PRESENT: "在册", LEFT: "已迁出", DEAD: "已故", MERGED: "已并入其他记录"}

UNDONE = "undone"
"""What a change says that takes another one back."""

WHAT = {
    "added": "登记",
    "corrected": "更正",
    "renamed": "变更姓名",
    "document_changed": "变更证件",
    "born": "出生登记",
    "died": "死亡登记",
    "moved_in": "迁入",
    "moved_out": "迁出",
    "moved": "变更住址",
    "premises_moved": "变更地址",
    "married": "结婚",
    "household_made": "立户",
    "household_split": "分户",
    "households_merged": "并户",
    "head_changed": "变更户主",
    "care_added": "登记关爱对象",
    "care_ended": "退出关爱对象",
    "trait_set": "登记启用的字段",
    "closed": "注销",
    "staff_added": "登记从业人员",
    "staff_ended": "从业人员离职",
    "state_set": "变更状态",
    "visited": "入户核实",
    "confirmed": "核实无误",
    "self_reported": "本人更正",
    "imported": "部门数据导入",
    "persons_merged": "合并记录",
    "reviewed": "核对疑似同一人",
    UNDONE: "撤销",
}
"""What a change is called."""

OPENLY = {"care_added": "更正", "care_ended": "更正"}


def said_openly(what: str) -> str:
    """What a change is called where anybody may hear it: that it was about a care group is not said."""
    return OPENLY.get(what) or WHAT.get(what, what)


class Refused(Refusal):
    """The event cannot have happened so, or cannot be recorded here; the text says what to do."""


@dataclass(frozen=True)
class Life:
    """What the rules need to know of a person; ``since`` is the first day of what is ended or changed."""

    state: str
    birth: date | None = None
    birth_is_exact: bool = True
    died_on: date | None = None


def known_source(origin: str) -> None:
    """A value comes from one of the kinds of sources."""
    if origin not in titles("source_kinds"):
        raise Refused("请选择信息来源")


def happened(on: date, today: date) -> None:
    """An event is recorded when it has happened."""
    if on > today:
        raise Refused("发生日期 %(on)s 在今天之后，请核对", on=on)


def is_present(life: Life) -> None:
    """Who has died, left or was merged takes part in nothing more."""
    if life.state != PRESENT:
        raise Refused(
            "这个人的状态是“%(state)s”，不能办理；登记有误的，请先撤销有误的那次变更",
            state=STATES[life.state],
        )


def not_before_birth(life: Life, on: date) -> None:
    """Nothing happens to somebody before birth, as far as it is known to the day."""
    if life.birth is not None and life.birth_is_exact and on < life.birth:
        raise Refused("发生日期 %(on)s 早于出生日期 %(birth)s，请核对", on=on, birth=life.birth)


def may_end(valid_from: date | None, on: date) -> None:
    """What began on a day does not end before it."""
    if valid_from is not None and on < valid_from:
        raise Refused(
            "发生日期 %(on)s 早于上一次登记的日期 %(since)s，请核对；补办以前的变更，请先撤销之后的变更", on=on, since=valid_from
        )  # fmt: skip


def may_marry(one: Life, other: Life, are_same: bool) -> None:
    """Two persons who are alive and here."""
    if are_same:
        raise Refused("请选择两个不同的人")
    is_present(one)
    is_present(other)


@dataclass(frozen=True)
class Tie:
    """How a person is tied to a place: the kind of residence, whether it lies in the district, and its street (街道、乡镇)."""

    kind: str
    in_district: bool
    street: str = ""


def population(ties: Iterable[Tie]) -> str | None:
    """The kind of population that follows from where a person lives and is registered; None where it is not known.

    Registered and living in the same street: 户籍在住. Registered here and living in another street or outside: 人户分离 (the
    census counts from the street). Living here and registered elsewhere, or here for a time only: 流动人口.
    """
    by_kind = {tie.kind == REGISTERED: tie for tie in ties}
    stands, lives = by_kind.get(True), by_kind.get(False)
    if lives is None:
        return None
    if stands is None:
        return "floating" if lives.kind == "floating" and lives.in_district else None
    if not stands.in_district:
        return "floating" if lives.in_district else None
    apart = lives.kind == APART or not lives.in_district or lives.street != stands.street
    return APART if apart else "registered"
