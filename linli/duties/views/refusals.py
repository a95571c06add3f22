"""Refusing a task, the page of a refusal, and how often departments tried."""

from __future__ import annotations

from collections import Counter
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
from linli.duties import commands, policy, states
from linli.duties.commands import Task
from linli.duties.forms.gate import AnswerForm, RefuseForm
from linli.duties.models import Refusal
from linli.duties.queries import suggest_categories
from linli.duties.registers.gate import REFUSAL_TONES, REFUSAL_WORDS
from linli.duties.rules import gate
from linli.duties.views.frame import actor_of, gate_page
from linli.kernel.answers import saying
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.queries import history_of, timeline


def crumb() -> tuple[Any, str]:
    """The way back to the list."""
    return _("拒收"), reverse("duties:refusals")


def refusal_or_404(by: Actor, number: str) -> Refusal:
    """A refusal that the actor may see."""
    found = policy.refusals_for(by).filter(number=number).first()
    if found is None:
        raise Http404
    return found


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Refuse a task that came by telephone, paper or a chat group: who gave it, and what it is."""
    by = actor_of(request, "duty.refuse")
    form = RefuseForm(request.POST) if request.method == "POST" else RefuseForm()
    if request.method == "POST" and form.is_valid():
        guess = next(iter(suggest_categories(form.cleaned_data["title"], 1)), None)
        task = Task(**form.cleaned_data, category=guess.category if guess else None)
        try:
            row = commands.refuse(task=task, by=by, at=timezone.now())
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            undo = reverse("duties:refusal_back", args=[row.number])
            messages.success(
                request,
                _("已拒收，已告知%(department)s和区（县）") % {"department": row.department.name},
                extra_tags=f"undo:{undo}",
            )
            return redirect("duties:refusal", row.number)
    context = gate_page(by, _("拒收一件任务"), crumb(), form=form)
    return render(request, "duties/refuse.html", context, status=422 if form.errors else 200)


@login_required
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """A refusal with what it cites, what was answered, and its history."""
    by = actor_of(request)
    row = refusal_or_404(by, number)
    steps = [
        {
            "verb": step.verb,
            "label": said(step.label),
            "url": reverse("duties:refusal_answer", args=[number, step.verb]),
            "form": AnswerForm(step.verb),
            "forward": step.verb == "uphold",
        }
        for step in states.REFUSALS.leaving(row.state)
        if step.verb != "take_back" and by.may(step.permission)
    ]
    steps.sort(key=lambda each: bool(each["forward"]))  # fmt: skip
    context = gate_page(
        by, row.title, crumb(), row=row, state=REFUSAL_WORDS[row.state], tone=REFUSAL_TONES[row.state], channel=said(gate.CHANNELS[row.channel]),
        ground=said(gate.GROUNDS[row.ground]), steps=steps, way=f"refused_{row.channel}" if row.about and not by.may("duty.apply") else "",
        may_take_back=row.state == states.SENT and not row.about and by.may("duty.refuse") and row.unit.code == by.unit,
        history=timeline(list(history_of("refusal", row.pk))),
    )  # fmt: skip
    return render(request, "duties/refusal.html", context)


@login_required
@require_POST
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """Undo a refusal."""
    by = actor_of(request, "duty.refuse")
    if refusal_or_404(by, number).about:
        raise Http404
    with saying(request, _("已撤回拒收")):
        commands.take_back_refusal(number=number, by=by, at=timezone.now())
    return redirect("duties:refusal", number)


@login_required
@require_POST
def answer(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """What the county office answers."""
    by = actor_of(request, "duty.gate")
    form = AnswerForm(verb, request.POST)
    with saying(request, _("已答复，已告知社区和部门")):
        if not form.is_valid():
            raise commands.Refused(
                "请填写：%(fields)s", fields="、".join(str(form[name].label) for name in form.errors)
            )
        commands.answer_refusal(number=number, verb=verb, by=by, at=timezone.now(), **form.cleaned_data)
    return redirect("duties:refusal", number)


@login_required
def by_department(request: HttpRequest) -> HttpResponse:
    """How often each department tried to hand over what the lists do not have: this year, of what the actor may see."""
    by, year = actor_of(request), timezone.localdate().year
    rows = policy.refusals_for(by).filter(refused_at__year=year).exclude(state=states.TAKEN_BACK)
    counts: dict[str, Counter[str]] = {}
    titles: dict[str, Counter[str]] = {}
    for row in rows:
        counts.setdefault(row.department.code, Counter())[row.state] += 1
        titles.setdefault(row.department.code, Counter())[row.title] += 1
    names = {row.department.code: row.department.name for row in rows}
    shown = [
        {"code": code, "name": names[code], "total": found.total(), "again": sum(n for n in titles[code].values() if n > 1),
         **{state: found[state] for state in (states.SENT, states.UPHELD, states.EMERGENCY, states.LISTED)}}
        for code, found in sorted(counts.items(), key=lambda each: (-each[1].total(), each[0]))
    ]  # fmt: skip
    context = gate_page(
        by,
        _("各部门被拒收的次数"),
        crumb(),
        tab="counts",
        rows=shown,
        year=year,
        total=sum(row["total"] for row in shown),
    )
    return render(request, "duties/refusal_counts.html", context)
