"""The public card of a grid, open to everybody (domain.md 2.2: name, extent, members, phones, supervision phone)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from linli.territory.queries import drawing
from linli.territory.queries.grids import card_of
from linli.territory.views.maps import geojson


def card(request: HttpRequest, code: str) -> HttpResponse:
    """Who serves a grid and how to reach them; no sign-in."""
    found = card_of(code, timezone.localdate())
    if found is None:
        raise Http404
    rows = drawing.drawn("grid", found.grid.path, None, 15)
    context = {
        "title": found.grid.name, "card": found, "hotline": "12345", "has_outline": bool(rows),
        "illustrative": any(row[2] for row in rows), "source": reverse("territory:card_outline", args=[code]),
    }  # fmt: skip
    return render(request, "territory/card.html", context)


def outline(request: HttpRequest, code: str) -> HttpResponse:
    """The outline of a grid for its public card; without addresses of inner pages."""
    found = card_of(code, timezone.localdate())
    if found is None:
        raise Http404
    return geojson(
        request, drawing.collection(drawing.drawn("grid", found.grid.path, None, 15), linked=False)
    )
