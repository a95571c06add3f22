"""What is counted: each condition once, as it stands in the database and as it stands over the columns of the register.

A figure and the list behind it are told by the same condition, so that their numbers agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Length, Replace
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from linli.algorithms import worktime
from linli.cases import states
from linli.cases.models import Assignment, Extension, Proposal
from linli.kernel.audit.actor import Actor
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.norms.queries import norm
from linli.kernel.registers.engines.ids import ids_found
from linli.kernel.registers.kit import Condition, Conditions, Load

if TYPE_CHECKING:
    from linli.kernel.registers.engines.store import Columns
    from linli.kernel.registers.filters.base import Facet

Mask = NDArray[np.bool_]
MISSING = int(np.iinfo(np.int64).min) + 1

MOMENTS = (
    "dispatched_at",
    "signed_at",
    "contacted_at",
    "answered_at",
    "due_at",
    "sign_due_at",
    "contact_due_at",
    "resolve_due_at",
)
TEXTS = {
    "state": "state", "channel": "channel", "kind": "kind", "urgency": "urgency", "category": "category__path",
    "lead": "lead__path", "place": "place_path", "excluded": "excluded_reason",
}  # fmt: skip
NUMBERS = ("satisfied", "escalation", "reopen_count", "return_count")
FLAGS = ("resolved", "supervised", "has_contact")
DAYS = ("received_at", "closed_at")

SHARED = {
    name: name
    for name in (
        "state", "channel", "kind", "urgency", "category", "received_at", "closed_at", "supervised", "due_at",
    )
} | {"place": "area"}  # fmt: skip
"""What the register of cases holds for its own filters anyway, under the name of the filter."""


def held(name: str) -> str:
    """The name of the column in memory."""
    return SHARED.get(name, f"m:{name}")


LOADS: tuple[Load, ...] = (
    *(Load(held(name), name, "moment") for name in MOMENTS),
    *(Load(held(name), field, "category") for name, field in TEXTS.items()),
    *(Load(held(name), name, "value") for name in NUMBERS),
    *(Load(held(name), name, "flag") for name in FLAGS),
    *(Load(held(name), name, "local_day") for name in DAYS),
)
"""The columns that the conditions read; the register of cases loads them beside its own."""


class View:
    """Some rows of the columns: all, or those that somebody sees. Columns are cut once and kept."""

    def __init__(self, columns: Columns, at: datetime, rows: NDArray[np.intp] | None = None) -> None:
        self.columns, self.at, self.rows = columns, at, rows
        self._cut: dict[str, NDArray[Any]] = {}
        self._held: dict[Test, Mask] = {}

    def holds(self, test: Test) -> Mask:
        """The rows of a condition; the simple ones, of which the others are made, are kept."""
        if test.parts:
            return test.mask(self)
        if test not in self._held:
            self._held[test] = test.mask(self)
        return self._held[test]

    def __len__(self) -> int:
        return len(self.columns) if self.rows is None else len(self.rows)

    def _part(self, key: str, whole: NDArray[Any]) -> NDArray[Any]:
        if self.rows is None:
            return whole
        if key not in self._cut:
            self._cut[key] = whole[self.rows]
        return self._cut[key]

    @property
    def ids(self) -> NDArray[np.int64]:
        """The primary keys of the rows."""
        return self._part("ids", self.columns.snapshot.ids)

    def moment(self, name: str) -> NDArray[np.int64]:
        """A moment in microseconds; ``MISSING`` where there is none."""
        return self._part(name, self.columns[held(name)])

    def codes(self, name: str) -> NDArray[Any]:
        """A coded column: places in ``values``."""
        return self._part(name, self.columns.snapshot.codes[held(name)])

    def values(self, name: str) -> list[Any]:
        """What each code of a column stands for: a text, or a whole number."""
        book = self.columns.snapshot.books[held(name)].values
        names = self.columns.names.get(held(name))
        return list(book) if names is None else [names.get(value, "") for value in book]  # type: ignore[call-overload]

    def where(self, name: str, holds: Callable[[Any], bool]) -> Mask:
        """The rows whose value holds; the question is put once to each different value."""
        table = np.array([holds(value) for value in self.values(name)] or [False], np.bool_)
        return np.asarray(table[self.codes(name)])


@dataclass(frozen=True, eq=False)
class Test:
    """A condition on a case at a moment, in both worlds; ``parts`` says that it is made of others."""

    q: Callable[[datetime], Q]
    mask: Callable[[View], Mask]
    parts: bool = False

    def __and__(self, other: Test) -> Test:
        return Test(
            lambda at: self.q(at) & other.q(at), lambda view: view.holds(self) & view.holds(other), parts=True
        )

    def __or__(self, other: Test) -> Test:
        return Test(
            lambda at: self.q(at) | other.q(at), lambda view: view.holds(self) | view.holds(other), parts=True
        )

    def __invert__(self) -> Test:
        return Test(lambda at: ~self.q(at), lambda view: ~view.holds(self), parts=True)


def _sure(condition: Q) -> Q:
    """The condition with “not known” told as no, so that its opposite is what is left."""
    return Q(Coalesce(ExpressionWrapper(condition, output_field=BooleanField()), Value(False)))


def one_of(name: str, values: Sequence[str] | frozenset[str]) -> Test:
    """A text among some."""
    wanted = frozenset(values)
    return Test(
        lambda at: _sure(Q(**{f"{TEXTS[name]}__in": sorted(wanted)})),
        lambda view: view.where(name, wanted.__contains__),
    )


def has(name: str) -> Test:
    """A moment that has come."""
    return Test(lambda at: Q(**{f"{name}__isnull": False}), lambda view: view.moment(name) != MISSING)


def in_time(done: str, due: str) -> Test:
    """Done, and not after its date."""

    def mask(view: View) -> Mask:
        first, last = view.moment(done), view.moment(due)
        return np.asarray((first != MISSING) & (last != MISSING) & (first <= last))

    return Test(lambda at: _sure(Q(**{f"{done}__lte": F(due)})), mask)


def between(
    name: str, first: Callable[[datetime], datetime] | None, after: Callable[[datetime], datetime] | None
) -> Test:
    """A moment from one (inclusive) to another (exclusive); an open end is None."""

    def q(at: datetime) -> Q:
        bounds = ({f"{name}__gte": first(at)} if first else {}) | (
            {f"{name}__lt": after(at)} if after else {}
        )
        return _sure(Q(**{f"{name}__isnull": False}, **bounds))

    def mask(view: View) -> Mask:
        held = view.moment(name)
        found = held != MISSING
        if first:
            found &= held >= _micro(first(view.at))
        return np.asarray(found & (held < _micro(after(view.at))) if after else found)

    return Test(q, mask)


def _micro(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def at_least(name: str, least: Callable[[datetime], int]) -> Test:
    """A whole number of at least so much; where none is filled in it is not."""

    def mask(view: View) -> Mask:
        bound = least(view.at) * 1000
        return view.where(name, lambda value: value != MISSING and value >= bound)

    return Test(lambda at: _sure(Q(**{f"{name}__gte": least(at)})), mask)


def yes(name: str) -> Test:
    """A flag that is set."""
    return Test(lambda at: _sure(Q(**{name: True})), lambda view: view.where(name, lambda value: value == 1))


def among(rows: Callable[[], QuerySet[Any, Any]]) -> Test:
    """Cases with such a row in another table, which holds their ids."""

    def mask(view: View) -> Mask:
        return np.isin(view.ids, ids_found(*rows().query.sql_with_params()))

    return Test(lambda at: Q(pk__in=rows()), mask)


def risen_to(depth: int) -> Test:
    """Risen, while overdue, from its unit to the level of so many codes of the tree, or above (see ``rules.next_step``)."""
    level = Length("lead__path") - Length(Replace("lead__path", Value("/"), Value("")))

    def mask(view: View) -> Mask:
        levels = np.array([text.count("/") for text in view.values("lead")] or [0], np.int64)[
            view.codes("lead")
        ]
        steps = np.array(
            [0 if v == MISSING else v // 1000 for v in view.values("escalation")] or [0], np.int64
        )
        taken = steps[view.codes("escalation")]
        return np.asarray((levels > 0) & (taken > 0) & (taken >= levels - depth + 1))

    q = Q(lead__isnull=False, escalation__gt=0) & Q(escalation__gte=level - depth + 1)
    return Test(lambda at: _sure(q), mask) & OVERDUE


NOTHING = Test(lambda at: Q(pk__in=[]), lambda view: np.zeros(len(view), np.bool_))
"""A condition that holds for no case."""


def now(at: datetime) -> datetime:
    """The moment of asking."""
    return at


def risk_until(at: datetime) -> datetime:
    """The moment until which a date counts as near."""
    hours = int(norm("cases.at_risk.hours", on=timezone.localdate(at)).amount())
    return worktime.add(at, hours, worktime.Unit("working_hour"), calendar_for("")).at


OPEN = one_of("state", states.OPEN_STATES)
RUNNING = one_of("state", states.WITH_UNIT)
OVERDUE = RUNNING & between("due_at", None, now)
AT_RISK = RUNNING & between("due_at", now, risk_until)
DISPATCHED = has("dispatched_at")
CLOSED = one_of("state", [states.CLOSED])

MEASURES: dict[str, tuple[Any, Test]] = {
    "open": (_("在办"), OPEN),
    "overdue": (_("逾期"), OVERDUE),
    "at_risk": (_("临期"), AT_RISK),
    "paused": (_("暂停计时"), one_of("state", [states.PAUSED])),
    "objected": (_("异议待裁"), one_of("state", [states.OBJECTED])),
    "supervised": (_("在办督办"), OPEN & yes("supervised")),
    "urgent_open": (_("在办紧急"), OPEN & one_of("urgency", ["urgent", "critical"])),
    "urgent": (_("紧急，不含注销"), one_of("urgency", ["urgent", "critical"]) & ~one_of("state", [states.VOIDED])),
    "voided": (_("已注销"), one_of("state", [states.VOIDED])),
    "merged": (_("已并案"), one_of("state", [states.MERGED])),
    "dispatched": (_("已派遣"), DISPATCHED),
    "closed": (_("已结案"), CLOSED),
    "returned": (_("退回过"), at_least("return_count", lambda at: 1)),
    "reopened": (_("重新办理过"), at_least("reopen_count", lambda at: 1)),
    "called_back": (_("有效回访"), at_least("satisfied", lambda at: 1)),
    "automatic": (_("自动派遣"), DISPATCHED & among(lambda: Assignment.objects.filter(automatic=True, is_lead=True).values_list("case_id", flat=True))),
    "extended": (_("批准延期"), among(lambda: Extension.objects.filter(granted=True, kind="extend").values_list("case_id", flat=True))),
    "lettered": (_("已复函"), among(lambda: Proposal.objects.filter(lettered_at__isnull=False).values_list("case_id", flat=True))),
    **{f"risen.{depth}": (_("超期升级到本级"), risen_to(depth)) for depth in range(1, 5)},
}  # fmt: skip
"""Conditions that a figure counts by itself; those of the rates are added by ``rates``."""


def condition(words: Any, test: Test) -> Condition:
    """A test as a named condition of a register."""
    return Condition(words, test.q, lambda columns, at: test.mask(View(columns, at)))


class Hidden(Conditions):
    """A filter that is not offered: it stands in the address of a link, and is shown when it is chosen."""

    template = "cases/_parts/measures.html"

    def choices(self, ask: Any) -> Sequence[str]:
        """None is counted: there are too many of them to count on every page."""
        return ()

    def facet(self, counts: Mapping[str, int], chosen: Sequence[str], actor: Actor) -> Facet:
        """Only what is chosen."""
        whole = super().facet(counts, chosen, actor)
        return type(whole)(self, tuple(option for option in whole.options if option.chosen))


class MeasureFilter(Hidden):
    """What a figure counted, as a filter of the list behind it."""

    def __init__(self, measures: Mapping[str, tuple[Any, Test]]) -> None:
        conditions = {name: condition(words, test) for name, (words, test) in measures.items()}
        super().__init__("measure", _("统计口径"), conditions, columns=LOADS)
