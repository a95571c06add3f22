"""What the system's own records hold of each unit: forms and their cells, tasks, certificates. Numbers only leave here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Sum
from django.utils import timezone

from linli.assessment.rules import Period
from linli.cases.models import Case
from linli.duties.models import Category, SealUse
from linli.duties.queries.categories import categories
from linli.duties.queries.lines import LINES, forbids
from linli.duties.queries.routing import catalogue
from linli.kernel.privacy.context import declare_door, door
from linli.kernel.registers.kit import register_url
from linli.returns.models import Return
from linli.returns.queries.fields import NUMBER
from linli.territory.queries.units import Node, tree

COUNTING = declare_door("减负计量", "数各社区的报表、任务和用印各有多少，只得到数量，不读出内容")

Recorded = Counter[tuple[int, int | None, str]]
"""(unit, department that asks or None, kind) to the number."""

LEVELS = ("community", "street")
OWN_LISTS = ("own", "assist", "basic", "cooperate")
"""Lists whose lines name a matter as the community's or street's to do or to help with."""

COMMUNITY, ITEM = "community", "item"
"""Who leads, and the kind of a line of the item catalogue, as the lists write them."""

CERTIFICATE = "证明"
"""A line of the uses of seals is about certificates when its name says so."""


def recorded(period: Period, path: str = "") -> Recorded:
    """Everything that is recorded in a period of the units below a path, or of all."""
    with door(COUNTING):
        found: Recorded = Counter()
        for part in (
            _forms(period, path),
            _lists(period, path),
            _tasks(period, path),
            _certificates(period, path),
        ):
            found.update(part)
    return found


# --- Returns ------------------------------------------------------------------------------------------------------------

FORMS = """
    SELECT r.unit_id, f.owner_id, count(*),
        sum(r.asked + (SELECT count(*) FROM jsonb_object_keys(r.given) AS given (place) WHERE NOT r.known ? given.place)),
        sum((SELECT count(*) FROM jsonb_object_keys(r.known)))
    FROM returns_return r JOIN returns_round p ON p.id = r.round_id JOIN returns_form f ON f.id = p.form_id
    WHERE p.due_on BETWEEN %s AND %s AND starts_with(r.path, %s)
    GROUP BY r.unit_id, f.owner_id
"""


def _forms(period: Period, path: str) -> Recorded:
    """Returns whose last day lies in the period: how many, cells that people are asked, cells that the system filled."""
    found: Recorded = Counter()
    with connection.cursor() as cursor:
        cursor.execute(FORMS, [period.first, period.last, path])
        for unit, owner, forms, cells, known in cursor.fetchall():
            found.update(
                {
                    (unit, owner, "form"): forms,
                    (unit, owner, "cell"): int(cells),
                    (unit, owner, "known"): int(known),
                }
            )
    return found


def _lists(period: Period, path: str) -> Recorded:
    """Of lists of records what stands in their rows; their labels and the cells still open are counted with the forms.

    Rows are sealed: a column that nothing fills is asked in each row, all other cells are filled by the system.
    """
    rows = (
        Return.objects.filter(
            round__due_on__range=(period.first, period.last),
            path__startswith=path,
            round__template__layout__has_key="columns",
        )
        .order_by()
        .values_list(
            "unit",
            "round__form__owner",
            "round__template__layout__columns",
            "round__template__listing__columns",
        )
        .annotate(rows=Count("lines"), open=Sum("lines__open"))
    )
    found: Recorded = Counter()
    for unit, owner, columns, filled, number, still_open in rows:
        bound = filled or {}
        told = [each["place"] for each in columns if bound.get(each["place"]) != NUMBER]
        asked = number * sum(place not in bound for place in told)
        answered = max(0, asked - (still_open or 0))
        found[unit, owner, "cell"] += answered
        found[unit, owner, "known"] += max(0, number * len(told) - answered - (still_open or 0))
    return found


# --- Cases --------------------------------------------------------------------------------------------------------------


def day_span(period: Period) -> tuple[datetime, datetime]:
    """The moments at which a period begins and is over."""
    zone = timezone.get_current_timezone()
    first = datetime.combine(period.first, time(), zone)
    return first, datetime.combine(period.last + timedelta(days=1), time(), zone)


def _tasks(period: Period, path: str) -> Recorded:
    """Cases received in the period that a community or street has, by whether a list names their matter."""
    first, after = day_span(period)
    rows = (
        Case.objects.filter(received_at__gte=first, received_at__lt=after, lead__path__startswith=path)
        .exclude(state="merged")
        .exclude(lead__kind="department")
        .order_by()
        .values_list("lead", "category")
        .annotate(number=Count("pk"))
    )
    found: Recorded = Counter()
    listed = Listed(period.last)
    levels = tree().by_id
    for unit, category, number in rows:
        node = levels.get(unit)
        if node is not None and node.level in LEVELS:
            found[unit, None, "task" if listed.names(category) else "unlisted"] += number
    return found


class Listed:
    """Which matters the lists of a day give to communities and streets: by the dispatch catalogue, an item or a line of a list."""

    def __init__(self, on: date) -> None:
        self.on = on
        by_entry = {e.category for e in catalogue().entries if e.lead == COMMUNITY and e.holds_on(on)}
        by_line = {
            line.category
            for line in LINES.get().tied
            if line.holds_on(on) and (line.kind in OWN_LISTS or line.kind == ITEM and line.lead == COMMUNITY)
        }
        self.codes = by_entry | by_line
        self._known: dict[int, bool] = {}

    def names(self, category_id: int | None) -> bool:
        """Whether a list names the matter of a category, and none forbids it."""
        category = categories().by_id.get(category_id) if category_id is not None else None
        if category is None:
            return False
        if category.pk not in self._known:
            self._known[category.pk] = self._names(category)
        return self._known[category.pk]

    def _names(self, category: Category) -> bool:
        path = category.path.strip("/").split("/")
        return any(code in self.codes for code in path) and not forbids(category, self.on)


def unlisted_categories(period: Period, path: str) -> list[str]:
    """The codes of the categories of the cases that no list names, of the units below a path."""
    first, after = day_span(period)
    with door(COUNTING):
        rows = Case.objects.filter(received_at__gte=first, received_at__lt=after, lead__path=path).exclude(
            state="merged"
        )
        ids = set(rows.order_by().values_list("category", flat=True))
    listed, known = Listed(period.last), categories().by_id
    return sorted(known[pk].code for pk in ids if pk is not None and not listed.names(pk))


# --- Seals --------------------------------------------------------------------------------------------------------------


def _certificates(period: Period, path: str) -> Recorded:
    """Uses of a seal for a certificate."""
    rows = (
        SealUse.objects.filter(
            used_on__range=(period.first, period.last),
            path__startswith=path,
            entry__name__contains=CERTIFICATE,
        )
        .order_by()
        .values_list("unit")
        .annotate(number=Count("pk"))
    )
    return Counter({(unit, None, "certificate"): number for unit, number in rows})


# --- The records behind a number ----------------------------------------------------------------------------------------


def records_url(kind: str, unit: Node, period: Period) -> str:
    """The list with the records behind a recorded number of a unit; empty where nothing is recorded of the kind."""
    if kind in {"form", "cell", "known"}:
        return register_url("returns", area=[unit.code], due_on=[period.value])
    if kind == "task":
        return register_url("cases", lead=[unit.code], received_at=[period.value])
    if kind == "unlisted":
        codes = unlisted_categories(period, unit.path)
        return (
            register_url("cases", lead=[unit.code], received_at=[period.value], category=codes)
            if codes
            else ""
        )
    if kind == "certificate":
        return register_url("seal_uses", unit=[unit.name], used_on=[period.value])
    return ""


def by_kind(
    found: Mapping[tuple[int, int | None, str], int], units: Iterable[int] | None = None
) -> Counter[str]:
    """The numbers by kind alone, of all units or of some."""
    within = None if units is None else set(units)
    total: Counter[str] = Counter()
    for (unit, _owner, kind), number in found.items():
        if within is None or unit in within:
            total[kind] += number
    return total
