"""The yearly self-report of a community: what stands, filling it in, taking the last version back."""

from __future__ import annotations

from fractions import Fraction
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
from linli.assessment import commands, policy
from linli.assessment.forms import ReportForm
from linli.assessment.models import SelfReport
from linli.assessment.rules import QUESTIONS, ROLE_QUESTIONS, ROLES, read_report
from linli.assessment.views.frame import actor_of, node_or_404, page, shown
from linli.kernel.audit.actor import Actor
from linli.kernel.norms.queries import norm
from linli.territory.queries.units import Node


def _node_for(by: Actor, code: str) -> Node:
    node = node_or_404(code)
    if node.level != "community" or not policy.is_within(by, node.path):
        raise Http404
    return node


def _held(node: Node, year: int) -> SelfReport | None:
    return SelfReport.objects.standing().filter(unit_id=node.id, year=year).first()


@login_required
def detail(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The figures as they hold, and the versions before."""
    by = actor_of(request)
    node = _node_for(by, code)
    versions = list(SelfReport.objects.filter(unit_id=node.id, year=year).order_by("-number"))
    if not versions:
        raise Http404
    held = next((row for row in versions if not row.replaced and row.withdrawn_at is None), None)
    figures = read_report(held.figures) if held else {}
    may = policy.may_report(by, node)
    context = page(
        by, _("%(unit)s：%(year)d年减负自报") % {"unit": node.name, "year": year}, (_("减负自报"), reverse("assessment:reports")), node=node, year=year,
        held=held, versions=versions, may_report=may,
        community=[(said(q.words), said(q.unit), shown(figures.get(q.key))) for q in QUESTIONS],
        roles=[(said(words), _role(figures, role)) for role, words in ROLES.items() if any(key.startswith(f"{role}.") for key in figures)],
    )  # fmt: skip
    return render(request, "assessment/report.html", context)


def _role(figures: Any, role: str) -> list[tuple[str, str, Any]]:
    return [(said(q.words), said(q.unit), shown(figures.get(f"{role}.{q.key}"))) for q in ROLE_QUESTIONS]


@login_required
def fill(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The questions, filled with what was told before: this year's, else last year's."""
    by, at = actor_of(request, "burden.report"), timezone.now()
    node = _node_for(by, code)
    about = Fraction(
        int(norm("assessment.report.about", on=timezone.localdate(at), place=node.path).amount()), 100
    )
    held, before = _held(node, year), _held(node, year - 1)
    known = held or before
    given: dict[str, Any] = {"about": about, "figures": read_report(known.figures) if known else None}
    form = ReportForm(request.POST, **given) if request.method == "POST" else ReportForm(**given)
    if request.method == "POST" and form.is_valid():
        try:
            row = commands.report(unit=node, year=year, figures=form.figures, by=by, at=at)
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            undo = f"{reverse('assessment:report_undo', args=[code, year])}?version={row.pk}"
            messages.success(request, _("已报%(year)d年减负自报") % {"year": year}, extra_tags=f"undo:{undo}")
            return redirect("assessment:report", code, year)
    context = page(
        by, _("%(unit)s：%(year)d年减负自报") % {"unit": node.name, "year": year}, (_("减负自报"), reverse("assessment:reports")), form=form,
        node=node, year=year, held=held, from_before=before if held is None else None,
    )  # fmt: skip
    return render(request, "assessment/report_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def undo(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Take the last version back: the one before it holds again."""
    by = actor_of(request, "burden.report")
    node = _node_for(by, code)
    held = _held(node, year)
    wanted = request.GET.get("version") or request.POST.get("version") or ""
    if held is None or str(held.pk) != wanted:
        messages.error(request, _("这一版已经更正或收回，请看最新的一版"))
        return redirect("assessment:meter")
    try:
        earlier = commands.take_back(report_id=held.pk, by=by, at=timezone.now())
    except commands.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("assessment:meter")
    messages.success(request, _("已收回，恢复到上一版") if earlier else _("已收回"))
    return redirect("assessment:report_fill", code, year)
