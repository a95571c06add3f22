"""Tokens of machines: the security administrator makes and revokes them; the text is shown once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.kernel.accounts import queries, tokens
from linli.kernel.accounts.forms.machines import TokenForm
from linli.kernel.accounts.models import ApiToken
from linli.kernel.accounts.policy import require
from linli.kernel.accounts.units import find_unit


@never_cache
@login_required
def machines(request: HttpRequest) -> HttpResponse:
    """Every token with what it may do; a new one, whose text this one answer shows."""
    require(request.actor, "security.manage")  # type: ignore[attr-defined]
    form = TokenForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    text = ""
    if request.method == "POST" and form.is_valid():
        text = _make(request, form)
        form = form if form.errors else TokenForm(initial={"starts_on": timezone.localdate()})
    return _page(request, form, text)


def _make(request: HttpRequest, form: TokenForm) -> str:
    data: dict[str, Any] = form.cleaned_data
    unit = find_unit(data["unit_code"].strip())
    if unit is None:
        form.add_error("unit_code", _("没有这个代码的单位，请在“单位与网格”中查找"))
        return ""
    given = {key: data[key] for key in ("name", "verbs", "starts_on", "ends_on")}
    try:
        with transaction.atomic():
            by, at = request.actor, timezone.now()  # type: ignore[attr-defined]
            return tokens.make_token(**given, unit_code=unit.code, scope=unit.path, by=by, at=at)[1]
    except IntegrityError:
        form.add_error("name", _("已有同名的令牌，请换一个名称"))
        return ""


def _page(request: HttpRequest, form: TokenForm, text: str) -> HttpResponse:
    context = {
        "title": _("接口令牌"),
        "form": form,
        "text": text,
        "rows": queries.machines(timezone.localdate()),
    }
    return render(request, "accounts/machines.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a token back at once."""
    row = get_object_or_404(ApiToken, pk=pk)
    tokens.revoke_token(token=row, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("令牌“%(name)s”已收回，即刻失效") % {"name": row.name})
    return redirect("accounts:machines")
