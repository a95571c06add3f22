"""A suggestion: made, looked at, answered in the open, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.algorithms.statetable import NotPossible
from linli.assessment import commands, policy, states
from linli.assessment.forms import AnswerForm, SuggestForm
from linli.assessment.models import Suggestion
from linli.assessment.registers import OUTCOME_WORDS, STATE_TONES, STATE_WORDS, TOPIC_WORDS
from linli.assessment.views.frame import actor_of, page
from linli.kernel.audit.actor import Actor


def _row_or_404(by: Actor, number: str) -> Suggestion:
    found = policy.suggestions_for(by).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _crumb() -> tuple[str, str]:
    return _("减负建议"), reverse("assessment:suggestions")


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Make a suggestion; nobody but the author sees who made it."""
    by = actor_of(request)
    form = SuggestForm(request.POST) if request.method == "POST" else SuggestForm()
    if request.method == "POST" and form.is_valid():
        try:
            row = commands.suggest(by=by, at=timezone.now(), **form.cleaned_data)
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已收到，编号 %(number)s") % {"number": row.number})
            return redirect("assessment:suggestion", row.number)
    return render(
        request,
        "assessment/suggest.html",
        page(by, _("提一条减负建议"), _crumb(), form=form),
        status=422 if form.errors else 200,
    )


@login_required
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """A suggestion, its date, its answer; who answers does so here."""
    by = actor_of(request)
    row = _row_or_404(by, number)
    may_answer = by.may("burden.keep") and row.state == states.WAITING
    form = AnswerForm(request.POST) if request.method == "POST" else AnswerForm.of(row)
    if request.method == "POST" and may_answer and form.is_valid():
        try:
            commands.answer(number=number, answer=form.told(), by=by, at=timezone.now())
        except (commands.Refused, NotPossible) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已答复，并已公开"))
            return redirect("assessment:suggestion", number)
    own = row.author is not None and row.author == by.user_id
    context = page(
        by, _("减负建议 %(number)s") % {"number": row.number}, _crumb(), row=row, form=form, may_answer=may_answer, own=own,
        sees_text=own or by.may("burden.keep"), topic=TOPIC_WORDS[row.topic], state=STATE_WORDS[row.state], tone=STATE_TONES[row.state],
        outcome=OUTCOME_WORDS.get(row.outcome, ""), is_late=row.state == states.WAITING and row.due_at < timezone.now(),
        may_withdraw=own and row.state == states.WAITING,
    )  # fmt: skip
    return render(request, "assessment/suggestion.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take one's own suggestion back."""
    by = actor_of(request)
    row = _row_or_404(by, number)
    try:
        commands.withdraw(number=row.number, by=by, at=timezone.now())
    except (commands.Refused, NotPossible) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已撤回"))
    return redirect("assessment:suggestion", number)
