"""The pages beside the administrators' lists: the chain of the audit, one job, and what runs by itself."""

from __future__ import annotations

from itertools import islice

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.kernel.accounts.policy import require
from linli.kernel.accounts.requests import StaffRequest
from linli.kernel.audit import queries as audit
from linli.kernel.audit.record import Subject, record
from linli.kernel.jobs import commands
from linli.kernel.jobs import queries as jobs

MOST_FINDINGS = 50


@login_required
@require_POST
def verify(request: StaffRequest) -> HttpResponse:
    """Walk the chain and show what is wrong with it."""
    require(request.actor, "audit.view")
    findings = list(islice(audit.verify(), MOST_FINDINGS))
    result = _("完整") if not findings else _("发现 %(n)s 处异常") % {"n": len(findings)}
    subject = Subject("audit", None, "审计链")
    record("audit.verified", subject=subject, by=request.actor, at=timezone.now(), after={"result": result})
    context = {"title": _("核对审计链"), "findings": findings, "head": audit.head()}
    return render(request, "administration/verified.html", context)


@login_required
def job(request: StaffRequest, pk: int) -> HttpResponse:
    """One job: what became of it, and a button to run it again if it failed."""
    require(request.actor, "job.view")
    row = get_object_or_404(jobs.everything(), pk=pk)
    context = {
        "title": jobs.title_of(row.task_name),
        "row": row,
        "state": jobs.STATES[row.status],
        "tone": jobs.TONES[row.status],
        "steps": jobs.steps_of(pk),
    }
    return render(request, "administration/job.html", context)


@login_required
def periodic(request: StaffRequest) -> HttpResponse:
    """What runs by itself, and when it last did."""
    require(request.actor, "job.view")
    context = {"title": _("定时任务"), "rows": jobs.periodic()}
    return render(request, "administration/periodic.html", context)


@login_required
@require_POST
def run_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Put one failed job back."""
    try:
        commands.run_again(job_id=pk, by=request.actor, at=timezone.now())
    except commands.NotFailed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已重新排队"))
    return redirect("administration:jobs")
