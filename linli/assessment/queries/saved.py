"""Before and after: what each decision saved, with the formula it is reckoned by: forms that ended, matters that the gate kept away, tasks refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone

from linli.algorithms.burden import Estimate, Line, Range, estimate, occasions, total
from linli.assessment.queries.records import COUNTING
from linli.assessment.rules import Period
from linli.duties.models import Refusal
from linli.duties.queries.gate import decided_between
from linli.kernel.audit.models import Event
from linli.kernel.privacy.context import door
from linli.returns.models import Form, QueryAnswer, Return
from linli.returns.queries.similar import known_share
from linli.territory.queries.units import tree


@dataclass(frozen=True)
class Ended:
    """A form that is asked no more: since when and why, and what it took in a year."""

    code: str
    title: str
    owner: str
    since: date
    why: str
    times: Range
    units: int
    asked: int
    known: int
    yearly: Estimate

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("returns:form", args=[self.code])


def ended_forms(period: Period, today: date, minutes: Mapping[str, Range]) -> list[Ended]:
    """Forms whose last day came in the period, ended by decision or by their sunset, in the order of that day."""
    rows = Form.objects.filter(
        valid_to__gte=period.first, valid_to__lte=min(period.last, today)
    ).select_related("owner")
    why = _reasons()
    return [_ended(form, why.get(form.pk, ""), minutes) for form in rows.order_by("valid_to", "code")]


def _reasons() -> dict[int, str]:
    """Why forms were ended, by form; the last word counts."""
    rows = Event.objects.filter(subject_kind="return_form", name="return.form_ended").order_by("id")
    return {pk: note for pk, note in rows.values_list("subject_id", "note") if pk is not None}


def _ended(form: Form, why: str, minutes: Mapping[str, Range]) -> Ended:
    template = form.templates.order_by("-number").defer("content").first()
    share = known_share(template) if template is not None else None
    known = share.known if share else 0
    asked = share.places - known if share else 0
    units = _units(form)
    times = occasions(form.frequency)
    each = Range.of(units) * times
    yearly = estimate(
        {"form": each, "cell": each * Range.of(asked), "known": each * Range.of(known)}, minutes
    )
    return Ended(
        form.code, form.title, form.owner.name, form.valid_to, why, times, units, asked, known, yearly
    )


def _units(form: Form) -> int:
    """How many units filled it the last time; of one that was never asked, those of its level today."""
    with door(COUNTING):
        last = (
            Return.objects.filter(round__form=form)
            .order_by("-round__opened_at")
            .values("round")
            .annotate(n=Count("pk"))
            .values_list("n", flat=True)
        )
        found = last.first()
    return found or sum(node.level == form.level for node in tree().nodes)


def saved_yearly(ended: Sequence[Ended]) -> Range:
    """Minutes a year of all of them."""
    return total(each.yearly.minutes for each in ended)


# --- The gate -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KeptAway:
    """A matter that the gate did not admit: how many communities it would have concerned, and what it would have taken of all in a year."""

    number: str
    title: str
    owner: str
    on: date
    units: int
    each: Range
    yearly: Range

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("duties:application", args=[self.number])


def kept_away(period: Period, today: date) -> list[KeptAway]:
    """The applications refused in a period, by the day of the decision; the minutes are those estimated when they came."""
    found = []
    for each in decided_between(period.first, min(period.last, today)):
        row = each.application
        if each.is_admitted or row.decided_at is None:
            continue
        yearly = Range.of(each.units) * each.minutes
        found.append(
            KeptAway(
                row.number,
                row.title,
                row.department.name,
                timezone.localdate(row.decided_at),
                each.units,
                each.minutes,
                yearly,
            )
        )
    return found


UPHELD = "upheld"
"""The state of a refusal that was found right."""


def refused_tasks(period: Period, today: date, minutes: Mapping[str, Range]) -> dict[str, Line]:
    """Tasks outside the lists that communities refused in a period and that were found right, by department: what each would have taken."""
    rows = Refusal.objects.filter(
        refused_at__date__range=(period.first, min(period.last, today)), state=UPHELD
    )
    counted = rows.order_by("department__code").values_list("department__name").annotate(n=Count("pk"))
    return {name: estimate({"unlisted": number}, minutes).lines[0] for name, number in counted}


# --- Queries instead of forms -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answered:
    """What a department asked the registers instead of communities: its queries that were answered, and the figures nobody had to write."""

    owner: str
    queries: int
    line: Line


def answered(period: Period, today: date, minutes: Mapping[str, Range]) -> list[Answered]:
    """The queries answered in a period, by department in the order of codes. Asked more than once in a month, a query counts once."""
    rows = (
        QueryAnswer.objects.filter(at__date__range=(period.first, min(period.last, today)))
        .order_by("query__owner__code")
        .annotate(month=TruncMonth("at"))
        .values("query__owner__name", "query", "month")
        .annotate(most=Max("cells"))
    )
    cells: dict[str, list[int]] = {}
    for row in rows:
        cells.setdefault(row["query__owner__name"], []).append(row["most"])
    return [
        Answered(owner, len(each), estimate({"cell": sum(each)}, minutes).lines[0])
        for owner, each in cells.items()
    ]
