"""Who looked at one person or case, and one sign of abuse."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.algorithms.text.sentences import Refusal
from linli.kernel.accounts.policy import require
from linli.kernel.accounts.requests import StaffRequest
from linli.kernel.privacy import queries
from linli.kernel.privacy.commands.signs import look_into
from linli.kernel.privacy.models import Sign
from linli.kernel.protection.forms import NoteForm
from linli.kernel.protection.views.frame import tabs

WEEK = timedelta(days=7)
MOST = 200


@login_required
def looks_at(request: StaffRequest, kind: str, subject_id: int) -> HttpResponse:
    """Every look at one subject, the latest first."""
    require(request.actor, "privacy.oversee")
    found = queries.looks_at(kind, subject_id)
    label = queries.label_of(kind, subject_id)
    context = {
        "title": _("谁看过 %(label)s") % {"label": label} if label else _("谁看过"),
        "tabs": tabs(request.actor, "looks"),
        "looks": found[:MOST],
        "count": len(found),
    }
    return render(request, "protection/looks_at.html", context)


@login_required
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    """One sign with the looks behind it, and the note that puts it away."""
    require(request.actor, "privacy.watch")
    row = get_object_or_404(Sign, pk=pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            look_into(sign_id=pk, note=form.cleaned_data["note"], by=request.actor, at=timezone.now())
        except Refusal as refusal:
            form.add_error("note", str(refusal))
        else:
            messages.success(request, _("已记录核实情况"))
            return redirect("protection:signs")
    context = {
        "title": str(row.get_kind_display()),
        "tabs": tabs(request.actor, "signs"),
        "row": row,
        "form": form,
        "looks": queries.looks_behind(row, WEEK)[:MOST],
    }
    return render(request, "protection/sign.html", context, status=422 if request.method == "POST" else 200)
