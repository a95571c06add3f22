"""The front page for residents, and reporting without an account."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.cases import rules
from linli.cases.commands.public import report_public
from linli.cases.forms.public import ReportForm, TrackForm, started_now
from linli.cases.models import Case
from linli.cases.views.public.asking import RESIDENT, allowance, count_sender, limited, status_of
from linli.kernel.accounts.limits import TooMany
from linli.kernel.files.rules import FileRefused
from linli.territory.queries import drawing
from linli.territory.queries.locating import grid_at, unit_at
from linli.territory.queries.places import find_place
from linli.territory.queries.units import root_node, tree

LOOKS_PER_MINUTE = 90
SUGGESTED = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Three large doors: report, follow, call."""
    root = root_node()
    title = _("%(place)s群众诉求") % {"place": root.name} if root else _("群众诉求")
    return render(
        request, "cases/public/home.html", {"title": title, "form": TrackForm(), "demo": settings.DEMO}
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The questions, one a page where scripts run, all on one page where they do not; nothing is kept before it is sent."""
    if request.method != "POST":
        return _asked(
            request, ReportForm(initial={"started": started_now(), "kind": request.GET.get("kind", "")})
        )
    form = ReportForm(request.POST)
    if form.is_valid():
        case = _send(request, form)
        if case is not None:
            return redirect("cases:receipt", code=case.public_code)
    return _asked(request, form)


def _asked(request: HttpRequest, form: ReportForm) -> HttpResponse:
    context = {"title": _("反映问题"), "form": form, "most_photos": allowance("photos", timezone.now())}
    return render(request, "cases/public/report.html", context, status=status_of(form))


def _send(request: HttpRequest, form: ReportForm) -> Case | None:
    at, photos = timezone.now(), request.FILES.getlist("photos")
    form.refuse_machine(timedelta(seconds=allowance("least_seconds", at)))
    form.refuse_photos(len(photos), allowance("photos", at))
    if form.errors:
        return None
    try:
        count_sender(request, "report", most=allowance("per_hour", at), at=at)
        return report_public(form.report(), photos=photos, by=RESIDENT, at=at)
    except (TooMany, FileRefused, rules.Refused) as refusal:
        form.add_error(None, str(refusal))
    return None


@limited
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Names of places that begin with, or are meant by, what is typed so far."""
    count_sender(request, "places", most=LOOKS_PER_MINUTE, at=timezone.now(), seconds=60)
    words = request.GET.get("place", "").strip()[:60]
    found = find_place(words, limit=SUGGESTED) if len(words) > 1 else []
    return render(request, "cases/public/_places.html", {"places": found})


@limited
@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """The name of the grid or community around a point that its sender chose to give; nothing is kept."""
    count_sender(request, "places", most=LOOKS_PER_MINUTE, at=timezone.now(), seconds=60)
    form = ReportForm({"point": request.GET.get("point", "")})
    form.is_valid()
    point = form.cleaned_data.get("point")
    unit = (grid_at(*point) or unit_at(*point)) if point else None
    above = [node.name for node in tree().ancestors(unit.path)[1:]] if unit else []
    return render(request, "cases/public/_here.html", {"above": above, "point": point})


@require_safe
def outlines(request: HttpRequest) -> HttpResponse:
    """The communities' outlines, for pointing at a place on the map; without addresses of inner pages."""
    root = root_node()
    body = drawing.collection(drawing.drawn("community", root.path if root else "", None, 13), linked=False)
    return HttpResponse(body, content_type="application/geo+json")
