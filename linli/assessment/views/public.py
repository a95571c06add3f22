"""The burden in the open: what communities are asked and what was saved, suggestions with their answers; no person's name, no sign-in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.assessment import commands, states
from linli.assessment.forms import SuggestForm
from linli.assessment.models import Suggestion
from linli.assessment.queries.meter import Row, meter_of
from linli.assessment.registers import OUTCOME_WORDS, STATE_TONES, STATE_WORDS, TOPIC_WORDS
from linli.assessment.views.frame import (
    SHORT,
    asked_period,
    in_hours,
    offered_periods,
    period_words,
    shown,
    unit_words,
)
from linli.assessment.views.meter import departments_of, rates_shown
from linli.kernel.accounts import limits
from linli.kernel.audit.actor import Actor
from linli.kernel.norms.queries import norm
from linli.territory.queries.units import root_node, tree

RESIDENT = Actor.public("群众")
HOUR = 3600
COLUMNS = ("form", "cell", "known", "unlisted", "inspection", "meeting", "group", "app")
SHOWN = 100
"""Suggestions on the public page, the latest first."""


@require_safe
def meter(request: HttpRequest) -> HttpResponse:
    """Every community by street, every department, and the formula."""
    root, today = root_node(), timezone.localdate()
    period = asked_period(request, today)
    found = meter_of(period, today)
    context: dict[str, Any] = {
        "title": _("减负公示"), "words": period_words(period), "periods": offered_periods(today, period), "counted_at": found.counted_at,
        "columns": [(SHORT[kind], unit_words(kind)) for kind in COLUMNS], "streets": [], "whole": None, "rates": rates_shown(),
        "departments": departments_of(found),
    }  # fmt: skip
    if root is not None:
        streets = [node for node in tree().below(root.path) if node.level == "street"]
        context["whole"] = _row(found.row(root))
        context["streets"] = [
            (_row(found.row(street)), [_row(row) for row in found.rows_below(street)]) for street in streets
        ]
    return render(request, "assessment/public.html", context)


def _row(row: Row) -> dict[str, Any]:
    name = _("%(street)s本级") % {"street": row.node.name} if row.is_own else row.node.name
    return {
        "name": name, "cells": [(shown(row.counts.get(kind)), SHORT[kind]) for kind in COLUMNS], "hours": in_hours(row.estimate.minutes), "told": row.told,
        "communities": row.communities,
    }  # fmt: skip


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Suggestions with their dates, and their text and answer once they are answered; never who made them."""
    now = timezone.now()
    rows = Suggestion.objects.exclude(state=states.WITHDRAWN).select_related("about")[:SHOWN]
    found = [
        {
            "row": row, "topic": TOPIC_WORDS[row.topic], "state": STATE_WORDS[row.state], "tone": STATE_TONES[row.state],
            "outcome": OUTCOME_WORDS.get(row.outcome, ""), "is_late": row.state == states.WAITING and row.due_at < now,
        }
        for row in rows
    ]  # fmt: skip
    return render(request, "assessment/public_suggestions.html", {"title": _("减负建议"), "rows": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """Make a suggestion without an account: nothing is kept of who made it; so many an hour from one sender."""
    at = timezone.now()
    form = SuggestForm(request.POST) if request.method == "POST" else SuggestForm()
    if request.method == "POST" and form.is_valid():
        most = int(norm("assessment.suggestion.per_hour", on=timezone.localdate(at)).amount())
        try:
            limits.count(f"burden {limits.sender_of(request)}", most=most, seconds=HOUR, at=at)
            row = commands.suggest(by=RESIDENT, at=at, **form.cleaned_data)
        except (limits.TooMany, commands.Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("已收到，编号 %(number)s。答复会公开在这一页") % {"number": row.number}
            )
            return redirect("assessment:public_suggestions")
    return render(
        request,
        "assessment/public_suggest.html",
        {"title": _("提一条减负建议"), "form": form},
        status=422 if form.errors else 200,
    )
