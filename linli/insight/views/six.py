"""人地物情事组织: the six registers of a grid, a community or a street on one page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.insight.policy import require_territory
from linli.insight.queries.six import books_of
from linli.territory.models import Unit
from linli.territory.queries.units import tree, unit


def six(request: HttpRequest, code: str) -> HttpResponse:
    """How much of each of the six there is in a unit; every figure leads to its records."""
    actor = request.actor  # type: ignore[attr-defined]
    require_territory(actor)
    try:
        found = unit(code)
    except Unit.DoesNotExist:
        raise Http404 from None
    at = timezone.now()
    crumbs = [
        {"label": node.name, "url": reverse("territory:unit", args=[node.code])} for node in tree().ancestors(found.path)
    ]  # fmt: skip
    context = {
        "title": _("%(unit)s：人地物情事组织") % {"unit": found.name}, "unit": found, "books": books_of(actor, found, at), "at": at,
        "crumbs": crumbs, "inside": actor.sees_all or bool(actor.scope) and found.path.startswith(actor.scope),
        "below": tree().by_parent.get(found.pk, []),
    }  # fmt: skip
    return render(request, "insight/six.html", context)
