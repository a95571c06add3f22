"""The meter: counts of every community in a period, their minutes by the published rates, and the sums of streets, the county and departments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from time import monotonic

from django.db.models import Max, Sum

from linli.algorithms.burden import NOTHING, Estimate, Line, Range, total
from linli.assessment.models import Count, SelfReport
from linli.assessment.rules import (
    METERED,
    PEOPLE,
    ROLES,
    Period,
    measured,
    minutes_of,
    of_one_person,
    of_report,
    read_report,
    saved_by_filling,
)
from linli.duties.queries.gate import rates, refusals_by_unit
from linli.kernel.norms.freshness import Fresh
from linli.kernel.norms.queries import NORMS, norm
from linli.kernel.norms.rules import NormValue
from linli.territory.queries.units import Node, tree


@dataclass(frozen=True)
class Rate:
    """Minutes of one of a kind, with the norm that says so."""

    norm: NormValue
    minutes: Range


def rates_on(day: date) -> dict[str, Rate]:
    """The published minutes of every kind that hold on a day in the county."""
    return {kind: Rate(value, Range.of(value.amount())) for kind, value in rates(day).items()}


@dataclass(frozen=True)
class Told:
    """A self-report that counts for a period; ``year`` is the one it was told for, which may be an earlier one."""

    id: int
    year: int
    figures: Mapping[str, Range]


@dataclass(frozen=True)
class Row:
    """One unit, or several together: its counts by kind, its minutes, how many of its communities have told, and how many tasks it refused."""

    node: Node
    counts: Mapping[str, Range]
    estimate: Estimate
    communities: int
    told: int
    refused: int = 0
    is_own: bool = False

    @property
    def lines(self) -> dict[str, Line]:
        """The lines of the estimate by kind."""
        return {line.kind: line for line in self.estimate.lines}


class Meter:
    """The meter of a period as it stands on a day."""

    def __init__(self, period: Period, today: date) -> None:
        self.period, self.today = period, today
        self.day = min(period.last, today)
        self.share = period.share(today)
        self.rates = rates_on(self.day)
        self.minutes = {kind: rate.minutes for kind, rate in self.rates.items()}
        self._counts: dict[int, dict[str, Range]] = {}
        self._rows: dict[tuple[int, bool], Row] = {}

    @cached_property
    def counted_at(self) -> datetime | None:
        """When the records were counted; nothing where they never were."""
        found: datetime | None = Count.objects.filter(period=self.period.name).aggregate(
            at=Max("counted_at")
        )["at"]
        return found

    @cached_property
    def recorded(self) -> dict[int, Counter[str]]:
        """What the records hold, by unit and kind."""
        found: dict[int, Counter[str]] = defaultdict(Counter)
        rows = (
            Count.objects.filter(period=self.period.name)
            .order_by()
            .values_list("unit", "kind")
            .annotate(number=Sum("number"))
        )
        for unit, kind, number in rows:
            found[unit][kind] = number
        return found

    @cached_property
    def told(self) -> dict[int, Told]:
        """The self-report of each community that counts: that of the year, else the latest one before it."""
        rows = SelfReport.objects.standing().filter(year__lte=self.period.year).order_by("year")
        return {row.unit_id: Told(row.pk, row.year, read_report(row.figures)) for row in rows}

    def recorded_of(self, unit_id: int) -> Counter[str]:
        """What the records hold of one unit."""
        return self.recorded.get(unit_id, Counter())

    @cached_property
    def refused(self) -> Counter[str]:
        """How many tasks outside the lists each community or street (its path) refused in the period."""
        return refusals_by_unit(self.period.first, self.day)

    def counts_of(self, unit_id: int) -> dict[str, Range]:
        """The counts of one unit, kept: a page asks for a unit in its own row and in each sum above it."""
        if unit_id not in self._counts:
            self._counts[unit_id] = self._counted(unit_id)
        return self._counts[unit_id]

    def _counted(self, unit_id: int) -> dict[str, Range]:
        told = self.told.get(unit_id)
        return measured(self.recorded_of(unit_id), of_report(told.figures) if told else {}, self.share)

    def row(self, node: Node, *, is_own: bool = False) -> Row:
        """A unit: of a street or the county everything below it, unless only its own is asked for."""
        if (node.id, is_own) not in self._rows:
            self._rows[node.id, is_own] = self._row(node, is_own)
        return self._rows[node.id, is_own]

    def _row(self, node: Node, is_own: bool) -> Row:
        below = [node] if is_own or node.level == "community" else tree().below(node.path)
        units = [unit for unit in below if unit.level in {"community", "street"}]
        communities = [unit for unit in units if unit.level == "community"]
        told = sum(unit.id in self.told for unit in communities)
        counts = (
            self.counts_of(units[0].id)
            if len(units) == 1
            else together(self.counts_of(unit.id) for unit in units)
        )
        refused = sum(self.refused[unit.path] for unit in units)
        minutes = minutes_of(counts, self.minutes, self.share)
        return Row(node, counts, minutes, len(communities), told, refused, is_own)

    def rows_below(self, node: Node, *, by: str = "") -> list[Row]:
        """What a place is made of, in the order of codes, never by how much: streets of the county, communities of a street, or with
        ``by="community"`` all communities. A street's own forms are a row of its own."""
        if by == "community":
            found = [unit for unit in tree().below(node.path) if unit.level == "community"]
        else:
            found = [
                unit
                for unit in tree().below(node.path)
                if unit.level == ("community" if node.level == "street" else "street")
            ]
        rows = [self.row(unit) for unit in found]
        own = (
            [self.row(node, is_own=True)]
            if node.level == "street" and any(self.recorded_of(node.id).values())
            else []
        )
        return own + rows

    # --- Roles ----------------------------------------------------------------------------------------------------------

    def roles(self, node: Node) -> list[RoleRow]:
        """What one person of each role has, over the communities below a place that told; kept back where too few did."""
        ids = {unit.id for unit in tree().below(node.path)}
        least = int(norm("assessment.roles.least", on=self.day).amount())
        reports = [told.figures for unit, told in self.told.items() if unit in ids]
        return [found for role in ROLES if (found := role_row(role, reports, least)) is not None]

    # --- Departments ----------------------------------------------------------------------------------------------------

    def departments(self, node: Node | None = None) -> list[DepartmentRow]:
        """What each department asks of the units below a place, and what its filled columns save; in the order of their codes."""
        rows = Count.objects.filter(period=self.period.name, owner__isnull=False)
        rows = rows.filter(path__startswith=node.path) if node is not None else rows
        found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for code, name, kind, number in (
            rows.order_by().values_list("owner__code", "owner__name", "kind").annotate(n=Sum("number"))
        ):
            found[code, name][kind] = number
        return [self._department(code, name, numbers) for (code, name), numbers in sorted(found.items())]

    def _department(self, code: str, name: str, numbers: Mapping[str, int]) -> DepartmentRow:
        counts = {kind: Range.of(number) for kind, number in numbers.items()}
        saved = saved_by_filling(numbers.get("known", 0), self.minutes)
        return DepartmentRow(code, name, counts, minutes_of(counts, self.minutes, self.share), saved)

    def of_unit(self, unit_id: int, kind: str) -> list[tuple[str, int]]:
        """Of one unit and kind how much each department asks; what no department is named for comes last, without a name."""
        rows = Count.objects.filter(period=self.period.name, unit=unit_id, kind=kind, number__gt=0)
        pairs = rows.order_by("owner__code").values_list("owner__name", "number")
        return sorted(((name or "", number) for name, number in pairs), key=lambda pair: not pair[0])


@dataclass
class Meters:
    """Meters as they were at most a minute ago: what they tell is the same for everybody, and adding up a district takes half a second."""

    held: dict[tuple[str, date], tuple[float, object, object, Meter]] = field(default_factory=dict)

    def get(self, period: Period, today: date) -> Meter:
        """The meter of a period; a new one where norms or units have changed since."""
        norms, units = NORMS.get(), tree()
        found = self.held.get((period.name, today))
        if (
            found is not None
            and monotonic() - found[0] < KEPT_SECONDS
            and found[1] is norms
            and found[2] is units
        ):
            return found[3]
        meter = Meter(period, today)
        self.held[period.name, today] = (monotonic(), norms, units, meter)
        return meter


KEPT_SECONDS = 60

METERS: Fresh[Meters] = Fresh("assessment.meters", Meters)
"""Commands that count or take a self-report say that it changed."""


def meter_of(period: Period, today: date) -> Meter:
    """The meter of a period as it stands on a day; refusals at the gate may be a minute late."""
    return METERS.get().get(period, today)


@dataclass(frozen=True)
class RoleRow:
    """One person of a role: the spread of each kind over the communities that told; ``counts`` empty where too few did."""

    role: str
    told: int
    people: Range
    counts: Mapping[str, Range]


@dataclass(frozen=True)
class DepartmentRow:
    """What a department asks, what it takes, and what is saved because the system fills its columns."""

    code: str
    name: str
    counts: Mapping[str, Range]
    estimate: Estimate
    saved: Line


def together(parts: Iterable[Mapping[str, Range]]) -> dict[str, Range]:
    """The counts of several units added up; a kind that none of them has is not there."""
    gathered: dict[str, list[Range]] = defaultdict(list)
    for counts in parts:
        for kind, count in counts.items():
            gathered[kind].append(count)
    return {kind: total(gathered[kind]) for kind in METERED if kind in gathered}


def role_row(role: str, reports: Sequence[Mapping[str, Range]], least: int) -> RoleRow | None:
    """One role over several reports: of each kind the least, the mean and the most; nothing where nobody told of the role."""
    told = [one for report in reports if (one := of_one_person(report, role))]
    if not told:
        return None
    people = total(one.get(PEOPLE, NOTHING) for one in told)
    if len(told) < least:
        return RoleRow(role, len(told), people, {})
    counts = {}
    for kind in METERED:
        having = [one[kind] for one in told if kind in one]
        if len(having) >= least:
            mean = sum((each.likely for each in having), Fraction(0)) / len(having)
            counts[kind] = Range(min(each.low for each in having), mean, max(each.high for each in having))
    return RoleRow(role, len(told), people, counts)
