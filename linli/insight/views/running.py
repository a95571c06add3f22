"""运行: the cockpit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.insight.policy import require
from linli.insight.queries.cockpit import latest
from linli.insight.queries.periods import NAMED, asked

MAP_FIGURES = {
    "cases_open": gettext_lazy("在办案件"),
    "cases_overdue": gettext_lazy("逾期案件"),
    "cases_lately": gettext_lazy("近 30 天受理"),
}


def cockpit_page(request: HttpRequest) -> HttpResponse:
    """One screen for leaders: decisions, figures, map, trend, units and matters, each number with its records."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor)
    at = timezone.now()
    shown = latest(actor, at, asked(request.GET, timezone.localdate(at)))
    colour = request.GET.get("colour", "cases_open")
    colour = colour if colour in MAP_FIGURES else "cases_open"
    source = (
        f"{reverse('territory:geojson')}?level={shown.map_level}&parent={shown.place.code}&figure={colour}"
    )
    context = {
        "title": _("运行"), "cockpit": shown, "periods": NAMED, "map_figures": MAP_FIGURES, "colour": colour, "map_source": source,
        "legend": MAP_FIGURES[colour], "page_keys": [{"key": "p", "label": _("投影")}],
    }  # fmt: skip
    return render(request, "insight/cockpit.html", context)
