"""Residents at their own household: the slip with the code, the two doors, what is kept, corrections, and a copy of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.kernel.accounts import limits
from linli.kernel.audit.actor import Actor
from linli.kernel.norms.queries import norm
from linli.kernel.privacy import crypto
from linli.registry.commands.invitations import (
    correct_own,
    invite,
    send_own_code,
    take_own_copy,
    use_own_code,
)
from linli.registry.forms import OwnCodeForm, SecretForm
from linli.registry.queries.households import household_for
from linli.registry.queries.own import Door, OwnHousehold, door_of, own_household
from linli.registry.rules.life import Refused
from linli.registry.views.asking import page
from linli.registry.views.visits import actor_of, answers_of, said_of, visitor_page

RESIDENT = Actor.public("居民本人（自助登记）")
SESSION = "own_household"
STAYS = 30 * 60
"""Seconds for which a browser that has passed both doors stays inside."""

HOUR = 3600
SENT_PER_HOUR = 3
LOOKS_PER_HOUR = 60


@visitor_page
def slip(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give a household its code: asked first, because the code it had ends; then the slip to hand over, shown this once."""
    actor = actor_of(request)
    household = household_for(actor, uid)
    if household is None:
        raise Http404
    name = household.head.name if household.head else str(household)
    back = reverse("registry:household", args=[uid])
    context = page(
        _("自助登记码"),
        (_("入户走访"), reverse("registry:visits")),
        (name, back),
        household=household,
        back=back,
    )
    if request.method == "POST":
        made = invite(household_id=household.pk, by=actor, at=timezone.now())
        link = request.build_absolute_uri(reverse("registry:own", args=[made.code]))
        spaced = " ".join(made.code[at : at + 4] for at in range(0, len(made.code), 4))
        context |= {"made": made, "link": link, "spaced": spaced, "qr": _qr(link)}
    days = int(norm("registry.invitation.days", on=timezone.localdate()).amount())
    return render(request, "registry/own/slip.html", context | {"days": days})


def _qr(link: str) -> SafeString:
    """A picture to scan, as SVG."""
    return mark_safe(segno.make(link, error="m").svg_inline(scale=4, border=2, light="#fff", svgclass="c-qr"))


@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Type the code of the slip."""
    form = OwnCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("registry:own", code=form.cleaned_data["code"])
    context = {"title": _("看我家的登记信息"), "form": form}
    return render(request, "registry/own/find.html", context, status=422 if form.errors else 200)


@never_cache
def own(request: HttpRequest, code: str) -> HttpResponse:
    """Behind the first door: ask for the second code; behind both: what is kept of the household, to be mended."""
    try:
        shown, inside = _entered(request, code)
    except limits.TooMany:
        return render(request, "429.html", status=429)
    if shown is None:
        return _unknown(request)
    if inside is None:
        return _second_door(request, code, shown)
    return _mend(request, code, inside) if request.method == "POST" else _sheet(request, code, inside)


def _entered(request: HttpRequest, code: str) -> tuple[Door | None, OwnHousehold | None]:
    """What the code opens, and what both doors together open; unknown codes are counted for each sender."""
    at = timezone.now()
    shown = door_of(code, at)
    if shown is None:
        limits.count(f"own code {limits.sender_of(request)}", most=_most(), seconds=HOUR, at=at)
    kept = request.session.get(SESSION, {})
    passed = shown is not None and kept.get("mark") == _mark(code) and kept.get("until", 0) > at.timestamp()
    return shown, own_household(code, at, timezone.localdate(at)) if passed else None


def _mark(code: str) -> str:
    """What is kept of a code in sessions and counters: nobody gets the code back from it."""
    return crypto.blind("invitation", code).hex()


def _most() -> int:
    return int(norm("registry.invitation.tries", on=timezone.localdate()).amount())


def _unknown(request: HttpRequest) -> HttpResponse:
    context = {"title": _("登记码打不开"), "form": OwnCodeForm()}
    return render(request, "registry/own/unknown.html", context, status=404)


def _second_door(request: HttpRequest, code: str, shown: Door) -> HttpResponse:
    """Choose a telephone of the household; type the code that came to it."""
    form = SecretForm(request.POST if "secret" in request.POST else None)
    sent = request.session.get("own_sent") == _mark(code)
    problem = ""
    try:
        if request.method == "POST" and "phone" in request.POST:
            _send(request, code)
            return redirect("registry:own", code=code)
        if form.is_bound and form.is_valid() and _opened(request, code, form):
            return redirect("registry:own", code=code)
    except (Refused, limits.TooMany) as refusal:
        problem = str(refusal)
    minutes = int(norm("registry.invitation.code_minutes", on=timezone.localdate()).amount())
    context = {
        "title": _("看我家的登记信息"), "door": shown, "form": form, "sent": sent, "minutes": minutes, "problem": problem,
    }  # fmt: skip
    return render(request, "registry/own/door.html", context, status=422 if problem or form.errors else 200)


def _send(request: HttpRequest, code: str) -> None:
    at, chosen = timezone.now(), request.POST["phone"]
    if not chosen.isdigit():
        raise Refused("请选一个手机号")
    limits.count(f"own send {limits.sender_of(request)}", most=SENT_PER_HOUR * 3, seconds=HOUR, at=at)
    limits.count(f"own send {_mark(code)}", most=SENT_PER_HOUR, seconds=HOUR, at=at)
    send_own_code(code=code, person_id=int(chosen), by=RESIDENT, at=at)
    request.session["own_sent"] = _mark(code)


def _opened(request: HttpRequest, code: str, form: SecretForm) -> bool:
    at = timezone.now()
    if use_own_code(code=code, secret=form.cleaned_data["secret"], by=RESIDENT, at=at) is None:
        form.add_error(
            "secret", _("验证码不对，或已经过期。请对照短信再输一遍，或重新获取；输错太多次，登记码会停用")
        )
        return False
    request.session.cycle_key()
    request.session[SESSION] = {"mark": _mark(code), "until": at.timestamp() + STAYS}
    request.session.pop("own_sent", None)
    return True


def _sheet(request: HttpRequest, code: str, inside: OwnHousehold, problem: str = "") -> HttpResponse:
    context = {"title": _("我家的登记信息"), "home": inside, "code": code, "problem": problem}
    return render(request, "registry/own/sheet.html", context, status=422 if problem else 200)


def _mend(request: HttpRequest, code: str, inside: OwnHousehold) -> HttpResponse:
    answers = answers_of(request)
    if not answers:
        return _sheet(request, code, inside, _("还没有选。哪一项要改、没有变或不愿提供，请选好再交"))
    at = timezone.now()
    try:
        limits.count(f"own mend {_mark(code)}", most=LOOKS_PER_HOUR, seconds=HOUR, at=at)
        taken = correct_own(code=code, answers=answers, by=RESIDENT, at=at)
    except (Refused, limits.TooMany) as refusal:
        return _sheet(request, code, inside, str(refusal))
    messages.success(request, _("收到了，谢谢。"))
    if taken.left:
        waits = _("下面几项要社区核对后再改：") + "；".join(map(said_of, taken.left))
        messages.info(request, waits)
    return redirect("registry:own", code=code)


@never_cache
@require_safe
def copy(request: HttpRequest, code: str) -> HttpResponse:
    """A copy of what is kept of the household, with where each value comes from; made to be printed."""
    try:
        _shown, inside = _entered(request, code)
    except limits.TooMany:
        return render(request, "429.html", status=429)
    if inside is None:
        return redirect("registry:own", code=code)
    at = timezone.now()
    take_own_copy(code=code, by=RESIDENT, at=at)
    context: dict[str, Any] = {"title": _("我家登记信息的副本"), "home": inside, "at": at, "code": code}
    return render(request, "registry/own/copy.html", context)


@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Close both doors behind oneself: on a telephone that others use."""
    request.session.pop(SESSION, None)
    messages.success(request, _("已退出，这部手机上看不到您家的信息了。"))
    return redirect("registry:own_find")
