"""The dispatch board: filed cases, what the catalogue says, what was ruled before, and the batch of the clear ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from linli.algorithms.statetable import NotPossible
from linli.cases import commands, rules
from linli.cases.commands.dispatching import unit_facts
from linli.cases.commands.move import facts_of
from linli.cases.forms.desk import DispatchForm
from linli.cases.forms.units import unit_named
from linli.cases.models import Case
from linli.cases.queries.boards import precedents_of, to_dispatch
from linli.cases.queries.calls import Suggestion, due_of_draft, suggestion_for
from linli.cases.queries.routing import forbidding_of
from linli.cases.views.desk.frame import (
    Board,
    Done,
    actor_of,
    board_page,
    carry,
    case_or_404,
    merged_numbers,
    place_words,
)
from linli.kernel.audit.actor import Actor
from linli.territory.queries.units import Node

BATCH = 60


def _detail(by: Actor, case: Case, at: datetime) -> dict[str, Any]:
    found = suggestion_for(case, at)
    lead = found.lead if found is not None else None
    start = {
        "version": case.version, "lead": lead.code if lead else "",
        "assist": [unit.code for unit in found.assist] if found is not None else [], "note": "",
    }  # fmt: skip
    return {
        "form": DispatchForm(initial=start), "suggestion": found, "place": place_words(case), "due": due_of_draft(case, at),
        "precedents": precedents_of(case), "merged": merged_numbers(case), "forbidden": forbidden(case, lead, found) if lead else "",
    }  # fmt: skip


BOARD = Board("dispatching", gettext_lazy("派遣"), "case.dispatch", _detail, gettext_lazy("没有待派遣的案件"))


def forbidden(case: Case, unit: Node, found: Suggestion | None) -> str:
    """Why a case may not go to a unit, in words; empty where it may."""
    routing = found.routing if found is not None else None
    try:
        rules.may_go_to(facts_of(case), unit_facts(unit), *forbidding_of(case, routing, timezone.now()))
    except rules.Refused as refusal:
        return str(refusal)
    return ""


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """What waits for a unit; those with a clear rule can be sent together."""
    by, at = actor_of(request, BOARD.verb), timezone.now()
    rows = to_dispatch(by)
    clear = [] if request.htmx and request.GET.get("case") else _clear(list(rows[:BATCH]), at)  # type: ignore[attr-defined]
    return board_page(request, BOARD, rows, clear=clear)


def _clear(rows: list[Case], at: datetime) -> list[tuple[Case, Suggestion]]:
    found = [(case, suggestion_for(case, at)) for case in rows if case.kind != "tipoff"]
    return [
        (case, each)
        for case, each in found
        if each is not None and each.lead is not None and each.routing.auto
    ]


@login_required
@require_POST
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Give a case to a lead and assisting units. Of two people at once one wins, and the other is told."""
    by, at = actor_of(request, BOARD.verb), timezone.now()
    form = DispatchForm(request.POST)

    def run(case: Case) -> Done:
        said = form.cleaned_data
        commands.dispatch(
            case_id=case.pk,
            lead=said["lead"],
            assist=said["assist"],
            reason=said["note"],
            version=said["version"],
            by=by,
            at=at,
        )
        return Done(_("已派遣给%(unit)s") % {"unit": said["lead"].name}, "recall")

    return carry(request, BOARD, number, form, run)


@login_required
@require_POST
def may_go(request: HttpRequest, number: str) -> HttpResponse:
    """Whether the case may go to the unit that is being chosen, said before it is sent."""
    by = actor_of(request, BOARD.verb)
    case = case_or_404(by, number)
    try:
        unit = unit_named(request.POST.get("lead", "").strip())
    except forms.ValidationError as unknown:
        words = " ".join(unknown.messages) if request.POST.get("lead", "").strip() else ""
    else:
        words = forbidden(case, unit, suggestion_for(case, timezone.now()))
    return render(request, "cases/desk/_forbidden.html", {"forbidden": words})


@login_required
@require_POST
def batch(request: HttpRequest) -> HttpResponse:
    """Send the ticked cases, each where its rule says; those that were changed meanwhile stay, and are named."""
    by, at = actor_of(request, BOARD.verb), timezone.now()
    sent, left = 0, []
    for ticked in request.POST.getlist("pick")[:BATCH]:
        number, _sep, version = ticked.partition(":")
        try:
            case = case_or_404(by, number)
            commands.dispatch_as_suggested(case_id=case.pk, version=int(version), by=by, at=at)
            sent += 1
        except (rules.Refused, NotPossible, ValueError) as refusal:
            left.append(str(refusal))
    if sent:
        messages.success(
            request, ngettext("已按派单目录派遣 %(n)s 件", "已按派单目录派遣 %(n)s 件", sent) % {"n": sent}
        )
    for words in left:
        messages.error(request, words)
    return redirect("cases:dispatching")
