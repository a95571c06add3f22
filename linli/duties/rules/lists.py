"""What the items and lists say of each other and of a matter: values in, value out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Literal

from linli.duties.rules.catalogue import PLACE_LEADS, Entry

AREAS = ("党的建设", "经济发展", "公共服务", "综合管理", "专业管理", "社会参与", "基层自治", "社会稳定")
"""The eight areas of the item catalogue. Source: S2."""

LISTS = {
    "power": "权力清单", "responsibility": "责任清单", "negative": "负面清单",
    "basic": "基本履职清单", "cooperate": "配合履职清单", "recovered": "部门收回清单",
    "own": "社区依法履职清单", "assist": "社区协助事项清单",
    "no_certificate": "不得出具证明清单", "certificate": "可以出具证明清单", "seal": "印章使用范围",
    "appraisal": "检查考核清单", "signboard": "挂牌清单", "group": "群组应用清单",
}  # fmt: skip
"""The kinds of lists, in the order in which they are shown. Source: S2 (three lists), S3 (three registers), S4, township duty lists."""

ITEM = "item"
"""The kind of a line of the item catalogue, where it stands beside lines of lists."""

FORBIDDING = ("negative", "recovered")
"""Lists whose lines say that a community or street must not be given a matter."""

RESOURCES = {"power": "权", "money": "费", "people": "人"}
"""What must come with a matter that is handed down. Source: S2 (放责不放权、放事不放费、人不随事转)."""

OPPOSED: Mapping[str, frozenset[str]] = {
    "negative": frozenset({"own", "assist", ITEM}),
    "recovered": frozenset({"basic", "cooperate", "own", "assist", ITEM}),
    "no_certificate": frozenset({"certificate"}),
}
"""Lists that may not hold the same matter as those beside them; of items only those that a community or street leads."""


@dataclass(frozen=True)
class Line:
    """One version of an item or of a line of a list, as the rules need it. ``lacks`` names what does not come with an item that was handed down."""

    kind: str
    code: str
    name: str
    lead: str
    valid_from: date
    valid_to: date | None = None
    category: str = ""
    basis: str = ""
    given_by: str = ""
    lacks: tuple[str, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether the version holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def by_department(self) -> bool:
        """Whether it is an item that a department leads."""
        return self.kind == ITEM and self.lead not in PLACE_LEADS

    @property
    def forbids(self) -> bool:
        """Whether a matter of its category may not be given to a community or street."""
        return self.kind in FORBIDDING or self.by_department


def matter(name: str) -> str:
    """What a name is about, without signs: two lines of the same matter are the same."""
    return "".join(sign for sign in name if sign.isalnum())


def forbidding(lines: Iterable[Line], path: Sequence[str], on: date) -> Line | None:
    """The line that keeps a matter from communities and streets; ``path`` are the codes of its category and of those above.

    A line of a forbidding list decides first; of items the one of the deepest category, so that an item that communities lead
    stands against a department's wider one.
    """
    live = [line for line in lines if line.category in path and line.holds_on(on)]
    deepest = sorted(live, key=lambda line: (-path.index(line.category), line.code))
    listed_ = next((line for line in deepest if line.kind in FORBIDDING), None)
    item = next((line for line in deepest if line.kind == ITEM), None)
    return listed_ or (item if item is not None and item.by_department else None)


@dataclass(frozen=True)
class Flaw:
    """What a person should look at in the lists. ``kind``: duplicate, opposed, routed (a department's item goes to the place by entries of the
    dispatch catalogue), baseless, or bare (handed down without power, money or people)."""

    kind: Literal["duplicate", "opposed", "routed", "baseless", "bare"]
    lines: tuple[Line, ...]
    entries: tuple[Entry, ...] = ()


def flaws(lines: Iterable[Line], entries: Iterable[Entry], on: date) -> list[Flaw]:
    """Every duplicate, contradiction and gap between the lists and the dispatch catalogue on a day."""
    live = sorted((line for line in lines if line.holds_on(on)), key=lambda line: (line.kind, line.code))
    placed: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.lead in PLACE_LEADS and entry.holds_on(on):
            placed.setdefault(entry.category, []).append(entry)
    found = [Flaw(_pair_kind(*pair), pair) for pair in _same_matter(live) if _clashes(*pair)]
    for line in live:
        routed = tuple(placed.get(line.category, ())) if line.forbids else ()
        if routed:
            found.append(Flaw("routed", (line,), routed))
        if line.kind == ITEM and not line.basis:
            found.append(Flaw("baseless", (line,)))
        if line.lacks:
            found.append(Flaw("bare", (line,)))
    return found


def _same_matter(live: Sequence[Line]) -> list[tuple[Line, Line]]:
    """Pairs with the same words, or with the same category in lists that forbid and lists that give."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in live:
        groups.setdefault(("name", matter(line.name)), []).append(line)
        if line.category:
            groups.setdefault(("category", line.category), []).append(line)
    pairs = [
        pair
        for (by, _key), group in groups.items()
        for pair in combinations(group, 2)
        if by == "name" or _opposed(*pair)
    ]
    return list(dict.fromkeys(pairs))


def _opposed(one: Line, other: Line) -> bool:
    return any(
        b.kind in OPPOSED.get(a.kind, ()) and not b.by_department for a, b in ((one, other), (other, one))
    )


def _clashes(one: Line, other: Line) -> bool:
    return one.kind == other.kind or _opposed(one, other)


def _pair_kind(one: Line, other: Line) -> Literal["duplicate", "opposed"]:
    return "duplicate" if one.kind == other.kind else "opposed"


Said = Mapping[str, str]
"""A line as people read it: heading to words."""


@dataclass(frozen=True)
class Comparison:
    """What lies between two days, by code: lines that came, that went, and that changed, each with heading, words before and after."""

    came: tuple[str, ...]
    went: tuple[str, ...]
    changed: Mapping[str, tuple[tuple[str, str, str], ...]]


def compare(before: Mapping[str, Said], after: Mapping[str, Said]) -> Comparison:
    """Compare the lines of two days."""
    changed = {
        code: tuple(
            (heading, before[code].get(heading, ""), after[code].get(heading, ""))
            for heading in dict.fromkeys([*before[code], *after[code]])
            if before[code].get(heading, "") != after[code].get(heading, "")
        )
        for code in before
        if code in after and before[code] != after[code]
    }
    return Comparison(
        tuple(code for code in after if code not in before),
        tuple(code for code in before if code not in after),
        {code: fields for code, fields in changed.items() if fields},
    )


def forbidden_certificate(words: str, lines: Iterable[Line], on: date) -> Line | None:
    """The line of the certificates that must not be issued that words ask for: its name without 证明 stands in them together with 证明."""
    if "证明" not in words:
        return None
    kinds = (line for line in lines if line.kind == "no_certificate" and line.holds_on(on))
    return next((line for line in kinds if line.name.removesuffix("证明") in words), None)
