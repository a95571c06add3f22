"""Finding somebody beyond the own territory by the whole document, and bringing the person into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from linli.kernel.audit.actor import Actor
from linli.registry import policy
from linli.registry.commands import life
from linli.registry.commands.looking import Found, find_person
from linli.registry.forms import FindForm
from linli.registry.forms.deeds import TransferForm
from linli.registry.views.asking import page
from linli.registry.views.deeds import living_given
from linli.registry.views.recording import Common, Given, Page, asked, page_of, recorder

SALT = "registry.transfer"
GOOD_FOR = 15 * 60
"""Seconds for which somebody who was found can be brought over; after that one looks again, and it is written down again."""


@dataclass(frozen=True)
class Arriving:
    """Somebody who was found, on the way from one page to the next."""

    ticket: str
    name: str
    community: str
    document: bytes


def _brought(who: Arriving, given: Given, common: Common) -> Any:
    return life.move_in(document=who.document, **living_given(given, common["by"]), **common)


TRANSFER = Page(gettext_lazy("办理转入"), TransferForm, _brought)


def _crumb() -> tuple[str, str]:
    return _("人员"), reverse("registry:people")


@login_required
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Find a person by the whole number of a document, wherever in the district: the name masked, whom to ask, and the way here."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "registry.find")
    form = FindForm(request.POST or None)
    context = page(_("凭证件查找"), _crumb(), form=form, asked=False, may_change=actor.may("registry.change"))
    if request.method == "POST" and form.is_valid():
        found = find_person(
            number=form.cleaned_data["number"], why=form.cleaned_data["why"], by=actor, at=timezone.now()
        )
        ticket = _ticket(found, actor) if found and found.document else ""
        context |= {"found": found, "ticket": ticket, "asked": True, "form": FindForm()}
    return render(request, "registry/people/find.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
def transfer(request: HttpRequest) -> HttpResponse:
    """Bring somebody who was just found into the own territory: the day, and where the person lives now."""
    actor = recorder(request)
    policy.require(actor, "registry.transfer")
    who = _arriving(request.POST.get("ticket", ""), actor)
    if who is None:
        messages.error(request, _("请先凭证件号码查找；查到后一刻钟内可以办理转入"))
        return redirect("registry:find")
    hint = _("%(name)s，登记在%(community)s；转入后由现住地管理，原社区不再看得到（户籍仍在那里的除外）")
    told = replace(TRANSFER, hint=hint % {"name": who.name, "community": who.community or _("本区以外")})
    crumbs = (_crumb(), (_("凭证件查找"), reverse("registry:find")))
    return asked(request, told, who, crumbs, page_of, is_first="address" not in request.POST)


def _ticket(found: Found, actor: Actor) -> str:
    """Who was found, for the next page: signed, for this actor alone, so that nobody can be named who was not found."""
    told = [actor.user_id, found.name, found.community, (found.document or b"").hex()]
    return signing.dumps(told, salt=SALT)


def _arriving(ticket: str, actor: Actor) -> Arriving | None:
    """Who is meant; None where it was not signed for this actor, or too long ago."""
    try:
        user_id, name, community, document = signing.loads(ticket, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return Arriving(ticket, name, community, bytes.fromhex(document)) if user_id == actor.user_id else None
