"""One entry of the dispatch catalogue: its versions, its history, and its changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.duties import commands, rules
from linli.duties.forms import CloseForm, EntryForm, TryForm
from linli.duties.models import CatalogueEntry
from linli.duties.queries import categories, lead_words
from linli.duties.views.frame import actor_of, page, versions_or_404
from linli.kernel.answers import saying
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import history_of, timeline


def _crumb() -> tuple[str, str]:
    return _("派单目录"), reverse("duties:catalogue") + "?status=in_force"


def _shown(entry: CatalogueEntry) -> dict[str, Any]:
    return {
        "entry": entry, "condition": rules.say_condition(entry.condition), "lead": lead_words([entry.lead])[0],
        "assist": lead_words(entry.assist), "category": categories().said(entry.category),
    }  # fmt: skip


@login_required
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """An entry with its basis, its versions and history, and a box to try it."""
    by = actor_of(request)
    versions, today = versions_or_404(by, code), timezone.localdate()
    now = next(
        (v for v in versions if v.valid_from <= today and (v.valid_to is None or today < v.valid_to)), None
    )
    latest = versions[0]
    shown = now or latest
    events: list[Event] = [
        event for version in versions for event in history_of("catalogue_entry", version.pk)
    ]
    first_values = {name: values[0] for name, values in shown.condition.items()}
    context = page(
        by, _("第 %(code)s 条") % {"code": code}, _crumb(), tab="catalogue", shown=_shown(shown), now=now, latest=latest,
        versions=[_shown(version) for version in versions], history=timeline(sorted(events, key=lambda event: event.pk)),
        may_withdraw=latest.local and latest.valid_from > today, form=TryForm(initial={"category": shown.category.code, **first_values}),
        may_reopen=latest.valid_to is not None and latest.valid_to >= today, close=CloseForm(initial={"on": today}),
    )  # fmt: skip
    return render(request, "duties/entry.html", context)


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Add an entry."""
    by = actor_of(request, "duty.change")
    start = {"valid_from": timezone.localdate(), "category": request.GET.get("category", "")}
    form = EntryForm(request.POST) if request.method == "POST" else EntryForm(initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            entry = commands.add_entry(draft=form.draft(), by=by, at=timezone.now())
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已新增第 %(code)s 条") % {"code": entry.code})
            return redirect("duties:entry", entry.code)
    context = page(by, _("新增派单目录条目"), _crumb(), form=form)
    return render(request, "duties/entry_form.html", context, status=422 if form.errors else 200)


@login_required
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Give an entry a new version."""
    by = actor_of(request, "duty.change")
    latest, today = versions_or_404(by, code)[0], timezone.localdate()
    form = EntryForm(request.POST) if request.method == "POST" else EntryForm.of(latest, today)
    if request.method == "POST" and form.is_valid():
        try:
            commands.change_entry(code=code, draft=form.draft(), by=by, at=timezone.now())
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("第 %(code)s 条已改版") % {"code": code})
            return redirect("duties:entry", code)
    crumbs = (_crumb(), (_("第 %(code)s 条") % {"code": code}, reverse("duties:entry", args=[code])))
    context = page(by, _("改版第 %(code)s 条") % {"code": code}, *crumbs, form=form, code=code)
    return render(request, "duties/entry_form.html", context, status=422 if form.errors else 200)


def _done(
    request: HttpRequest, code: str, run: Callable[[], object], said: str, undo: str = ""
) -> HttpResponse:
    with saying(request, said, undo=undo):
        run()
    left = CatalogueEntry.objects.filter(code=code).exists()
    return redirect("duties:entry", code) if left else redirect("duties:catalogue")


@login_required
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Let an entry end."""
    by, form = actor_of(request, "duty.change"), CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写停用日期和理由"))
        return redirect("duties:entry", code)
    undo = reverse("duties:entry_reopen", args=[code])
    said = _("第 %(code)s 条自 %(on)s 起停用") % {"code": code, "on": form.cleaned_data["on"]}
    return _done(
        request,
        code,
        lambda: commands.close_entry(code=code, by=by, at=timezone.now(), **form.cleaned_data),
        said,
        undo,
    )


@login_required
@require_POST
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Undo a closing."""
    by = actor_of(request, "duty.change")
    said = _("第 %(code)s 条继续有效") % {"code": code}
    return _done(request, code, lambda: commands.reopen_entry(code=code, by=by, at=timezone.now()), said)


@login_required
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Undo a version that has not begun."""
    by = actor_of(request, "duty.change")
    said = _("已撤回第 %(code)s 条尚未启用的版本") % {"code": code}
    return _done(request, code, lambda: commands.withdraw_entry(code=code, by=by, at=timezone.now()), said)
