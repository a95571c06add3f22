"""Households and buildings: who lives together, and who lives where."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.registry.queries.buildings import building_for, show_building
from linli.registry.queries.households import household_for, show_household
from linli.registry.views.asking import day_of, looker, page
from linli.registry.views.deeds import HOUSEHOLD_PAGES
from linli.registry.views.drawing import body
from linli.registry.views.recording import ways_of


@login_required
@never_cache
def household(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A household as a tree of generations, on any day with ``?on=``."""
    actor = looker(request)
    found = household_for(actor, uid)
    if found is None:
        raise Http404
    day = day_of(request)
    shown = show_household(found, day or timezone.localdate())
    title = (
        _("%(head)s一户") % {"head": found.head.name}
        if found.head
        else _("家庭户 %(number)s") % {"number": found.number}
    )
    context = page(
        title, (_("家庭户"), reverse("registry:households")), shown=shown, household=found, as_of=day,
        on=request.GET.get("on", ""),
        deeds=[] if day else ways_of(HOUSEHOLD_PAGES, actor, "registry:household_deed", uid, found.state),
    )  # fmt: skip
    return render(request, "registry/places/household.html", context)


@login_required
@never_cache
def building(request: HttpRequest, pk: int) -> HttpResponse:
    """Floors and doors of a building with who lives there (楼栋图)."""
    actor = looker(request)
    found = building_for(actor, pk)
    if found is None:
        raise Http404
    compound = found.compound
    crumbs = [(compound.name, reverse("territory:compound", args=[compound.pk]))] if compound else []
    title = f"{compound.name}{found.name}" if compound else found.name
    shown = show_building(actor, found)
    grids = [(entrance, body(entrance)) for entrance in shown.entrances]
    context = page(title, *crumbs, shown=shown, building=found, grids=grids)
    return render(request, "registry/places/building.html", context)
