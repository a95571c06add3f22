"""The jobs page: what failed and why, what waits, what runs by itself."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.kernel.accounts.policy import require
from linli.kernel.accounts.requests import StaffRequest
from linli.kernel.jobs import commands, queries

PAGE = 30


@login_required
def job_list(request: StaffRequest) -> HttpResponse:
    """Failed jobs first, with a button to run them again."""
    require(request.actor, "job.view")
    page = Paginator(queries.failed(), PAGE).get_page(request.GET.get("page"))
    rows = [{"job": job, "title": queries.title_of(job.task_name)} for job in page]
    context = {
        "title": _("后台任务"),
        "page": page,
        "rows": rows,
        "counts": queries.counts(),
        "periodic": queries.periodic(),
    }
    return render(request, "jobs/list.html", context)


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
    return redirect("jobs:list")
