"""Taking personal data away: what for, the files one has, and each file until its time is over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.algorithms.text.sentences import Refusal
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.privacy.commands import Forgotten
from linli.kernel.privacy.limits import limits
from linli.kernel.privacy.purposes import purposes
from linli.kernel.registers import queries
from linli.kernel.registers.exporting import runs
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.models import Export
from linli.kernel.registers.selection import Selection
from linli.kernel.registers.views import register_for, with_own_columns
from linli.kernel.wording import choices

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TakeForm(forms.Form):
    """What the rows are taken for, and why so many."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("用途"), choices=lambda: choices(purposes()), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明办什么事、文件给谁用、用完怎样处理"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def take(request: Any, name: str) -> HttpResponse:
    """Say what for; then the file is made, or a second person is asked."""
    register = register_for(request, name)
    if not register.is_personal:
        raise Http404
    if not register.may_export(request.actor):
        raise PermissionDenied(_("您的岗位不能导出“%(title)s”") % {"title": register.title})
    actor = request.actor
    selection = with_own_columns(
        register,
        register.open_to(Selection.parse(register, request.GET), actor),
        queries.preference_of(actor, register),
    )
    try:
        what = runs.wanted(register, selection, Ask(actor, timezone.now(), selection.as_of))
    except runs.NotAnswered as refused:
        context = {"title": register.title, "reason": str(refused), "register": register}
        return render(request, "registers/refused.html", context, status=422)
    return _ask_what_for(request, what)


def _ask_what_for(request: Any, what: runs.Wanted) -> HttpResponse:
    form, actor, at = TakeForm(request.POST or None), request.actor, timezone.now()
    approval = runs.needs_approval(what, actor, at)
    if not approval:
        del form.fields["reason"]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = runs.take(
                what=what, purpose=given["purpose"], reason=given.get("reason", ""), by=actor, at=at
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("registers:export", row.pk)
    context = {
        "title": _("导出“%(title)s”") % {"title": what.register.title},
        "register": what.register,
        "what": what,
        "form": form,
        "approval": approval,
        "limits": limits(timezone.localdate(at), actor.role),
        "back": what.register.url(what.query or "q="),
    }
    return render(request, "registers/take.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_GET
def mine(request: Any) -> HttpResponse:
    """One's own exports."""
    rows = Export.objects.filter(by_user_id=request.user.pk)[:100]
    return render(request, "registers/exports.html", {"title": _("我导出的文件"), "rows": rows})


@login_required
@require_GET
def detail(request: Any, export_id: UUID) -> HttpResponse:
    """One export: what it is, until when it is kept, and who took it when."""
    row = get_object_or_404(Export, pk=export_id)
    own = row.by_user_id == request.user.pk
    if not own and not request.actor.may("privacy.oversee"):
        raise Http404
    at = timezone.now()
    context = {
        "title": row.title,
        "row": row,
        "own": own,
        "can_download": own
        and row.state == Export.State.READY
        and row.expires_at is not None
        and row.expires_at > at,
        "downloads": row.downloads.all(),
    }
    return render(request, "registers/export.html", context)


@login_required
@require_GET
def download(request: Any, export_id: UUID) -> HttpResponseBase:
    """The file, for who asked for it."""
    get_object_or_404(Export, pk=export_id, by_user_id=request.user.pk)
    try:
        row, content = runs.download(export_id=export_id, by=request.actor, at=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Forgotten:
        messages.error(request, _("文件还没有生成，或已到期销毁"))
        return redirect("registers:export", export_id)
    response = HttpResponse(content, content_type=WORKBOOK)
    response["Content-Disposition"] = content_disposition_header(True, row.file_name) or ""
    response["Cache-Control"] = "no-store"
    return response
