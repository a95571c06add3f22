"""The return of one unit: what is filled, what is asked, and its way up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.algorithms.statetable import NotPossible
from linli.algorithms.workbooks.blank import NoTemplate, fingerprint
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.queries import history_of, timeline
from linli.returns import commands, states
from linli.returns.commands.filling import may_move
from linli.returns.models import Departure, Return
from linli.returns.policy import returns_for
from linli.returns.queries.departures import departures_of
from linli.returns.queries.filled import Cell, cells_of, faults_of, records_url
from linli.returns.queries.leaving import veil_for
from linli.returns.queries.workbooks import left_as, workbook_of
from linli.returns.registers import STATE_TONES, STATE_WORDS
from linli.returns.rules.elements import LATER
from linli.returns.views import lists
from linli.returns.views.frame import actor_of, as_file, page, return_or_404, steps_of


@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Every place of the form: its value, where it comes from, what it said the last time; answers and corrections of the own unit."""
    by = actor_of(request)
    row = return_or_404(by, pk)
    if row.round.template.is_list:
        return lists.detail(request, row, by)
    error = ""
    if request.method == "POST":
        error = _saved(request, row, by)
        if not error:
            return redirect("returns:return", pk)
        row = return_or_404(by, pk)  # what was written is kept, and the next attempt begins there
    veil = veil_for(row, by, timezone.localdate())
    cells = [_shown(n, veil.cell(cell), row, request) for n, cell in enumerate(cells_of(row))]
    fills = row.state == states.FILLING and may_move(row, by, "submit")
    context = page(
        f"{row.round.form.title} {row.round.period}", (_("报表"), reverse("returns:returns")), row=row, error=error,
        asked=[each for each in cells if not each["is_known"]], filled=[each for each in cells if each["is_known"]],
        has_before=any(each["cell"].before is not None for each in cells),
        state=STATE_WORDS[row.state], tone=STATE_TONES[row.state], fills=fills, faults=veil.faults(faults_of(row)), veil=veil, steps=steps_of(row, by),
        known=sum(each["cell"].known is not None for each in cells), is_late=row.state == states.FILLING and row.round.due_on < timezone.localdate(),
        history=timeline(list(history_of("return", row.pk))), departures=departures_of(row),
        may_carry=fills and any(each["cell"].before is not None and each["cell"].how == "open" for each in cells),
    )  # fmt: skip
    return render(request, "returns/return.html", context, status=422 if error else 200)


MOST = 20_000_000
"""Bytes of a workbook that is compared."""


def _saved(request: HttpRequest, row: Return, by: Actor) -> str:
    """Keep what was written, and submit where that was asked; returns what is wrong."""
    cells = cells_of(row)
    values = {
        cell.place: text
        for n, cell in enumerate(cells)
        if (text := request.POST.get(f"value-{n}")) is not None
    }
    reasons = {cell.place: request.POST.get(f"reason-{n}", "") for n, cell in enumerate(cells)}
    at, version = timezone.now(), int(request.POST.get("version") or -1)
    try:
        commands.answer(return_id=row.pk, values=values, reasons=reasons, version=version, by=by, at=at)
        if "submit" in request.POST:
            commands.move(return_id=row.pk, verb="submit", by=by, at=at)
            undo = reverse("returns:move", args=[row.pk, "recall"])
            messages.success(request, _("已提交"), extra_tags=f"undo:{undo}")
        else:
            messages.success(request, _("已保存"))
    except commands.NotWhole as refusal:
        messages.success(request, _("所填已保存"))
        return str(refusal)
    except (commands.Refused, NotAllowed) as refusal:
        return str(refusal)
    return ""


def _shown(n: int, cell: Cell, row: Return, request: HttpRequest) -> dict[str, Any]:
    element = cell.element
    figure = element is not None and element.kind in ("figure", "norm")
    later = element is not None and element.code in LATER
    return {
        "n": n, "cell": cell, "later": later, "is_known": later or cell.known is not None,
        "value": request.POST.get(f"value-{n}", "" if cell.value is None else cell.value),
        "reason": request.POST.get(f"reason-{n}", cell.reason), "records": records_url(element, row) if element and figure else "",
        "is_number": "#" not in cell.place,
    }  # fmt: skip


REFUSING = {"refuse": commands.refuse_return, "unrefuse": commands.take_back_refusal}


@login_required
@require_POST
def carry(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was written, then say again what was said in the period before wherever nobody has said anything yet."""
    by = actor_of(request)
    row = return_or_404(by, pk)
    error = (lists.saved if row.round.template.is_list else _saved)(request, row, by)
    if error:
        messages.error(request, error)
        return redirect("returns:return", pk)
    version = return_or_404(by, pk).version
    try:
        done = commands.carry_over(return_id=row.pk, version=version, by=by, at=timezone.now())
    except commands.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已沿用上期 %(n)s 处，请看一遍再提交") % {"n": done})
    return redirect("returns:return", pk)


@login_required
@require_POST
def move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take one arrow."""
    by = actor_of(request)
    row = return_or_404(by, pk)
    try:
        if verb in REFUSING:
            done = REFUSING[verb](return_id=row.pk, by=by, at=timezone.now())
        else:
            done = commands.move(
                return_id=row.pk, verb=verb, note=request.POST.get("note", ""), by=by, at=timezone.now()
            )
    except (commands.Refused, NotPossible) as refusal:
        messages.error(request, str(refusal))
        return redirect("returns:return", pk)
    undo = reverse("returns:move", args=[row.pk, "unrefuse"]) if verb == "refuse" else ""
    said = _("现在是“%(state)s”") % {"state": STATE_WORDS[done.state]}
    messages.success(request, said, extra_tags=f"undo:{undo}" if undo else "")
    return redirect("returns:return", pk) if return_is_seen(by, pk) else redirect("returns:returns")


def return_is_seen(by: Actor, pk: int) -> bool:
    """Whether somebody still sees a return after having moved it: a department that sent one back does not."""
    return returns_for(by).filter(pk=pk).exists()


@login_required
def left(request: HttpRequest, pk: int, departure: int) -> HttpResponse:
    """The workbook of a return as it left its unit, made anew from what is kept; POST a file to learn whether it is the one that left."""
    row = return_or_404(actor_of(request), pk)
    found = get_object_or_404(Departure, pk=departure, row=row)
    if request.method == "POST":
        return _compared(request, row, found)
    if row.round.template.is_list:
        return redirect(f"{reverse('returns:take', args=[pk])}?left={departure}")
    veil = veil_for(row, actor_of(request), timezone.localdate(), found.values)
    return as_file(row, left_as(row, {**found.values, **veil.values()}))


def _compared(request: HttpRequest, row: Return, found: Departure) -> HttpResponse:
    """Whether an uploaded workbook is the one that left."""
    given = request.FILES.get("file")
    try:
        same = (
            given is not None and (given.size or 0) <= MOST and fingerprint(given.read()) == found.fingerprint
        )
    except NoTemplate:
        messages.error(request, _("这不是表格文件，请选下载得到的那一份"))
        return redirect("returns:return", row.pk)
    if same:
        messages.success(request, _("就是当时报出的那一份，没有改动"))
    else:
        messages.error(request, _("和当时报出的不同：文件被改动或另存过，或者不是这一份"))
    return redirect("returns:return", row.pk)


@login_required
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The return in the department's own workbook, as it stands."""
    row = return_or_404(actor_of(request), pk)
    if row.round.template.is_list:
        return redirect("returns:take", pk)
    veil = veil_for(row, actor_of(request), timezone.localdate())
    return as_file(row, workbook_of(row, veiled=veil.values()))
