"""The figures of the source reports, recomputed; and which of their mechanisms are here."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.insight.outline import STATE_LABELS, Mechanism
from linli.insight.policy import require
from linli.insight.queries import reports
from linli.insight.queries.facts import facts
from linli.insight.queries.periods import named
from linli.kernel.accounts.queries import role_title

TONES = {"here": "done", "part": "open", "not_yet": "plain"}


def place(request: HttpRequest, code: str = "") -> HttpResponse:
    """The report of a place: its figures with sentence and source, and its contradictions shown as such."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor)
    found = reports.place_of(code)
    if found is None and code:
        raise Http404
    found = found or reports.PLACES[0]
    at = timezone.now()
    own = found.code == settings.DISTRICT
    live = facts(actor, at, named("year", timezone.localdate(at))) if own else None
    shown = reports.reported(found, live)
    context = {
        "title": _("%(place)s：报告数字核对") % {"place": found.name}, "shown": shown, "places": reports.PLACES,
        "sides": [side for side in shown.sides if side.live], "at": at,
    }  # fmt: skip
    return render(request, "insight/place.html", context)


def mechanisms(request: HttpRequest) -> HttpResponse:
    """Each mechanism of the reports: here, in part, or not yet; where, and how to see for oneself."""
    require(request.actor)  # type: ignore[attr-defined]
    sources, states = request.GET.getlist("source"), request.GET.getlist("state")
    listed = reports.mechanisms(sources, states)
    context = {
        "title": _("覆盖清单"), "listed": listed, "rows": [(m, TONES[m.state], _pages(m)) for m in listed.mechanisms],
        "sources": [(place.report.id, place.name) for place in reports.PLACES], "chosen_sources": sources, "chosen_states": states,
        "states": [(state, STATE_LABELS[state], listed.counts[state]) for state in STATE_LABELS],
    }  # fmt: skip
    return render(request, "insight/mechanisms.html", context)


def _pages(mechanism: Mechanism) -> list[tuple[str, str, str]]:
    """Where it is: the page, its address, and who may open it."""
    return [(page.label, address(page.url_name), title_of(page.role)) for page in mechanism.where]


def address(url_name: str) -> str:
    """The address of a page by its name and arguments: ``registers:list units``."""
    name, *args = url_name.split()
    return reverse(name, args=args)


def title_of(role: str) -> str:
    """What a role is called; residents have none."""
    return role_title(role) if role else _("居民")
