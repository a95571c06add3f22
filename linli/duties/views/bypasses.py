"""The pages of the emergency by-pass."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.algorithms.text.sentences import said
from linli.duties import commands, policy
from linli.duties.forms.gate import BypassForm, ReviewForm
from linli.duties.models import Bypass
from linli.duties.queries.gate import days_of, place_words
from linli.duties.registers.gate import BYPASS_TONES, BYPASS_WORDS, bypass_status
from linli.duties.rules import gate
from linli.duties.views.frame import actor_of, gate_page
from linli.kernel.answers import saying
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.queries import history_of, timeline


def crumb() -> tuple[Any, str]:
    """The way back to the list."""
    return _("应急直通"), reverse("duties:bypasses")


def bypass_or_404(by: Actor, number: str) -> Bypass:
    """A by-pass that the actor may see."""
    found = policy.bypasses_for(by).filter(number=number).first()
    if found is None:
        raise Http404
    return found


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Let a matter through at once."""
    by, today = actor_of(request, "duty.bypass"), timezone.localdate()
    only = "" if policy.is_county(by) else by.unit
    start = {"department": by.unit, "ends_on": today + timedelta(days=6)}
    form = (
        BypassForm(request.POST, only=only)
        if request.method == "POST"
        else BypassForm(only=only, initial=start)
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = commands.open_bypass(draft=form.draft(), by=by, at=timezone.now())
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已放行，到期自行结束，之后要复核"))
            return redirect("duties:bypass", row.number)
    context = gate_page(by, _("应急放行"), crumb(), form=form, longest=days_of("bypass.longest", today))
    return render(request, "duties/bypass_form.html", context, status=422 if form.errors else 200)


@login_required
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """A by-pass with its reason, its last day and its review."""
    by = actor_of(request)
    row, today = bypass_or_404(by, number), timezone.localdate()
    status = bypass_status(row)
    context = gate_page(
        by, row.title, crumb(), row=row, status=BYPASS_WORDS[status], tone=BYPASS_TONES[status], places=place_words(row.places),
        verdict=said(gate.VERDICTS.get(row.verdict, "")), review=ReviewForm(), may_review=by.may("duty.gate") and row.ends_on < today,
        may_end=by.may("duty.bypass") and row.ends_on > today and (policy.is_county(by) or row.department.code == by.unit),
        history=timeline(list(history_of("gate_bypass", row.pk))),
    )  # fmt: skip
    return render(request, "duties/bypass.html", context)


@login_required
@require_POST
def end(request: HttpRequest, number: str) -> HttpResponse:
    """Let a by-pass end today."""
    by = actor_of(request, "duty.bypass")
    with saying(request, _("今天过后结束")):
        commands.end_bypass(number=number, by=by, at=timezone.now())
    return redirect("duties:bypass", number)


@login_required
@require_POST
def review(request: HttpRequest, number: str) -> HttpResponse:
    """Say afterwards whether it was an emergency."""
    by, form = actor_of(request, "duty.gate"), ReviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择结论并写明理由"))
        return redirect("duties:bypass", number)
    with saying(request, _("已复核")):
        commands.review_bypass(number=number, by=by, at=timezone.now(), **form.cleaned_data)
    return redirect("duties:bypass", number)
