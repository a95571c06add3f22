"""Fields that are off until the county switches them on: the list, and switching one on or off."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.algorithms.text.sentences import Refusal, said
from linli.kernel.audit.actor import Actor
from linli.registry import policy
from linli.registry.commands.switches import switch_off, switch_on
from linli.registry.forms.switching import SwitchForm
from linli.registry.queries.switching import Field, switched_fields
from linli.registry.views.asking import page


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "registry.switch")
    return actor


def _reader(request: HttpRequest) -> Actor:
    """Who may read which fields are on."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not any(map(actor.may, policy.READ_SWITCHES)):
        policy.require(actor, "registry.switch")
    return actor


def _field(request: HttpRequest, element: str, *, is_on: bool) -> tuple[Actor, Field]:
    """Who decides and about which field; 404 where it is not what the page is for."""
    actor = _actor(request)
    found = next(
        (each for each in switched_fields(timezone.localdate()) if each.element.code == element), None
    )
    if found is None or (found.now is not None) != is_on:
        raise Http404
    return actor, found


def _crumb() -> tuple[str, str]:
    return _("限制字段"), reverse("registry:switches")


@login_required
@never_cache
def board(request: HttpRequest) -> HttpResponse:
    """Every field with what holds of it today; whoever oversees reads without the numbers, which lie behind the wall of their rows."""
    may = _reader(request).may("registry.switch")
    fields = switched_fields(timezone.localdate())
    past = [(each, row) for each in fields for row in each.before]
    context = page(_("限制字段"), fields=fields, past=past, may=may)
    return render(request, "registry/switches/board.html", context)


@login_required
@never_cache
def on(request: HttpRequest, element: str) -> HttpResponse:
    """Switch a field on: on what legal basis, for what, and until when."""
    actor, field = _field(request, element, is_on=False)
    form = SwitchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            switch_on(
                element=element, **form.cleaned_data, by=actor, at=timezone.now(), on=timezone.localdate()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已启用：%(title)s") % {"title": said(field.element.title)})
            return redirect("registry:switches")
    title = _("启用“%(title)s”") % {"title": said(field.element.title)}
    context = page(title, _crumb(), form=form, field=field)
    return render(request, "registry/switches/on.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
def off(request: HttpRequest, element: str) -> HttpResponse:
    """Say what becomes of the values; then switch a field off."""
    actor, field = _field(request, element, is_on=True)
    if request.method == "POST":
        switch_off(element=element, by=actor, at=timezone.now(), on=timezone.localdate())
        messages.success(request, _("已停用：%(title)s") % {"title": said(field.element.title)})
        return redirect("registry:switches")
    title = _("停用“%(title)s”") % {"title": said(field.element.title)}
    return render(request, "registry/switches/off.html", page(title, _crumb(), field=field))
