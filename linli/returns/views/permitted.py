"""The pages of a permitted form: what it is, its template, its rounds."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.kernel.audit.queries import history_of, timeline
from linli.returns import commands, policy
from linli.returns.forms import EndForm, PermitForm
from linli.returns.queries.rounds import rounds_of
from linli.returns.queries.similar import known_share, similar_forms
from linli.returns.registers import PERMITTED, PERMITTED_TONES, standing_of
from linli.returns.rules.periods import FREQUENCIES, last_period
from linli.returns.views.frame import actor_of, form_or_404, page


def _crumb() -> tuple[str, str]:
    return _("准许报表"), reverse("returns:forms")


@login_required
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """A form with its basis, its template, what is known of it, its rounds and its history."""
    by, form = actor_of(request), form_or_404(code)
    templates = list(form.templates.all())
    template = next((each for each in templates if each.confirmed_at), None)
    today, standing = timezone.localdate(), standing_of(form)
    period = last_period(form.frequency, today)
    context = page(
        form.title, _crumb(), form=form, frequency=FREQUENCIES[form.frequency], templates=templates, template=template,
        share=known_share(template) if template else None, similar=similar_forms(form), rounds=rounds_of(form, by), period=period,
        is_asked=form.rounds.filter(period=period.name).exists(), standing=PERMITTED[standing], tone=PERMITTED_TONES[standing],
        is_permitted=standing != "over", may_keep=by.may("return.keep"), may_ask=policy.owns(by, form),
        history=timeline(list(history_of("return_form", form.pk))), end=EndForm(initial={"on": today}),
    )  # fmt: skip
    return render(request, "returns/form.html", context)


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Permit a form."""
    by = actor_of(request, "return.keep")
    form = PermitForm(request.POST) if request.method == "POST" else PermitForm.of()
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.add_form(draft=form.draft(), by=by, at=timezone.now())
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已准许“%(title)s”，请上传模板") % {"title": made.title})
            return redirect("returns:form", made.code)
    context = page(_("准许一张报表"), _crumb(), form=form)
    return render(request, "returns/permit.html", context, status=422 if form.errors else 200)


@login_required
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change what the register says of a form."""
    by, kept = actor_of(request, "return.keep"), form_or_404(code)
    form = PermitForm(request.POST) if request.method == "POST" else PermitForm.of(kept)
    if request.method == "POST" and form.is_valid():
        version = int(request.POST.get("version") or 0)
        try:
            commands.change_form(code=code, draft=form.draft(), version=version, by=by, at=timezone.now())
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已保存"))
            return redirect("returns:form", code)
    context = page(
        _("修改准许报表"), _crumb(), (kept.title, reverse("returns:form", args=[code])), form=form, kept=kept
    )
    return render(request, "returns/permit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    """Let a form end."""
    by, form = actor_of(request, "return.keep"), EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写停用日期和理由"))
        return redirect("returns:form", code)
    try:
        commands.end_form(code=code, by=by, at=timezone.now(), **form.cleaned_data)
    except commands.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已停用，不得再下发"))
    return redirect("returns:form", code)


@login_required
@require_POST
def open_now(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the last period that is over."""
    by = actor_of(request, "return.ask")
    try:
        made = commands.open_round(code=code, by=by, at=timezone.now())
    except commands.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已下发 %(period)s，系统正在填写已知的数字") % {"period": made.period})
    return redirect("returns:form", code)
