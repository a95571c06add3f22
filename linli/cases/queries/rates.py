"""Response, resolution, satisfaction, closed, closed on time: each with numerator, denominator and what was left out.

Formulas: domain notes 2.1 (金华 closing rates) and 2.6 (the three rates of hotlines). Nothing here groups by a person, and a
unit in which a single person handles cases has no rate, since it would be that person's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from linli.algorithms.statistics import Rate
from linli.cases import states
from linli.cases.queries import measures as m
from linli.cases.queries.measures import Test, View
from linli.cases.rules import CHANNELS, KINDS, would_describe_a_person
from linli.duties.queries import categories
from linli.kernel.accounts.queries import people_with_verb
from linli.kernel.audit.actor import Actor
from linli.kernel.norms.queries import find_norm, norm
from linli.kernel.registers.queries import columns_for
from linli.territory.queries.grids import worker_counts
from linli.territory.queries.units import tree
from linli.territory.rules.kinds import GRID_KINDS

EPOCH = date(2000, 1, 1)


def by_norm(code: str, test: Test) -> Test:
    """A condition that leaves out only while the norm of exclusions names it."""
    return Test(
        lambda at: (test if code in _named(at) else m.NOTHING).q(at),
        lambda view: view.holds(test if code in _named(view.at) else m.NOTHING),
    )


def _named(at: datetime) -> Sequence[str]:
    found = find_norm("cases.rate.exclusions", on=timezone.localdate(at))
    return list(found.value) if found else []


def satisfied_from(at: datetime) -> int:
    """From how many points on a reporter counts as satisfied (the middle one is “basically”)."""
    return int(norm("cases.rate.satisfied_from", on=timezone.localdate(at)).amount())


VOIDED = ("voided", _("注销"), by_norm("voided", m.one_of("state", [states.VOIDED])))
MERGED = ("merged", _("并入其他案件"), by_norm("merged", m.one_of("state", [states.MERGED])))
RULED_OUT = ("ruled_out", _("按规则剔除（理由公开）"), ~m.one_of("excluded", [""]))
DEFERRED = ("deferred", _("批准缓办"), by_norm("deferred", m.one_of("state", [states.DEFERRED])))
PAUSED = ("paused", _("暂停计时"), m.one_of("state", [states.PAUSED]))
USUAL = (VOIDED, MERGED, RULED_OUT)

CONTACTABLE = m.yes("has_contact")
SIGNED = m.in_time("signed_at", "sign_due_at")
CONTACTED = m.in_time("contacted_at", "contact_due_at") | m.in_time("answered_at", "contact_due_at")
CALLED = m.at_least("satisfied", lambda at: 1)
_contact_open = ~(m.has("contacted_at") | m.has("answered_at")) & ~m.between("contact_due_at", None, m.now)
_sign_open = ~m.has("signed_at") & ~m.between("sign_due_at", None, m.now)
_resolve_open = ~m.CLOSED & ~m.between("resolve_due_at", None, m.now)


@dataclass(frozen=True)
class Definition:
    """One rate: in words, and as conditions. Exclusions are taken in order; a case is left out for one reason."""

    key: str
    title: Any
    numerator_words: Any
    denominator_words: Any
    population: Test
    exclusions: tuple[tuple[str, Any, Test], ...]
    numerator: Test
    source: Any = ""

    @property
    def counted(self) -> Test:
        """The denominator."""
        found = self.population
        for _code, _words, test in self.exclusions:
            found = found & ~test
        return found

    def left_out(self, code: str) -> Test:
        """What was left out for one reason, and for none before it."""
        found = self.population
        for name, _words, test in self.exclusions:
            if name == code:
                return found & test
            found = found & ~test
        raise KeyError(code)

    def outcomes(self, view: View) -> NDArray[np.int8]:
        """For each row: 0 not asked about, 1 counted and no, 2 counted and yes, 3 and on left out for that reason."""
        found = np.zeros(len(view), np.int8)
        open_rows = view.holds(self.population)
        for place, (_code, _words, test) in enumerate(self.exclusions, 3):
            hit = open_rows & view.holds(test)
            if hit.any():
                found += hit * np.int8(place)
                open_rows = open_rows & ~hit
        found += open_rows
        found += open_rows & view.holds(self.numerator)
        return found


HOTLINE = _("接诉即办“三率”的通行算法；权重各地不同，见规范")
CITY = _("金华市考核办法：结案数（按期结案数）÷（应结案数－缓办数）")

RATES: dict[str, Definition] = {
    rate.key: rate
    for rate in (
        Definition(
            "response", _("响应率"), _("在联系时限内联系诉求人或反馈结果；没有联系方式的，在签收时限内签收"), _("已派遣的案件"),
            m.DISPATCHED,
            (*USUAL, ("not_due", _("时限未到，尚未响应"), (CONTACTABLE & _contact_open) | (~CONTACTABLE & _sign_open))),
            (CONTACTABLE & CONTACTED) | (~CONTACTABLE & SIGNED), HOTLINE,
        ),
        Definition(
            "resolution", _("解决率"), _("回访答复“已解决”"), _("有效回访（接通并作答，含诉求人自评）"),
            m.CLOSED | CALLED, (*USUAL, ("no_callback", _("没有有效回访（未抽中、未接通、无联系方式）"), ~CALLED)), m.yes("resolved"), HOTLINE,
        ),
        Definition(
            "satisfaction", _("满意率"), _("回访答复“满意”或“基本满意”"), _("有效回访（接通并作答，含诉求人自评）"),
            m.CLOSED | CALLED, (*USUAL, ("no_callback", _("没有有效回访（未抽中、未接通、无联系方式）"), ~CALLED)),
            m.at_least("satisfied", satisfied_from), HOTLINE,
        ),
        Definition(
            "closed", _("结案率"), _("已结案"), _("应结案数减缓办数"),
            m.DISPATCHED, (*USUAL, DEFERRED, PAUSED, ("not_due", _("办结时限未到，尚未结案"), _resolve_open)), m.CLOSED, CITY,
        ),
        Definition(
            "on_time", _("按期结案率"), _("已结案，且在办结时限内反馈结果"), _("应结案数减缓办数"),
            m.DISPATCHED, (*USUAL, DEFERRED, PAUSED, ("not_due", _("办结时限未到，尚未结案"), _resolve_open)),
            m.CLOSED & m.in_time("answered_at", "resolve_due_at"), CITY,
        ),
        Definition(
            "sign", _("按时签收率"), _("在签收时限内签收"), _("应签收（签收时限已到或已签收）"),
            m.DISPATCHED, (*USUAL, ("not_due", _("签收时限未到"), _sign_open)), SIGNED,
        ),
        Definition(
            "contact", _("按时联系率"), _("在联系时限内联系诉求人或反馈结果"), _("应联系（联系时限已到或已联系）"),
            m.DISPATCHED,
            (*USUAL, ("no_contact", _("没有联系方式"), ~CONTACTABLE), ("not_due", _("联系时限未到"), _contact_open)), CONTACTED,
        ),
    )
}  # fmt: skip

FIVE = ("response", "resolution", "satisfaction", "closed", "on_time")


@dataclass(frozen=True)
class Joined:
    """Two translatable words as one, put together when they are shown."""

    first: Any
    second: Any

    def __str__(self) -> str:
        return f"{self.first}：{self.second}"


def _conditions() -> dict[str, tuple[Any, Test]]:
    found: dict[str, tuple[Any, Test]] = {}
    for key, rate in RATES.items():
        found[f"{key}.yes"] = (Joined(rate.title, _("分子")), rate.counted & rate.numerator)
        found[f"{key}.no"] = (Joined(rate.title, _("分母中未达到的")), rate.counted & ~rate.numerator)
        found[f"{key}.all"] = (Joined(rate.title, _("分母")), rate.counted)
        for code, words, _test in rate.exclusions:
            found[f"{key}.{code}"] = (Joined(rate.title, words), rate.left_out(code))
    return found


COUNTED: dict[str, tuple[Any, Test]] = {**m.MEASURES, **_conditions()}
"""Every condition that a figure may link to; the register of cases takes them as its filter ``measure``."""


@dataclass(frozen=True)
class Share:
    """A rate of a group, with what may be shown of it. ``hidden`` says why the rate is not shown."""

    definition: Definition
    rate: Rate
    left_out: Mapping[str, int]
    reasons: Mapping[str, int] = field(default_factory=dict)
    hidden: str = ""

    @property
    def exclusions(self) -> list[tuple[str, Any, int]]:
        """What was left out: the code, the words, and how many."""
        return [(code, words, self.left_out[code]) for code, words, _test in self.definition.exclusions]

    @property
    def percent(self) -> str:
        """``97.4%``, or a dash where it is not shown."""
        return "—" if self.hidden else self.rate.percent()

    @property
    def value(self) -> float | None:
        """The rate in per cent, or None where it is not shown."""
        return None if self.hidden or self.rate.value is None else float(self.rate.value) * 100


@dataclass(frozen=True)
class Group:
    """A group of cases: its code for the register's filter, its words, how many, and its rates."""

    code: str
    label: str
    total: int
    shares: Mapping[str, Share]
    order: Any = ""


class Sight:
    """The cases that somebody sees, at a moment: the source of every figure. One look serves a whole page."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self.actor, self.at = actor, at
        self.today = timezone.localdate(at)
        self.least = int(norm("cases.rate.small", on=self.today).amount())
        self.columns, mask = columns_for("cases", actor)
        few = int(np.count_nonzero(mask)) * 4 < len(mask)
        self.view = View(self.columns, at, np.flatnonzero(mask) if few else None)
        self.base = np.ones(len(self.view), np.bool_) if few else mask
        self._outcomes: dict[str, NDArray[np.int8]] = {}
        self._tests: dict[str, NDArray[np.bool_]] = {}
        self._keys: dict[str, tuple[NDArray[np.int64], list[str]]] = {}

    def received(self, first: date | None, last: date | None) -> NDArray[np.bool_]:
        """Rows received from one day to another, both included."""
        return self._days("received_at", first, last)

    def closed(self, first: date | None, last: date | None) -> NDArray[np.bool_]:
        """Rows closed from one day to another, both included."""
        return self._days("closed_at", first, last)

    def _days(self, name: str, first: date | None, last: date | None) -> NDArray[np.bool_]:
        low = m.MISSING + 1 if first is None else (first - EPOCH).days
        high = (date(2200, 1, 1) if last is None else last) - EPOCH
        return self.base & self.view.where(name, lambda value: low <= value <= high.days)

    def holds(self, measure: str) -> NDArray[np.bool_]:
        """Rows that a named condition counts."""
        if measure not in self._tests:
            self._tests[measure] = self.base & self.view.holds(COUNTED[measure][1])
        return self._tests[measure]

    def count(self, measure: str = "", within: NDArray[np.bool_] | None = None) -> int:
        """How many rows a named condition counts, of all or of some."""
        found = self.holds(measure) if measure else self.base
        return int(np.count_nonzero(found if within is None else found & within))

    def outcomes(self, key: str) -> NDArray[np.int8]:
        """The outcome of a rate for each row."""
        if key not in self._outcomes:
            self._outcomes[key] = RATES[key].outcomes(self.view) * self.base
        return self._outcomes[key]

    def by_day(self, name: str, first: date, last: date) -> list[int]:
        """Rows per day, from one day to another."""
        days = (last - first).days + 1
        start = (first - EPOCH).days
        place = np.array(
            [v - start if 0 <= v - start < days else days for v in self.view.values(name)] or [days], np.int64
        )
        counts = np.bincount(place[self.view.codes(name)[self.base]], minlength=days + 1)
        return [int(n) for n in counts[:days]]

    def keys(self, by: str) -> tuple[NDArray[np.int64], list[str]]:
        """The group of each row (-1: none) and the codes of the groups."""
        if by not in self._keys:
            column, code_of = GROUPINGS[by].column, GROUPINGS[by].code_of
            found: dict[str, int] = {}
            table = [
                found.setdefault(code, len(found)) if (code := code_of(value)) else -1
                for value in self.view.values(column)
            ]
            self._keys[by] = np.array(table or [-1], np.int64)[self.view.codes(column)], list(found)
        return self._keys[by]

    def counts(self, by: str, within: NDArray[np.bool_] | None = None) -> dict[str, int]:
        """How many rows each group has; empty groups are left out."""
        keys, codes = self.keys(by)
        chosen = (self.base if within is None else within & self.base) & (keys >= 0)
        found = np.bincount(keys[chosen], minlength=len(codes))
        return {code: int(n) for code, n in zip(codes, found, strict=False) if n}

    def by_place(self, within: NDArray[np.bool_] | None = None) -> dict[str, int]:
        """How many rows lie in each unit of the territory, with everything below it."""
        places = self.view.values("place")
        chosen = self.view.codes("place")[self.base if within is None else within & self.base]
        found: Counter[str] = Counter()
        for path, count in zip(places, np.bincount(chosen, minlength=len(places)).tolist(), strict=False):
            for code in filter(None, path.split("/")) if count else ():
                found[code] += count
        return dict(found)

    def first(self, within: NDArray[np.bool_], by: str, limit: int) -> list[int]:
        """The ids of the rows that come first by a moment: those longest overdue, say."""
        rows = np.flatnonzero(within & self.base)
        order = np.argsort(self.view.moment(by)[rows], kind="stable")[:limit]
        return [int(pk) for pk in self.view.ids[rows[order]]]

    def among(self, case_ids: Iterable[int]) -> int:
        """How many of these rows of other tables belong to cases that are seen."""
        wanted = np.fromiter(case_ids, np.int64)
        return int(np.count_nonzero(np.isin(wanted, self.view.ids[self.base]))) if len(wanted) else 0

    def share(self, key: str, within: NDArray[np.bool_] | None = None) -> Share:
        """One rate over all rows, or over some."""
        outcomes = self.outcomes(key) if within is None else self.outcomes(key) * within
        counts = np.array(
            [np.count_nonzero(outcomes == place) for place in range(3 + len(RATES[key].exclusions))], np.int64
        )
        return self._share(key, counts, self._reasons(key, within))

    def _reasons(self, key: str, within: NDArray[np.bool_] | None) -> dict[str, int]:
        """The written reasons of the cases that were ruled out, with their numbers."""
        place = 3 + [code for code, _words, _test in RATES[key].exclusions].index("ruled_out")
        rows = self.outcomes(key) == place
        return self.counts("excluded", rows if within is None else rows & within) if rows.any() else {}

    def groups(
        self, by: str, within: NDArray[np.bool_] | None = None, rates: Sequence[str] = FIVE
    ) -> list[Group]:
        """Every group with its rates, in the order of names or of the list: never by how good a rate is."""
        keys, codes = self.keys(by)
        chosen = (self.base if within is None else within & self.base) & (keys >= 0)
        rows = keys[chosen]
        totals = np.bincount(rows, minlength=len(codes))
        tables = {}
        for key in rates:
            width = 3 + len(RATES[key].exclusions)
            flat = np.bincount(rows * width + self.outcomes(key)[chosen], minlength=width * len(codes))
            tables[key] = flat.reshape(-1, width) if codes else flat
        grouping = GROUPINGS[by]
        hidden = grouping.hidden(self.today)
        found = []
        for place, code in enumerate(codes):
            if totals[place]:
                shares = {key: self._share(key, tables[key][place], {}, hidden(code)) for key in rates}
                found.append(
                    Group(code, grouping.label(code), int(totals[place]), shares, grouping.order(code))
                )
        return sorted(found, key=lambda group: (group.order, group.code))

    def _share(
        self, key: str, counts: NDArray[np.int64], reasons: Mapping[str, int], hidden: str = ""
    ) -> Share:
        rate = RATES[key]
        left_out = {
            code: int(counts[place]) for place, (code, _words, _test) in enumerate(rate.exclusions, 3)
        }
        found = Rate(int(counts[2]), int(counts[1] + counts[2]), left_out)
        if not hidden and found.denominator < self.least:
            hidden = str(_("不足 %(least)s 件，不列比率")) % {"least": self.least}
        return Share(rate, found, left_out, reasons, hidden)


def sight(actor: Actor, at: datetime) -> Sight:
    """The cases that somebody sees at a moment, for figures."""
    return Sight(actor, at)


@dataclass(frozen=True)
class Grouping:
    """A way to group cases: the column, what code its value stands for, words and order of a code, and why not to show it."""

    title: Any
    filter: str
    column: str
    code_of: Callable[[str], str]
    label: Callable[[str], str]
    order: Callable[[str], Any]
    hidden: Callable[[date], Callable[[str], str]] = lambda day: lambda code: ""


def _last(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[-1]


def _second(path: str) -> str:
    """The second code of a path of categories (大类); the first where there is no second."""
    codes = [code for code in path.split("/") if code][:2]
    return codes[-1] if codes else ""


def _at_level(level: str) -> Callable[[str], str]:
    def code_of(path: str) -> str:
        return next((node.code for node in tree().ancestors(path) if node.level == level), "")

    return code_of


def _is_office(code: str) -> bool:
    """Whether a unit is a department, a street or the county itself."""
    node = tree().by_code.get(code)
    return node is not None and (node.kind == "department" or node.level in {"root", "county", "street"})


def _unit_name(code: str) -> str:
    node = tree().by_code.get(code)
    return node.name if node else code


def _unit_order(code: str) -> tuple[bool, str]:
    node = tree().by_code.get(code)
    return (node is None or node.kind != "department", node.path if node else code)


def _category_name(code: str) -> str:
    found = categories().by_code.get(code)
    return found.name if found else code


def _alone(day: date) -> Callable[[str], str]:
    """A unit in which one person handles cases has no rate: it would be that person's. A grid has a worker, entered or not."""
    workers, people = worker_counts(day), people_with_verb("case.handle", day)
    least = int(norm("cases.rate.least_people", on=day).amount())

    def hidden(code: str) -> str:
        node = tree().by_code.get(code)
        is_grid = node is not None and node.kind in GRID_KINDS
        if not would_describe_a_person(
            max(1, workers.get(code, 0)) if is_grid else people.get(code, 0), least
        ):
            return ""
        said = _("网格员不足 %(least)s 人，不列比率") if is_grid else _("办理人员不足 %(least)s 人，不列比率")
        return str(said) % {"least": least}

    return hidden


def _listed(words: Mapping[str, str]) -> Callable[[str], int]:
    order = list(words)
    return lambda code: order.index(code) if code in words else len(order)


GROUPINGS: dict[str, Grouping] = {
    "lead": Grouping(_("主办单位"), "lead", "lead", _last, _unit_name, _unit_order, _alone),
    "office": Grouping(_("主办部门、街道"), "lead", "lead", lambda path: _last(path) if _is_office(_last(path)) else "", _unit_name, _unit_order, _alone),
    "below": Grouping(_("主办社区（村）、网格"), "lead", "lead", lambda path: "" if _is_office(_last(path)) else _last(path), _unit_name, _unit_order, _alone),
    "street": Grouping(_("街道（镇）"), "area", "place", _at_level("street"), _unit_name, _unit_order),
    "community": Grouping(_("社区（村）"), "area", "place", _at_level("community"), _unit_name, _unit_order),
    "grid": Grouping(_("网格"), "", "place", _at_level("grid"), _unit_name, _unit_order, _alone),
    "category": Grouping(_("事项大类"), "category", "category", _second, _category_name, lambda code: code),
    "channel": Grouping(_("渠道"), "channel", "channel", lambda code: code, lambda c: CHANNELS.get(c, c), _listed(CHANNELS)),
    "kind": Grouping(_("诉求类型"), "kind", "kind", lambda code: code, lambda c: KINDS.get(c, c), _listed(KINDS)),
    "excluded": Grouping(_("剔除理由"), "", "excluded", lambda text: text, lambda text: text, lambda text: text),
}  # fmt: skip
"""The ways that cases are grouped by. A person is not among them, and never will be."""


def weights(day: date) -> Mapping[str, int]:
    """The weights of the three rates by norm, in per cent; they are shown, and no total is made of them."""
    found = find_norm("cases.rate.weights", on=day)
    return dict(found.value) if found else {}
