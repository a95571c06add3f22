"""The page of a unit, of a compound, and where a point or an address lies."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.territory.models import Compound
from linli.territory.queries import drawing, pages, places
from linli.territory.queries.units import lineage_of, resolve, sides, spans_of, top_node, tree, unit_as_of
from linli.territory.rules.kinds import GRID_KINDS
from linli.territory.rules.tables import read_point
from linli.territory.views.asking import day_of, looker, page, unit_for


def home(request: HttpRequest) -> HttpResponse:
    """What there is of the territory, and the ways into it."""
    actor = looker(request)
    overview = pages.overview()
    return render(
        request,
        "territory/home.html",
        page(_("单位与网格"), overview=overview, may_change=actor.may("territory.change")),
    )


def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Facts, history, lineage, outline, what stands below and who works there; on any day with ``?on=``."""
    found = unit_for(request, code)
    day = day_of(request)
    today = timezone.localdate()
    then = unit_as_of(code, day or today)
    detail = pages.unit_detail(found, day or today)
    crumbs = [(n.name, reverse("territory:unit", args=[n.code])) for n in tree().ancestors(found.path)[:-1]]
    context = page(
        then.name if then else found.name, *crumbs, as_of=day, unit=found, then=then, on=request.GET.get("on", ""),
        detail=detail, spans=spans_of(found),
        lineage=[(event, *sides(event)) for event in lineage_of(found)],
        successors=[] if found.valid_to is None else resolve(code, today),
        drawing=drawing.drawn(pages.level_of(found), found.path, day, 9)[:1],
        source=f"{reverse('territory:unit_geojson', args=[code])}{f'?on={day}' if day else ''}",
        is_grid=found.kind in (*GRID_KINDS, "micro_grid"),
        area_km2=f"{detail.area_m2 / 1e6:,.3f}" if detail.area_m2 else "",
        may_change=looker(request).may("territory.change") and found.valid_to is None,
    )  # fmt: skip
    return render(request, "territory/unit.html", context)


def compound(request: HttpRequest, pk: int) -> HttpResponse:
    """A compound with its buildings and standard addresses."""
    looker(request)
    found = get_object_or_404(Compound.objects.select_related("unit"), pk=pk)
    crumbs = [(n.name, reverse("territory:unit", args=[n.code])) for n in tree().ancestors(found.unit.path)]
    return render(
        request,
        "territory/compound.html",
        page(found.name, *crumbs, compound=found, buildings=pages.buildings_of(found)),
    )


def where(request: HttpRequest) -> HttpResponse:
    """Which grid a point, an address or a sentence lies in, on any day."""
    looker(request)
    text, day = request.GET.get("q", "").strip(), day_of(request)
    context: dict[str, Any] = page(
        _("查网格"), as_of=day, q=text, on=request.GET.get("on", ""), top=top_node()
    )
    point = read_point(text)
    if point:
        context |= {
            "point": point,
            "grid": places.grid_at(*point, day),
            "community": places.unit_at(*point, day),
        }
    elif text:
        context |= {"matches": places.find_place(text, on=day), "addresses": places.find_address(text)}
    return render(request, "territory/where.html", context)
