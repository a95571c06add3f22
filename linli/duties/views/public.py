"""The lists as everybody may read them, without an account."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.duties import queries, rules
from linli.duties.queries.lines import kind_words


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Which lists there are, and how many lines each has today."""
    counts = queries.published_counts(timezone.localdate())
    found = [
        {"kind": kind, "words": kind_words(kind), "count": counts[kind]}
        for kind in (rules.ITEM, *rules.LISTS)
        if counts[kind]
    ]
    return render(request, "duties/public_lists.html", {"title": _("社区事项和清单"), "lists": found})


@require_safe
def one(request: HttpRequest, kind: str) -> HttpResponse:
    """One list as it holds today."""
    if kind != rules.ITEM and kind not in rules.LISTS:
        raise Http404
    today = timezone.localdate()
    context: dict[str, Any] = {"title": kind_words(kind), "today": today}
    context["sections"] = queries.published(kind, today)
    return render(request, "duties/public_list.html", context)
