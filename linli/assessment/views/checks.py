"""The self-check: every rule as it stands, and a person's word where no code can look."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.algorithms.text.sentences import said
from linli.assessment import commands
from linli.assessment.forms import ConfirmForm
from linli.assessment.queries import checks
from linli.assessment.queries.checks import BROKEN, KEPT, NOT_APPLYING, OPEN, STATES
from linli.assessment.views.frame import actor_of, page

TONES = {KEPT: "done", BROKEN: "overdue", NOT_APPLYING: "plain", OPEN: "waiting"}


@login_required
def page_of_rules(request: HttpRequest) -> HttpResponse:
    """Each rule with its source, what the system does, what was found, and who confirmed it."""
    by, at = actor_of(request), timezone.now()
    found = checks.checked(at)
    counts = checks.counts(found)
    context = page(
        by, _("对照政务应用规定自查"), tab="check", at=at, rows=[(each, said(STATES[each.state]), TONES[each.state]) for each in found],
        counts=[(said(words), counts[state], TONES[state]) for state, words in STATES.items()],
    )  # fmt: skip
    return render(request, "assessment/check.html", context)


@login_required
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm a rule that no code can look at."""
    by = actor_of(request, "burden.keep")
    rule = checks.rule_of(code)
    if rule is None or not checks.is_open_to_word(rule, timezone.now()):
        raise Http404
    form = ConfirmForm(request.POST) if request.method == "POST" else ConfirmForm()
    if request.method == "POST" and form.is_valid():
        try:
            commands.confirm(rule=code, by=by, at=timezone.now(), **form.cleaned_data)
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已确认"))
            return redirect("assessment:check")
    context = page(by, _("确认一条规定"), (_("自查"), reverse("assessment:check")), form=form, rule=rule)
    return render(request, "assessment/confirm.html", context, status=422 if form.errors else 200)
