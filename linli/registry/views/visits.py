"""Calling at homes: what there is to ask, on a desk and on the telephone, and the page of one home that works without a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from secrets import token_hex
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.algorithms.text.sentences import said
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.registry import policy
from linli.registry.commands.answering import VALUE, Answer, Conflict
from linli.registry.commands.visits import Visited, record_visit
from linli.registry.queries.freshness import shares
from linli.registry.queries.sealed import Opener
from linli.registry.queries.visits import Call, Sheet, calls_below, home_for, sheet_of, visits_today, walks
from linli.registry.rules.life import Refused
from linli.territory.queries.units import Node, tree

QUEUE_HEADER = "X-Linli-Queue"
SHOWN = 300
"""Homes of one list; a community that has more is gone through grid by grid."""

LATE = timedelta(days=14)
"""How long a visit may wait on a telephone and still have the day on which it was made."""

ASSETS = (
    "vendor/tabler.min.css", "linli/tokens.css", "linli/linli.css", "linli/words.js", "vendor/htmx.min.js", "linli/frame.js",
    "linli/lists.js", "linli/forms.js", "linli/toasts.js", "linli/components.js", "linli/picker.js", "vendor/alpine-csp.min.js", "linli/mark.svg",
    "registry/visits.css", "linli/queue.js", "registry/visits.js",
)  # fmt: skip
"""What the pages need without a network: the worker of the browser keeps it."""


def visitor_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For who visits homes."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        policy.require(actor_of(request), "registry.visit")
        return view(request, *args, **kwargs)

    return never_cache(login_required(answer))


def actor_of(request: HttpRequest) -> Actor:
    """Who acts."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _unit(request: HttpRequest, actor: Actor) -> Node:
    """The unit that is looked at: the one asked for, where it lies in the own territory, else the own one."""
    chosen = tree().by_code.get(request.GET.get("unit", ""))
    own = tree().by_code.get(actor.unit)
    if chosen is not None and policy.in_scope(actor, chosen.path):
        return chosen
    if own is None:
        raise Http404
    return own


def _parts(node: Node) -> list[Node]:
    """What a unit is gone through by: the communities of a street, the grids of a community."""
    below = [each for each in tree().below(node.path) if each is not node]
    communities = [each for each in below if each.level == "community"]
    return communities or [each for each in below if each.level == "grid"]


def _calls(actor: Actor, node: Node, parts: list[Node]) -> list[Call] | None:
    """The homes of a unit; None where it is so wide that a community must be chosen first."""
    if any(part.level == "community" for part in parts):
        return None
    return calls_below(actor, node.path, timezone.localdate())


def _listed(calls: list[Call] | None) -> dict[str, Any]:
    """What both lists show of the homes."""
    shown, total = [], 0
    for walk in walks(calls or []):
        if total < SHOWN:
            shown.append(walk)
            total += len(walk.calls)
    found = calls or []
    return {
        "walks": shown, "wide": calls is None, "homes": len(found), "items": sum(each.items for each in found),
        "conflicts": sum(each.conflicts for each in found), "more": total < len(found),
    }  # fmt: skip


@visitor_page
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """How fresh the own territory is, part by part, and the homes where there is something to ask."""
    actor = actor_of(request)
    node = _unit(request, actor)
    parts = _parts(node)
    today = visits_today(actor, timezone.now())
    context = {
        "title": _("入户走访"), "unit": node, "own": node.code == actor.unit, "shares": shares(parts),
        "whole": next(iter(shares([node])), None), "today": today, "visited": sum(today.values()),
    }  # fmt: skip
    return render(request, "registry/visits/board.html", context | _listed(_calls(actor, node, parts)))


@visitor_page
@require_safe
def homes(request: HttpRequest) -> HttpResponse:
    """The homes to call at, building by building, on the telephone."""
    actor = actor_of(request)
    node = _unit(request, actor)
    parts = _parts(node)
    back = "" if node.code == actor.unit else reverse("registry:phone_visits")
    context = {"title": _("走访"), "unit": node, "parts": parts if len(parts) > 1 else [], "back_url": back}
    return render(request, "registry/visits/homes.html", context | _listed(_calls(actor, node, parts)))


@visitor_page
def home(request: HttpRequest, key: str) -> HttpResponse:
    """What is to be asked in one home; the answers come from the queue of the telephone, or as a plain form."""
    actor = actor_of(request)
    found = home_for(actor, key)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _taken(request, actor, key)
    return _page(request, sheet_of(*found, timezone.localdate(), Opener()))


def _page(request: HttpRequest, sheet: Sheet, error: str = "") -> HttpResponse:
    context = {
        "title": sheet.title, "sheet": sheet, "key": token_hex(16), "error": error, "today": timezone.localdate(),
        "back_url": reverse("registry:phone_visits"),
    }  # fmt: skip
    return render(request, "registry/visits/home.html", context, status=422 if error else 200)


def _taken(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    queued = QUEUE_HEADER in request.headers
    if queued and request.POST.get("user") != str(request.user.pk):
        return JsonResponse({"error": _("这一条是用另一个账号写的，请用那个账号登录后发送")}, status=409)
    try:
        made = record_visit(
            home=key, outcome=request.POST.get("outcome", ""), answers=answers_of(request), key=request.POST.get("key", "")[:40] or token_hex(16),
            by=actor, at=timezone.now(), on=_day(request),
        )  # fmt: skip
    except (Refused, NotAllowed) as refusal:
        if queued:
            return JsonResponse({"error": str(refusal)}, status=422)
        found = home_for(actor, key)
        if found is None:
            raise Http404 from None
        return _page(request, sheet_of(*found, timezone.localdate(), Opener()), str(refusal))
    return _told(request, key, made, queued)


def _told(request: HttpRequest, key: str, made: Visited, queued: bool) -> HttpResponse:
    words = _("已登记走访：%(outcome)s") % {"outcome": made.visit.get_outcome_display()}
    left = "；".join(map(said_of, made.conflicts))
    page = reverse("registry:phone_home", args=[key])
    if queued:
        return JsonResponse({"said": words} | ({"left": left, "link": page} if left else {}))
    messages.success(request, words)
    if left:
        messages.warning(request, _("有不一致，没有改动登记，请核对。") + left)
    return redirect(page if left else reverse("registry:phone_visits"))


def said_of(conflict: Conflict) -> str:
    """An answer that met a record which had changed meanwhile, with both values."""
    return _("%(name)s的%(title)s：登记的是“%(ours)s”，您写的是“%(theirs)s”") % {
        "name": conflict.name,
        "title": said(conflict.title),
        "ours": conflict.ours or _("无"),
        "theirs": conflict.theirs or _("原来的内容"),
    }


def answers_of(request: HttpRequest) -> list[Answer]:
    """The answers of a form: ``how-PERSON-element`` and ``value-…``, each with the token of what was shown."""
    found = []
    for name, token in request.POST.items():
        if not name.startswith("token-") or name.count("-") != 2:
            continue
        _token, person, element = name.split("-")
        value = request.POST.get(f"value-{person}-{element}", "").strip()
        how = request.POST.get(f"how-{person}-{element}", "") or (VALUE if value else "")
        if how:
            found.append(Answer(_uid(person), element, how, value if how == VALUE else "", str(token)))
    return found


def _uid(person: str) -> UUID:
    try:
        return UUID(hex=person)
    except ValueError:
        raise Refused("这一页已经过期，请重新打开") from None


def _day(request: HttpRequest) -> date:
    """The day of the visit as the telephone has it, where that can be; else today."""
    today = timezone.localdate()
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        return today
    return day if today - LATE <= day <= today else today


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Shown by the browser's worker where there is no network; holds nothing of anybody."""
    return render(request, "registry/visits/offline.html", {"title": _("没有网络")})


@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The browser's worker of these pages, with the addresses it keeps."""
    path = finders.find("linli/phone-worker.js")
    if not isinstance(path, str):
        raise Http404
    kept = {
        "name": "visits",
        "assets": [static(name) for name in ASSETS],
        "pages": [],
        "offline": reverse("registry:phone_visits_offline"),
    }
    with open(path, encoding="utf-8") as file:
        body = f"const KEPT = {json.dumps(kept)};\n{file.read()}"
    return HttpResponse(body, content_type="text/javascript")
