"""The auditor's pages: who did what, who looked at whom, and whether the chain is whole."""

from __future__ import annotations

from itertools import islice

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.kernel.audit import queries
from linli.kernel.audit.forms import AuditFilter
from linli.kernel.audit.record import Subject, record

PAGE = 50
MOST_FINDINGS = 50


def _may_look(request: HttpRequest) -> None:
    if not request.actor.may("audit.view"):  # type: ignore[attr-defined]
        raise PermissionDenied(_("只有安全审计员可以查看审计记录"))


@login_required
def event_list(request: HttpRequest) -> HttpResponse:
    """Events by who, what and when."""
    _may_look(request)
    form = AuditFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = request.GET.get("page", "1")
    number = max(1, int(page)) if page.isdigit() else 1
    events = list(queries.found(**wanted)[(number - 1) * PAGE : number * PAGE + 1])
    rows = [{"event": event, "words": queries.sentence_of(event)} for event in events[:PAGE]]
    context = {
        "title": _("审计"), "form": form, "rows": rows, "head": queries.head(),
        "older": number + 1 if len(events) > PAGE else None, "newer": number - 1 if number > 1 else None,
    }  # fmt: skip
    return render(request, "audit/list.html", context)


@login_required
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Walk the chain and show what is wrong with it."""
    _may_look(request)
    findings = list(islice(queries.verify(), MOST_FINDINGS))
    result = _("完整") if not findings else _("发现 %(n)s 处异常") % {"n": len(findings)}
    subject = Subject("audit", None, "审计链")
    record("audit.verified", subject=subject, by=request.actor, at=timezone.now(), after={"result": result})  # type: ignore[attr-defined]
    return render(
        request,
        "audit/verified.html",
        {"title": _("核对审计链"), "findings": findings, "head": queries.head()},
    )
