"""The map and the outlines it draws."""

from __future__ import annotations

import gzip
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.territory.queries import drawing, figures
from linli.territory.queries.units import top_node, tree
from linli.territory.views.asking import day_of, looker, page, unit_for


def map_page(request: HttpRequest) -> HttpResponse:
    """Units and grids at every zoom, coloured by a figure. The URL holds level, figure, parent and day."""
    actor = looker(request)
    top = tree().by_code.get(request.GET.get("parent", "")) or top_node()
    offered = figures.offered(actor)
    chosen = next((f for f in offered if f.name == request.GET.get("figure")), offered[0])
    level = request.GET.get("level", "auto")
    drawable = {
        key: _(words) for key, words in drawing.LEVELS.items() if drawing.drawn(key, top.path, None, 9)
    }
    below = [key for key in drawable if key != "county" or top.kind == "city"] or list(drawable)
    context = page(
        _("地图"), as_of=day_of(request), top=top, figures=offered, figure=chosen, level=level,
        levels={"auto": _("随缩放"), **drawable}, auto_levels=" ".join(below), first_level=drawable.get(below[0], "") if below else "",
        above=f"{reverse('territory:geojson')}?level=street&parent={top.code}",
        parents=[n for n in tree().nodes if n.level in {"root", "county", "street"}],
        illustrative=any(row[2] for row in drawing.drawn("street", top.path, None, 9)),
        source=_source(request, below[0] if level == "auto" and below else level, chosen.name, top.code), on=request.GET.get("on", ""),
    )  # fmt: skip
    return render(request, "territory/map.html", context)


def _source(request: HttpRequest, level: str, figure: str, parent: str) -> str:
    on = f"&on={day.isoformat()}" if (day := day_of(request)) else ""
    return f"{reverse('territory:geojson')}?level={level}&figure={figure}&parent={parent}{on}"


def geojson(request: HttpRequest, body: str) -> HttpResponse:
    """A GeoJSON answer that a browser may keep for as long as it has not changed, packed where the browser can unpack."""
    tag = f'"{sha256(body.encode()).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": "private, no-cache"})
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
    data = body.encode()
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        data, headers = gzip.compress(data, 1), headers | {"Content-Encoding": "gzip"}
    return HttpResponse(data, content_type="application/geo+json", headers=headers)


def units_geojson(request: HttpRequest) -> HttpResponse:
    """The units of a level below a parent, with a figure: ``?level=community&parent=520103&figure=households&zoom=12``."""
    actor = looker(request)
    top = tree().by_code.get(request.GET.get("parent", "")) or top_node()
    level = request.GET.get("level", "street")
    zoom = int(text) if (text := request.GET.get("zoom", "")).isdigit() else (13 if level == "grid" else 11)
    rows = drawing.drawn(level, top.path, day_of(request), min(zoom, 20))
    figure = figures.FIGURES.get(request.GET.get("figure", ""))
    values = figure.values(actor, [row[0] for row in rows]) if figure and actor.may(figure.verb) else {}
    return geojson(request, drawing.collection(rows, figure.name if figure else "", values))


def unit_geojson(request: HttpRequest, code: str) -> HttpResponse:
    """The outline of one unit, and of the units right below it where they have outlines."""
    unit = unit_for(request, code)
    day = day_of(request)
    rows = [row for level in drawing.LEVELS for row in drawing.drawn(level, unit.path, day, 15)]
    below = [row for row in rows if row[0].parent_id == unit.pk]
    own = [row for row in rows if row[0].code == code]
    return geojson(request, drawing.collection(below or own))


def compounds_geojson(request: HttpRequest) -> HttpResponse:
    """The compounds below a parent as points."""
    looker(request)
    top = tree().by_code.get(request.GET.get("parent", "")) or top_node()
    return geojson(request, drawing.compound_points(top.path))
