"""What every page of this room needs: the right to look, the place, the period, figures in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.algorithms.burden import KINDS, Line, Range
from linli.algorithms.text.sentences import said
from linli.assessment import policy
from linli.assessment.rules import Period, period_named, periods_at
from linli.kernel.audit.actor import Actor
from linli.territory.queries.units import Node, top_node, tree

SHOWN_LEVELS = ("community", "street", "county", "root", "city")


def actor_of(request: HttpRequest, verb: str = "burden.view") -> Actor:
    """Who looks, if they may."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    policy.require(by, verb)
    return by


def node_or_404(code: str) -> Node:
    """A community, a street or the county in force."""
    node = tree().by_code.get(code)
    if node is None or node.kind == "department" or node.level in {"group", "grid", "micro"}:
        raise Http404
    return node


def own_place(by: Actor) -> Node:
    """The community, street or county that an actor looks after; of a grid its community; who looks after none looks at the county."""
    for node in reversed(tree().ancestors(by.scope)):
        if node.kind != "department" and node.level not in {"group", "grid", "micro"}:
            return node
    return top_node()


def asked_period(request: HttpRequest, today: date) -> Period:
    """The period that the address names, if it has begun; else this year."""
    offered = periods_at(today)
    found = period_named(request.GET.get("period", ""))
    return found if found is not None and found.first <= today else offered[0]


def period_words(period: Period) -> str:
    """2026年, 2026年第4季度."""
    if period.is_year:
        return _("%(year)d年") % {"year": period.year}
    return _("%(year)d年第%(quarter)s季度") % {"year": period.year, "quarter": period.name[-1]}


def offered_periods(today: date, chosen: Period) -> dict[str, list[tuple[str, str, bool]]]:
    """The years that can be looked at, and the quarters of the chosen one: (name, words, whether it is chosen)."""
    offered = [
        (period, (period.name, period_words(period), period == chosen)) for period in periods_at(today)
    ]
    return {
        "years": [entry for period, entry in offered if period.is_year],
        "quarters": [entry for period, entry in offered if not period.is_year and period.year == chosen.year],
    }


# --- Figures in words ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A figure as pages write it: the likely one, and from the least to the most where it is an estimate."""

    likely: str
    spread: str = ""


def rounded(value: Fraction, digits: int = 0) -> str:
    """Half up, with the thousands apart."""
    scaled = (abs(value) * 10**digits + Fraction(1, 2)).__floor__()
    whole, rest = divmod(scaled, 10**digits)
    sign = "−" if value < 0 and scaled else ""
    return f"{sign}{whole:,}.{rest:0{digits}d}" if digits and rest else f"{sign}{whole:,}"


def shown(figure: Range | None, digits: int = 0) -> Shown | None:
    """A count or minutes."""
    if figure is None:
        return None
    low, likely, high = (rounded(value, digits) for value in (figure.low, figure.likely, figure.high))
    return Shown(likely, "" if low == high else f"{low}–{high}")


def in_hours(minutes: Range) -> Shown:
    """Minutes as hours; below ten with a tenth."""
    hours = minutes * Range.of(Fraction(1, 60))
    found = shown(hours, 1 if hours.high < 10 else 0)
    assert found is not None
    return found


SHORT = {
    "form": gettext_lazy("报表"), "cell": gettext_lazy("手工填写"), "known": gettext_lazy("系统代填"), "material": gettext_lazy("材料"),
    "task": gettext_lazy("清单内任务"), "unlisted": gettext_lazy("清单外任务"), "certificate": gettext_lazy("证明"),
    "inspection": gettext_lazy("检查考核"), "meeting": gettext_lazy("会议"), "group": gettext_lazy("工作群"), "app": gettext_lazy("应用"),
    "account": gettext_lazy("账号"), "signboard": gettext_lazy("挂牌"),
}  # fmt: skip
"""What kinds are called at the head of a column."""


def kind_words(kind: str) -> str:
    """What a kind is called."""
    return said(KINDS[kind].name)


def unit_words(kind: str) -> str:
    """In what a kind is counted."""
    return said(KINDS[kind].unit)


def line_shown(line: Line, rate: Range) -> dict[str, Any]:
    """A line of the formula; ``rate`` as the norm says it, of what stands all the year minutes a year."""
    kind = KINDS[line.kind]
    return {
        "kind": line.kind, "label": kind_words(line.kind), "unit": unit_words(line.kind), "standing": kind.standing,
        "count": shown(line.count), "rate": shown(rate, 2), "minutes": shown(line.minutes), "hours": in_hours(line.minutes),
    }  # fmt: skip


def page(by: Actor, title: Any, *crumbs: tuple[Any, str], tab: str = "", **more: Any) -> dict[str, Any]:
    """The context that every page takes, with the tabs of this room."""
    tabs = [
        ("meter", _("计量"), reverse("assessment:meter")),
        ("departments", _("按部门"), reverse("assessment:departments")),
        ("saved", _("减了多少"), reverse("assessment:saved")),
        ("formula", _("算法"), reverse("assessment:formula")),
        ("reports", _("自报"), reverse("assessment:reports")),
        ("suggestions", _("建议"), reverse("assessment:suggestions")),
        ("check", _("自查"), reverse("assessment:check")),
    ]
    trail = [{"label": label, "url": url} for label, url in crumbs]
    return {
        "title": title,
        "crumbs": trail,
        "tabs": tabs,
        "tab": tab,
        "may_keep": by.may("burden.keep"),
        **more,
    }
