"""Pairs that wait to be looked at: two records side by side, what differs, and what speaks for and against."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.algorithms.text.mask import mask_name
from linli.algorithms.text.sentences import said
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.commands import open_key
from linli.kernel.privacy.context import door
from linli.registry import policy
from linli.registry.models import Pair, Residence
from linli.registry.queries.intakes import shown_value
from linli.registry.queries.rows import values_of
from linli.registry.queries.sealed import Opener
from linli.registry.rules.elements import elements

COMPARISONS = {
    "prior": "两份名单里任意两人相同的可能",
    "citizen_id": "证件号码",
    "name": "姓名",
    "birth": "出生日期",
    "sex": "性别",
    "phone": "电话",
    "address": "住址",
    "household": "同住的人",
    "family": "同户或双胞胎",
    "rivals": "还有更像的人",
    "decision": "以前的核对",
}
LEVELS = {
    "same": "相同",
    "digit_off": "差一位数字",
    "two_digits_off": "差两位数字",
    "other_unsure": "不同，其中一个可能写错",
    "other_valid": "不同，两个都正确",
    "same_sound": "同音",
    "turned": "字序颠倒",
    "near_sound": "近音",
    "one_character": "差一个字",
    "surname_alone": "只写了姓",
    "same_surname": "同姓",
    "different": "不同",
    "swapped": "月日颠倒",
    "one_part_off": "年、月、日有一处不同",
    "year_alone": "只有年份，年份相同",
    "near_year": "年份相近",
    "same_dwelling": "同一套房",
    "same_building": "同一栋楼",
    "same_place": "同一小区",
    "same_road": "同一条路",
    "elsewhere": "不在一处",
    "two_support": "有两个同住的人也对得上",
    "one_supports": "有一个同住的人也对得上",
    "none_supports": "没有同住的人对得上",
    "housemate_or_twin": "可能是同住的另一个人",
    "other_candidates": "有别的人也像",
    "missing": "至少一方没有填",
}
SHOWN = (
    "name", "former_name", "document", "sex", "birth", "phones", "address", "registered_address", "household_number", "relation",
    "education", "work",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One element of the two records, masked; ``same`` is None where one of them says nothing."""

    title: str
    left: str
    right: str
    same: bool | None


@dataclass(frozen=True)
class Ground:
    """What a comparison says, in words, and its weight: above nought for one person, below for two."""

    title: str
    level: str
    bits: float

    @property
    def width(self) -> int:
        """Of the bar, in per cent."""
        return min(100, round(abs(self.bits) * 5))


def pairs_for(by: Actor) -> QuerySet[Pair]:
    """The pairs that wait for an actor, and proposed ones for whoever may approve; clear ones first."""
    states = [Pair.State.OPEN] if by.may("registry.review") else []
    if by.may("registry.approve"):
        states.append(Pair.State.PROPOSED)
    return _of(by, states).select_related("left", "right", "row__intake__source").order_by("-weight", "pk")


def decided_for(by: Actor) -> QuerySet[Pair]:
    """The pairs of which was decided, or a merge proposed, that an actor may let wait again."""
    return _of(by, [Pair.State.PROPOSED, Pair.State.SAME, Pair.State.DIFFERENT])


def _of(by: Actor, states: list[Pair.State]) -> QuerySet[Pair]:
    """The pairs in these states whose known record the actor sees."""
    rows = Pair.objects.filter(state__in=states)
    return rows if by.sees_all else rows.filter(left__in=policy.persons_for(by))


def with_rows(pairs: QuerySet[Pair]) -> list[Pair]:
    """Pairs in sight with their rows and files, which are otherwise seen by nobody but who brought the file."""
    found = [pair.pk for pair in pairs]
    with door(policy.REVIEW):
        rows = Pair.objects.select_related("left", "right", "row__intake__source").in_bulk(found)
    return [rows[pk] for pk in found if pk in rows]


def title_of(pair: Pair) -> str:
    """The pair in a list: the two names, masked."""
    other = pair.right.name if pair.right is not None else said("导入的一行")
    return f"{mask_name(pair.left.name)} · {mask_name(other) if pair.right is not None else other}"


def lines_of(pair: Pair) -> list[Line]:
    """The two records element by element, masked."""
    opener, declared = Opener(), elements("person")
    left = {**values_of(pair.left, opener), **_places(pair.left_id)}
    with door(policy.REVIEW):
        right = (
            _row(pair) if pair.right is None else {**values_of(pair.right, opener), **_places(pair.right_id)}
        )
    lines = []
    for code in SHOWN:
        one, other = left.get(code) or "", right.get(code) or ""
        if one or other:
            same = one == other if one and other else None
            lines.append(
                Line(
                    _(declared[code].title),
                    shown_value(declared[code], one),
                    shown_value(declared[code], other),
                    same,
                )
            )
    return lines


def _places(person_id: int | None) -> dict[str, str]:
    found = {}
    for row in Residence.objects.filter(person=person_id, valid_to=None):
        found["registered_address" if row.kind == "registered" else "address"] = row.address
    return found


def _row(pair: Pair) -> dict[str, str]:
    assert pair.row is not None
    if pair.row.sealed is None:
        return {}
    told: dict[str, dict[str, str]] = json.loads(
        open_key(pair.row.intake.key_id).unseal(bytes(pair.row.sealed), "raw row")
    )
    return told["clean"]


def grounds_of(pair: Pair) -> list[Ground]:
    """What speaks for and against, the heaviest first."""
    found = [
        Ground(said(COMPARISONS.get(name, name)), said(LEVELS.get(level, "")), bits)
        for name, level, bits in pair.grounds
        if bits
    ]
    return sorted(found, key=lambda each: -abs(each.bits))
