"""Before and after: what each decision saved, with the formula it is reckoned by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse

from linli.algorithms.burden import Estimate, Range, estimate, occasions, total
from linli.assessment.queries.records import COUNTING
from linli.assessment.rules import Period
from linli.kernel.audit.models import Event
from linli.kernel.privacy.context import door
from linli.returns.models import Form, Return
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


def ended_forms(period: Period, today: date, minutes: Any) -> list[Ended]:
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


def _ended(form: Form, why: str, minutes: Any) -> Ended:
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
