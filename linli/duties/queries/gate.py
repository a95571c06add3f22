"""Reading the gate: what is asked of whom and what it weighs, what passes on a day, and what a refusal cites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.algorithms import burden, worktime
from linli.algorithms.text.sentences import said
from linli.duties import states
from linli.duties.models import Application, Bypass, Category, Refusal
from linli.duties.queries.lines import LINES, cite
from linli.duties.queries.routing import lead_words, route
from linli.duties.rules import PLACE_LEADS, gate, matter
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.norms.freshness import Fresh
from linli.kernel.norms.queries import norm
from linli.kernel.norms.rules import NormValue
from linli.territory.queries.units import Node, root_node, tree

RATE = "duties.burden.minutes."
"""Norms of the minutes of each kind of burden, by the codes of ``algorithms.burden.KINDS``."""


def days_of(name: str, on: date, place: str = "") -> int:
    """A number of days of the gate by its norm: ``days_of("gate.ahead", today)``."""
    return int(norm(f"duties.{name}", on=on, place=place).amount())


def gate_opens(on: date) -> date:
    """From when a newly permitted form has to pass the gate; what was permitted before is old stock 存量."""
    return date.fromisoformat(str(norm("duties.gate.opens_on", on=on).value))


# --- Whom it concerns, and what it weighs -----------------------------------------------------------------------------------


def communities_of(places: Iterable[str]) -> list[Node]:
    """The communities that lie in places, each once."""
    wanted = tuple(places)
    return (
        [node for node in tree().nodes if node.level == "community" and node.path.startswith(wanted)]
        if wanted
        else []
    )


def concerned(places: Iterable[str]) -> list[Node]:
    """The communities that lie in places, and the streets that they belong to."""
    communities = communities_of(places)
    streets = {
        above.path for node in communities for above in tree().ancestors(node.path) if above.level == "street"
    }
    return [node for node in tree().nodes if node.path in streets or node in communities]


def place_words(places: Sequence[str]) -> str:
    """Places as people say them: 全区, or the names of streets and communities."""
    root = root_node()
    if root is not None and root.path in places:
        return _("%(county)s全部社区") % {"county": root.name}
    names = [tree().ancestors(path)[-1].name for path in places if tree().ancestors(path)]
    return "、".join(names)


def rates(on: date) -> dict[str, NormValue]:
    """The norm that says the minutes of each kind, as it holds in the county on a day."""
    root = root_node()
    return {kind: norm(RATE + kind, on=on, place=root.path if root else "") for kind in burden.KINDS}


def estimate_of(row: Application, on: date) -> burden.Estimate:
    """What an application would cost one community in a year, in minutes, line by line, by the published formula."""
    minutes = {kind: burden.Range.of(rate.amount()) for kind, rate in rates(on).items()}
    asked = gate.asked_in_a_year(row.brings, row.often, (row.ends_on - row.starts_on).days + 1)
    return burden.estimate(asked, minutes)


def kept_estimate(row: Application, on: date) -> dict[str, Any]:
    """The estimate as an application keeps it: how many communities, minutes of one in a year, and the lines; numbers as [low, likely, high]."""
    found = estimate_of(row, on)
    return {
        "on": f"{on:%Y-%m-%d}", "units": len(communities_of(row.places)), "minutes": _three(found.minutes),
        "lines": [
            {"kind": line.kind, "count": _three(line.count), "rate": _three(line.rate), "minutes": _three(line.minutes)}
            for line in found.lines
        ],
    }  # fmt: skip


def _three(value: burden.Range) -> list[float]:
    return [round(float(each), 2) for each in (value.low, value.likely, value.high)]


# --- The columns of a form that it would bring --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """Of the columns of a form which are known to the system, and which permitted forms ask for some of them already."""

    known: Sequence[str] = ()
    forms: Mapping[str, Sequence[str]] | None = None


LOOKING: list[Callable[[Sequence[str]], Asked]] = []
"""A higher room that knows the dictionary puts its look at the columns of a form here."""


def asked_already(headings: Sequence[str]) -> Asked:
    """What is known of columns; nothing where no room that keeps forms is installed."""
    return LOOKING[0](headings) if LOOKING and headings else Asked()


# --- What passes ------------------------------------------------------------------------------------------------------------


def passes(number: str, on: date) -> bool:
    """Whether the matter of an application or a by-pass may be asked of communities on a day."""
    return (
        Application.objects.in_force(on).filter(number=number).exists()
        or Bypass.objects.in_force(on).filter(number=number).exists()
    )


def admitted_choices(department: str, on: date) -> list[tuple[str, str]]:
    """(number, words) of the applications and by-passes of a department that are in force or will be, for choosing."""
    rows = Application.objects.filter(state__in=states.IN_FORCE, ends_on__gte=on)
    passes = Bypass.objects.filter(ends_on__gte=on)
    if department:
        rows, passes = rows.filter(department__code=department), passes.filter(department__code=department)
    return [
        (number, f"{number} {title}")
        for found in (rows, passes)
        for number, title in found.order_by("number").values_list("number", "title")
    ]


BYPASSES: Fresh[list[Bypass]] = Fresh(
    "duties.bypasses", lambda: list(Bypass.objects.select_related("category"))
)


def let_through(category: Category, on: date, place: str) -> Bypass | None:
    """The by-pass that lets a category through to a place on a day."""
    running = (row for row in BYPASSES.get() if row.starts_on <= on <= row.ends_on)
    return next(
        (
            row
            for row in running
            if row.category
            and category.path.startswith(row.category.path)
            and place.startswith(tuple(row.places))
        ),
        None,
    )


# --- What a refusal cites -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Citation:
    """What decides on a task: whether it may be refused, on which ground, and the words that cite it. ``line`` is the number of the entry."""

    may_refuse: bool
    ground: str
    line: str
    words: str


def citation(
    *,
    category: Category | None,
    words: str,
    department: str,
    place: str,
    on: date,
    is_certain: bool = False,
    facts: Mapping[str, str] | None = None,
) -> Citation:
    """What the lists, the dispatch catalogue and the gate say of a task that a department gave to a place.

    A category that is only guessed from words (not ``is_certain``) may forbid a task, but does not lay it on a community. ``facts`` are those of
    ``rules.FACTS`` that are known.
    """
    passing = _passing(category if is_certain else None, words, place, on)
    if passing is not None:
        until = f"{passing.ends_on:%Y-%m-%d}"
        said_ = _("应急直通 %(number)s 已放行到 %(until)s") % {"number": passing.number, "until": until}
        return Citation(False, "", passing.number, said_)
    path = category.path.strip("/").split("/") if category is not None else []
    found = gate.verdict(LINES.get().all, path, words, on)
    if found.says == "named" and not is_certain:
        found = gate.verdict(LINES.get().all, [], words, on)
    if found.line is not None:
        forbidden = found.says == "forbidden"
        return Citation(forbidden, "forbidden" if forbidden else "", found.line.code, cite(found.line))
    routing = route(category, on=on, **(facts or {})) if category is not None and is_certain else None
    if routing is not None:
        lead = lead_words([routing.lead])[0]
        said_ = _("派单目录第 %(code)s 条由%(lead)s主办") % {"code": routing.entry_code, "lead": lead}
        forbidden = routing.lead not in PLACE_LEADS
        return Citation(forbidden, "forbidden" if forbidden else "", "", said_)
    about = _application_about(category, words, department, on)
    if about is None:
        return Citation(True, "unlisted", "", _("清单中没有条目列明此事，也没有经过准入"))
    if about.is_in_force(on):
        return Citation(
            False,
            "",
            about.number,
            _("准入申请 %(number)s“%(title)s”正在执行") % {"number": about.number, "title": about.title},
        )
    ended = about.state in (*states.IN_FORCE, states.EXITED, states.WITHDRAWN)
    state = said(states.TABLE.state(about.state).label) if not ended else _("已到期或退出")
    cited = _("清单中没有条目列明此事；准入申请 %(number)s“%(title)s”：%(state)s") % {
        "number": about.number, "title": about.title, "state": state,
    }  # fmt: skip
    return Citation(True, "ended" if ended else "unlisted", about.line, cited)


def _passing(category: Category | None, words: str, place: str, on: date) -> Bypass | None:
    """The by-pass that lets a task through: by its category, or because its words name it."""
    if category is not None and (found := let_through(category, on, place)) is not None:
        return found
    asked = matter(words)
    running = (row for row in BYPASSES.get() if row.starts_on <= on <= row.ends_on)
    return next(
        (row for row in running if matter(row.title) in asked and place.startswith(tuple(row.places))), None
    )


def _application_about(
    category: Category | None, words: str, department: str, on: date
) -> Application | None:
    """The latest application of a department about the same matter."""
    rows = Application.objects.filter(department__code=department, made_at__lte=_ends(on)).exclude(
        state__in=(states.DRAFT, states.DROPPED)
    )
    for row in rows.order_by("-made_at"):
        if matter(row.title) in matter(words) or (category is not None and row.category_id == category.pk):
            return row
    return None


def open_refusal(channel: str, about: str, unit: str) -> Refusal | None:
    """The refusal of a unit (its code) that nobody has answered yet, of a case or a return."""
    rows = Refusal.objects.filter(channel=channel, about=about, unit__code=unit, state=states.SENT)
    return rows.order_by("-refused_at").first()


# --- Clocks -------------------------------------------------------------------------------------------------------------------


def decide_clock(applied_at: datetime) -> worktime.Due:
    """By when an application that came at a moment is to be decided, with the reasons of the date."""
    return gate.in_working_days(
        applied_at, days_of("gate.decide", timezone.localdate(applied_at)), calendar_for()
    )


def standing_of(row: Application, at: datetime) -> str:
    """``late`` or ``near`` where the decision on an application is; empty otherwise."""
    if row.state not in states.OPEN:
        return ""
    return gate.standing(at, row.due_at, days_of("gate.warn", timezone.localdate(at)), calendar_for())


# --- For other rooms: what the gate did in a period -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Decided:
    """An application decided in a period: whether it was admitted, how many communities it concerns, and what it weighs for one of them in a
    year, in minutes, as it was estimated when it was sent in."""

    application: Application
    is_admitted: bool
    units: int
    minutes: burden.Range


def decided_between(first: date, last: date) -> list[Decided]:
    """The applications decided in a period, both days counted; what was refused is work that was not made."""
    rows = Application.objects.filter(
        decided_at__gte=_starts(first), decided_at__lte=_ends(last), state__in=states.DECIDED
    )
    return [
        Decided(row, row.state != states.REFUSED, row.burden.get("units", 0), kept_minutes(row))
        for row in rows.select_related("department").order_by("decided_at")
    ]


def kept_minutes(row: Application) -> burden.Range:
    """Minutes a year of one community by the kept estimate."""
    low, likely, high = row.burden.get("minutes", (0, 0, 0))
    return burden.Range.of({"low": low, "likely": likely, "high": high})


def _refused(first: date, last: date) -> Any:
    rows = Refusal.objects.filter(refused_at__gte=_starts(first), refused_at__lte=_ends(last))
    return rows.exclude(state=states.TAKEN_BACK)


def refusals_by_department(first: date, last: date) -> Counter[str]:
    """How many tasks of each department (its code) were refused in a period; what a community took back does not count."""
    return Counter(_refused(first, last).values_list("department__code", flat=True))


def refusals_by_unit(first: date, last: date) -> Counter[str]:
    """How many tasks each community or street (its path) refused in a period: a figure of what it was asked, never of the community."""
    return Counter(_refused(first, last).values_list("path", flat=True))


def bypasses_between(first: date, last: date) -> list[Bypass]:
    """The by-passes that were in force on some day of a period."""
    return list(Bypass.objects.filter(starts_on__lte=last, ends_on__gte=first).select_related("department"))


def _starts(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _ends(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))
