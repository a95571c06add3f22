"""现状: the chapter, its Word file, and how each of its figures came about."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.insight.policy import require
from linli.insight.queries import paper
from linli.insight.queries.facts import CHAPTER, Facts, facts
from linli.insight.queries.periods import NAMED, asked

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _facts(request: HttpRequest, at: datetime) -> Facts:
    actor = request.actor  # type: ignore[attr-defined]
    require(actor)
    return facts(actor, at, asked(request.GET, timezone.localdate(at)))


def chapter(request: HttpRequest) -> HttpResponse:
    """The chapter: every figure leads to how it came about, and from there to its records."""
    found = _facts(request, timezone.now())
    context = {
        "title": _title(found),
        "facts": found,
        "periods": NAMED,
        "as_of": timezone.localdate(found.at),
    }
    return render(request, "insight/facts.html", context)


def _title(found: Facts) -> str:
    return _("%(place)s社区治理现状") % {"place": found.shown["place_name"]}


def word(request: HttpRequest) -> HttpResponse:
    """The chapter as a Word file."""
    found = _facts(request, timezone.now())
    name = quote(f"{found.title}-{timezone.localdate(found.at)}.docx")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return HttpResponse(paper.chapter(found), content_type=WORD, headers=headers)


def figure(request: HttpRequest, key: str) -> HttpResponse:
    """How one figure of the chapter came about."""
    definition = CHAPTER.figures.get(key)
    if definition is None or definition.shape == "text":
        raise Http404
    at = timezone.now()
    found = _facts(request, at)
    back = f"{reverse('insight:facts')}?{found.period.query}"
    context = {
        "title": _("%(figure)s怎样算出") % {"figure": _(definition.label)}, "at": at, "period": found.period, "figure": definition,
        "held": found.held.get(key), "share": found.held[key].share if key in found.held else None, "unit": _(definition.unit) if definition.unit else "",
        "label": _(definition.label), "crumbs": [{"label": _title(found), "url": back}],
    }  # fmt: skip
    return render(request, "insight/figure.html", context)
