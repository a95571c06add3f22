"""The report of a place beside the live records, and the list of what the reports describe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from linli.insight.claims import Result, contradictions, run_checks
from linli.insight.outline import Mechanism, coverage_counts, load_coverage
from linli.insight.places import Figure, Place, load_places
from linli.insight.queries.facts import Facts
from linli.insight.queries.held import Held

PLACES = load_places()
MECHANISMS = load_coverage()
COMPARED = {
    ("511724", "communities"): ("communities_count", ""),
    ("420923", "communities"): ("communities_count", _("报告只计24个社区，现为全县社区")),
    ("330421", "communities"): ("communities_count", _("报告只计魏塘、罗星、惠民三街道，现为全县社区")),
    ("330421", "compounds"): ("compounds_count", _("报告只计主城三街道的小区")),
    ("520103", "towns"): ("towns_count", _("报告为黔灵镇")),
    ("520103", "reform_offices"): ("streets_count", _("报告为撤销的街道办事处数，现为街道数")),
}
"""Figures of a report that the live records can be held against: the live figure, and what differs in what is counted."""


@dataclass(frozen=True)
class Side:
    """A figure of the report, and the live one where they can be compared."""

    figure: Figure
    live: Held | None = None
    live_key: str = ""
    caution: object = ""


@dataclass(frozen=True)
class Reported:
    """A place with its report: figures, checks and terms."""

    place: Place
    sides: Sequence[Side]
    results: Sequence[Result]
    is_own: bool

    @property
    def flagged(self) -> list[Result]:
        """The checks at which an official should look."""
        return [result for result in self.results if result.flagged]


def place_of(code: str) -> Place | None:
    """The place of a division code, or of the city or county that this installation serves."""
    wanted = code or settings.DISTRICT
    return next((place for place in PLACES if place.code == wanted), None)


def reported(place: Place, live: Facts | None) -> Reported:
    """The report of a place; ``live`` are the live figures, for the place that this installation serves."""
    sides = []
    for figure in place.figures.values():
        key, caution = COMPARED.get((place.code, figure.key), ("", ""))
        held = live.held.get(key) if live and key else None
        sides.append(Side(figure, held, key, caution) if held and held.text else Side(figure))
    return Reported(place, sides, run_checks(place, PLACES), live is not None)


def traps() -> Sequence[Result]:
    """The contradictions T1 to T8 of all reports."""
    return contradictions(PLACES)


@dataclass(frozen=True)
class Listed:
    """The coverage list, narrowed: the mechanisms, how many are in each state, and of how many."""

    mechanisms: Sequence[Mechanism]
    counts: dict[str, int]
    total: int


def mechanisms(sources: Sequence[str], states: Sequence[str]) -> Listed:
    """The mechanisms of some sources and states; the counts are those of the sources alone."""
    of_source = tuple(m for m in MECHANISMS if not sources or set(sources) & set(m.source))
    shown = [m for m in of_source if not states or m.state in states]
    return Listed(shown, coverage_counts(of_source), len(of_source))
