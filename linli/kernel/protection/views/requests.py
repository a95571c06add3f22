"""Asking a second person, deciding, and the emergency access that follows from a yes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.algorithms.text.sentences import Refusal
from linli.kernel.accounts.requests import StaffRequest
from linli.kernel.accounts.units import find_unit
from linli.kernel.norms.places import place_name
from linli.kernel.privacy import access, queries
from linli.kernel.privacy import commands as privacy
from linli.kernel.privacy.limits import limits
from linli.kernel.privacy.models import Request
from linli.kernel.privacy.purposes import purposes
from linli.kernel.protection.forms import AccessRequestForm, DecisionForm, RevealRequestForm
from linli.kernel.protection.queries.requests import shown
from linli.kernel.protection.views.frame import tabs

FORMS: dict[str, type[RevealRequestForm] | type[AccessRequestForm]] = {
    "reveal": RevealRequestForm,
    "access": AccessRequestForm,
}
MOST = 100


@login_required
def requests(request: StaffRequest) -> HttpResponse:
    """What waits for my decision, then what I asked for, then what else I may see."""
    actor, at = request.actor, timezone.now()
    waiting = queries.waiting_for(actor)
    others = queries.requests_for(actor).exclude(pk__in=[row.pk for row in waiting])
    context = {
        "title": _("申请与审批"),
        "tabs": tabs(actor, "requests"),
        "waiting": [shown(row, actor, at) for row in waiting],
        "mine": [shown(row, actor, at) for row in others.filter(asked_by=request.user.pk)[:MOST]],
        "others": [shown(row, actor, at) for row in others.exclude(asked_by=request.user.pk)[:MOST]],
    }
    return render(request, "protection/requests.html", context)


@login_required
def ask(request: StaffRequest, kind: str) -> HttpResponse:
    """Write a request; what is needed can be handed over in the address (``selection``, ``count``, ``fingerprint``)."""
    if kind not in FORMS:
        raise Http404
    given = {name: request.GET[name] for name in ("selection", "count", "purpose") if name in request.GET}
    form = FORMS[kind](request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            row = _ask(request, kind, form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已提交，等待审批"))
            return redirect("protection:request", row.pk)
    day = timezone.localdate()
    context = {
        "title": _("申请批量查看") if kind == "reveal" else _("申请越权紧急访问"),
        "tabs": tabs(request.actor, "requests"),
        "form": form,
        "kind": kind,
        "limits": limits(day, request.actor.role),
    }
    return render(request, "protection/ask.html", context, status=422 if request.method == "POST" else 200)


def _ask(request: StaffRequest, kind: str, data: dict[str, Any]) -> Request:
    more: dict[str, Any] = {"selection": data.get("selection", ""), "count": data.get("count", 0)}
    if kind == "access":
        unit = find_unit(data["unit_code"])
        if unit is None:
            raise privacy.ReasonNeeded("没有找到这个单位，请重新选择")
        more = {"selection": unit.name, "count": 0, "reach": unit.path}
    else:
        more["fingerprint"] = request.GET.get("fingerprint", "")[:64]
    return privacy.ask(
        kind=kind, purpose=data["purpose"], reason=data["reason"], by=request.actor, at=timezone.now(), **more
    )


def _row(request: StaffRequest, pk: int) -> Request:
    return get_object_or_404(queries.requests_for(request.actor), pk=pk)


@login_required
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One request, with the decision for who may take it."""
    row, actor, at = _row(request, pk), request.actor, timezone.now()
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        approve = "approve" in request.POST
        try:
            privacy.decide(
                request_id=pk, approve=approve, answer=form.cleaned_data["answer"], by=actor, at=at
            )
        except PermissionDenied:
            raise
        except Refusal as refusal:
            form.add_error("answer", str(refusal))
        else:
            messages.success(request, _("已同意") if approve else _("已回复不同意"))
            return redirect("protection:requests")
    context = {
        "title": str(row.get_kind_display()) + " " + str(row.pk),
        "tabs": tabs(actor, "requests"),
        "shown": shown(row, actor, at),
        "row": row,
        "form": form,
        "purpose": purposes()[row.purpose],
        "where": place_name(row.reach) if row.reach else "",
        "reads": queries.looks_at("privacy_request", pk) if row.kind == Request.Kind.ACCESS else [],
        "is_open": request.session.get(access.SESSION_KEY) == pk,
    }
    return render(
        request, "protection/request.html", context, status=422 if request.method == "POST" else 200
    )


@login_required
@require_POST
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a request back, or end an approval before its time."""
    _row(request, pk)
    try:
        privacy.end(request_id=pk, by=request.actor, at=timezone.now())
    except privacy.NotDecidable as refusal:
        messages.error(request, str(refusal))
    if request.session.get(access.SESSION_KEY) == pk:
        del request.session[access.SESSION_KEY]
    return redirect("protection:request", pk)


@login_required
@require_POST
def open_access(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin the emergency access in this session; it ends by itself."""
    row = access.opened(request.actor, pk, timezone.now())
    if row is None:
        messages.error(request, _("这项紧急访问没有生效或已到期"))
        return redirect("protection:request", pk)
    access.begin(row, place_name(row.reach), by=request.actor, at=timezone.now())
    request.session[access.SESSION_KEY] = row.pk
    messages.success(request, _("紧急访问已打开，期间打开的每一页都有记录"))
    return redirect("workbench")


@login_required
@require_POST
def close_access(request: StaffRequest) -> HttpResponse:
    """Go back to the own territory; the approval itself goes on until its time."""
    request.session.pop(access.SESSION_KEY, None)
    return redirect("protection:requests")
