"""The lists as everybody may read them, without an account."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.algorithms import burden
from linli.algorithms.text.sentences import said
from linli.duties import queries, rules, states
from linli.duties.commands.applications import provided_words, resource_words
from linli.duties.models import Application, Bypass
from linli.duties.queries.gate import place_words
from linli.duties.queries.lines import kind_words
from linli.duties.registers.gate import BYPASS_TONES, BYPASS_WORDS, STATE_TONES, STATE_WORDS, bypass_status
from linli.duties.rules import gate
from linli.duties.views.gate import decided_words, opinions_of, weight


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Which lists there are, and how many lines each has today."""
    counts = queries.published_counts(timezone.localdate())
    found = [
        {"kind": kind, "words": kind_words(kind), "count": counts[kind]}
        for kind in (rules.ITEM, *rules.LISTS)
        if counts[kind]
    ]
    decided = _public().count()
    return render(
        request,
        "duties/public_lists.html",
        {"title": _("社区事项和清单"), "lists": found, "decided": decided},
    )


@require_safe
def one(request: HttpRequest, kind: str) -> HttpResponse:
    """One list as it holds today."""
    if kind != rules.ITEM and kind not in rules.LISTS:
        raise Http404
    today = timezone.localdate()
    context: dict[str, Any] = {"title": kind_words(kind), "today": today}
    context["sections"] = queries.published(kind, today)
    return render(request, "duties/public_list.html", context)


def _public() -> Any:
    """What stands on the public page: what was refused, and what was admitted once it is published."""
    rows = Application.objects.select_related("department").exclude(
        state__in=(states.ADMITTED, states.CONDITIONAL)
    )
    return rows.filter(state__in=states.DECIDED).order_by("-decided_at")


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """What departments asked of communities, what was decided, and what was let through in an emergency."""
    found = [
        {"row": row, "state": STATE_WORDS[row.state], "tone": STATE_TONES[row.state]} for row in _public()
    ]
    passes = [
        {"row": row, "status": BYPASS_WORDS[bypass_status(row)], "tone": BYPASS_TONES[bypass_status(row)]}
        for row in Bypass.objects.select_related("department")
    ]
    context = {"title": _("社区工作准入公示"), "rows": found, "passes": passes}
    return render(request, "duties/public_gate.html", context)


@require_safe
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """One decision: what was asked, what it weighs, what was decided and why."""
    row = _public().filter(number=number).first()
    if row is None:
        raise Http404
    context = {
        "title": row.title, "row": row, "kind": said(gate.MATTERS[row.kind]), "state": STATE_WORDS[row.state], "tone": STATE_TONES[row.state],
        "places": place_words(row.places), "often": said(burden.OFTEN[row.often]), "provided": provided_words(row), "weight": weight(row.burden),
        "opinions": opinions_of(row), "decided": decided_words(row), "missing": resource_words(row.missing),
    }  # fmt: skip
    return render(request, "duties/public_decision.html", context)
