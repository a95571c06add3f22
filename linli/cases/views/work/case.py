"""The page of one case, its paper form, its point on the map, and the reporter in clear."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.cases.commands.revealing import reveal_reporter
from linli.cases.forms.work import RevealForm
from linli.cases.models import Case
from linli.cases.queries import get_case_for
from linli.cases.queries.reading import ReporterShown
from linli.cases.views.work.showing import show
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.commands import ApprovalNeeded
from linli.territory.queries import drawing
from linli.territory.queries.units import tree


def actor_of(request: HttpRequest) -> Actor:
    """Who acts."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def case_for(request: HttpRequest, number: str) -> Case:
    """The case of that number; 404 alike for one that is not there and one that may not be seen."""
    try:
        return get_case_for(actor_of(request), number)
    except Case.DoesNotExist:
        raise Http404 from None


def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """What, where, who has it, until when and why; its way; and what this person may do."""
    case = case_for(request, number)
    context = show(case, actor_of(request), timezone.now()) | {"title": case.title, "number": number}
    return render(request, "cases/work/case.html", context)


def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The paper form that goes round with a case (案件办理单)."""
    case = case_for(request, number)
    context: dict[str, Any] = show(case, actor_of(request), timezone.now())
    return render(request, "cases/work/paper.html", context | {"title": _("案件办理单")})


def place(request: HttpRequest, number: str) -> HttpResponse:
    """The grid or community of a case and the point itself, as GeoJSON."""
    case = case_for(request, number)
    node = tree().by_id.get(case.place_id or 0)
    rows = drawing.drawn(node.level, node.path, None, 15)[:1] if node and node.level in drawing.LEVELS else []
    found = json.loads(drawing.collection(rows, linked=False))
    if case.lon is not None and case.lat is not None:
        point = {"type": "Point", "coordinates": [case.lon, case.lat]}
        found["features"].append(
            {"type": "Feature", "properties": {"name": case.place_text or case.title}, "geometry": point}
        )
    return HttpResponse(json.dumps(found, ensure_ascii=False), content_type="application/geo+json")


def _revealed(case: Case, form: RevealForm, by: Actor, at: datetime) -> ReporterShown | None:
    """The reporter in clear; None with the reason in the form."""
    if not form.is_valid():
        return None
    try:
        return reveal_reporter(case_id=case.pk, purpose=form.cleaned_data["purpose"], by=by, at=at)
    except ApprovalNeeded as needed:
        form.add_error("purpose", str(needed))
        return None


@never_cache
def reporter(request: HttpRequest, number: str) -> HttpResponse:
    """Ask what for; then show the reporter in clear, written down as a look."""
    case, actor, at = case_for(request, number), actor_of(request), timezone.now()
    form = RevealForm(request.POST or None)
    context = show(case, actor, at) | {"title": _("查看诉求人"), "form": form, "asking": True}
    status = 200
    if request.method == "POST":
        found = _revealed(case, form, actor, at)
        status = 422 if found is None else 200
        context |= {"clear": found, "asking": found is None}
    template = "cases/_parts/reporter.html" if request.htmx else "cases/work/reporter.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)
