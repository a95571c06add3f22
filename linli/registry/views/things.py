"""The pages of an organisation and of a component."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.kernel.audit.actor import Actor
from linli.registry import policy
from linli.registry.commands.looking import reveal_organisation
from linli.registry.forms import RevealForm
from linli.registry.models import Organisation
from linli.registry.queries.organisations import component_for, organisation_for, show_organisation
from linli.registry.queries.places import place_words
from linli.registry.queries.showing import behind
from linli.registry.rules.tables import titles
from linli.registry.views.asking import looker, page, revealed
from linli.registry.views.recording import ways_of
from linli.registry.views.thing_deeds import COMPONENT_PAGES, ORGANISATION_PAGES


def _organisation(request: HttpRequest, uid: UUID) -> tuple[Actor, Organisation]:
    actor = looker(request)
    found = organisation_for(actor, uid)
    if found is None:
        raise Http404
    return actor, found


def _crumb() -> tuple[str, str]:
    return _("组织"), reverse("registry:organisations")


def _point(name: str, lon: float | None, lat: float | None) -> dict[str, Any] | None:
    """One place as GeoJSON for the map of a page; None where it is not known."""
    if lon is None or lat is None:
        return None
    point = {"type": "Point", "coordinates": [lon, lat]}
    feature = {"type": "Feature", "properties": {"name": name}, "geometry": point}
    return {"type": "FeatureCollection", "features": [feature]}


def _outline(path: str) -> str:
    """The address of the outline that a place lies in; the place alone where no unit is known."""
    code = path.rstrip("/").rpartition("/")[2]
    return reverse("territory:unit_geojson", args=[code]) if code else "#place"


@login_required
@never_cache
def organisation(request: HttpRequest, uid: UUID) -> HttpResponse:
    """An organisation: what, where, whom to call, who works there."""
    actor, found = _organisation(request, uid)
    shown = show_organisation(found)
    pages = {what: each for what, each in ORGANISATION_PAGES.items() if shown.staff or what != "staff-end"}
    context = page(
        found.name, _crumb(), shown=shown, organisation=found, may_reveal=actor.may("registry.reveal"),
        point=_point(found.name, found.lon, found.lat), outline=_outline(found.path), behind=behind(actor, found, timezone.localdate()),
        deeds=ways_of(pages, actor, "registry:organisation_deed", uid, found.state), may_undo=actor.may("registry.change"),
    )  # fmt: skip
    return render(request, "registry/things/organisation.html", context)


@login_required
@never_cache
def reveal(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask what for; then show contact and phones in clear."""
    actor, found = _organisation(request, uid)
    policy.require(actor, "registry.reveal")
    form = RevealForm(request.POST or None)
    clear = None
    if request.method == "POST":
        clear = revealed(form, partial(reveal_organisation, organisation_id=found.pk), actor, timezone.now())
    back = reverse("registry:organisation", args=[uid])
    context = page(
        _("查看联系人和电话"), _crumb(), (found.name, back), form=form, clear=clear, back=back,
        action=reverse("registry:organisation_reveal", args=[uid]),
    )  # fmt: skip
    template = "registry/_parts/reveal.html" if request.htmx else "registry/people/reveal.html"  # type: ignore[attr-defined]
    status = 422 if request.method == "POST" and clear is None else 200
    return render(request, template, context, status=status)


@login_required
def component(request: HttpRequest, code: str) -> HttpResponse:
    """A component: what it is, whose, who looks after it, where and in what state."""
    actor = looker(request)
    found = component_for(actor, code)
    if found is None:
        raise Http404
    kind = titles("component_kinds").get(found.kind, found.kind)
    context = page(
        f"{kind} {found.code}", (_("部件"), reverse("registry:components")), component=found, kind=kind,
        state=titles("component_states").get(found.state, found.state), place=place_words(found.path),
        point=_point(found.place or kind, found.lon, found.lat), outline=_outline(found.path), behind=behind(actor, found, timezone.localdate()),
        deeds=ways_of(COMPONENT_PAGES, actor, "registry:component_deed", code, found.state), may_undo=actor.may("registry.change"),
    )  # fmt: skip
    return render(request, "registry/things/component.html", context)
