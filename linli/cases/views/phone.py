"""The pages of a grid worker's telephone: what to do, report, the grid, myself; and what makes them work without a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from secrets import token_hex
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.algorithms.statetable import NotPossible
from linli.cases import policy, rules
from linli.cases.commands.phone import look, report_from_grid
from linli.cases.forms.phone import GridReportForm, LookForm
from linli.cases.models import Case
from linli.cases.queries.phone import LOOKED_AT, asked_of, open_around, reports_of
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.files.queries import files_of
from linli.kernel.files.rules import FileRefused
from linli.territory.queries.grids import card_of

SHOWN = 60
MINE = 10
QUEUE_HEADER = "X-Linli-Queue"
ASSETS = (
    "vendor/tabler.min.css", "linli/tokens.css", "linli/linli.css", "linli/words.js", "vendor/htmx.min.js", "linli/frame.js",
    "linli/lists.js", "linli/forms.js", "linli/toasts.js", "linli/components.js", "linli/picker.js", "vendor/alpine-csp.min.js", "linli/mark.svg",
    "cases/phone.css", "cases/steps.js", "linli/queue.js", "cases/phone.js",
)  # fmt: skip
"""What the pages need without a network: the worker of the browser keeps it."""


def phone_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever reports or checks on the spot."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = actor_of(request)
        if not actor.may("case.report") and not actor.may("case.check"):
            raise PermissionDenied(_("手机页面供网格员使用"))
        return view(request, *args, **kwargs)

    return never_cache(login_required(answer))


def actor_of(request: HttpRequest) -> Actor:
    """Who acts."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of the telephone; the bar below is the shell's."""
    return render(request, f"cases/phone/{template}.html", context, status=status)


@phone_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is asked of me and of my grid."""
    rows = list(asked_of(actor_of(request))[:SHOWN])
    return page(request, "home", {"title": _("待办"), "rows": rows})


@phone_page
def report(request: HttpRequest) -> HttpResponse:
    """Photo, place, one sentence: from the queue of the telephone, or as a plain form."""
    if not actor_of(request).may("case.report"):
        raise PermissionDenied(_("您的岗位不上报网格里的问题"))
    if request.method != "POST":
        return page(
            request,
            "report",
            {"title": _("上报"), "form": GridReportForm(initial={"key": token_hex(16)})},
        )
    queued = QUEUE_HEADER in request.headers
    form = GridReportForm(request.POST)
    if queued and request.POST.get("user") != str(request.user.pk):
        return JsonResponse({"error": _("这一条是用另一个账号写的，请用那个账号登录后发送")}, status=409)
    case = _sent(request, form) if form.is_valid() else None
    if case is None:
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return (
            JsonResponse({"error": words}, status=422)
            if queued
            else page(request, "report", {"title": _("上报"), "form": form}, 422)
        )
    if queued:
        return JsonResponse(
            {"number": case.number, "said": _("已上报，编号 %(number)s") % {"number": case.number}}
        )
    messages.success(request, _("已上报，编号 %(number)s") % {"number": case.number})
    return redirect("cases:phone_me")


def _sent(request: HttpRequest, form: GridReportForm) -> Case | None:
    try:
        return report_from_grid(
            form.report(token_hex(16)),
            photos=request.FILES.getlist("photos"),
            by=actor_of(request),
            at=timezone.now(),
        )
    except (rules.Refused, FileRefused, NotAllowed) as refusal:
        form.add_error(None, str(refusal))
    return None


@phone_page
def look_at(request: HttpRequest, number: str) -> HttpResponse:
    """One case to go and see: what, where, photos; done or not, with a photo and a word."""
    actor = actor_of(request)
    case = (
        policy.visible_to(actor)
        .select_related("category", "lead", "place")
        .filter(number=number, state__in=LOOKED_AT)
        .first()
    )
    if case is None:
        raise Http404
    form = LookForm(request.POST or None, state=case.state, initial={"version": case.version})
    if request.method == "POST" and form.is_valid():
        try:
            look(
                case_id=case.pk,
                photos=request.FILES.getlist("photos"),
                by=actor,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except (rules.Refused, FileRefused, NotAllowed, NotPossible) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已反馈"))
            return redirect("cases:phone_home")
    context = {
        "title": _("去核实") if case.state == "verifying" else _("去核查"),
        "case": case,
        "form": form,
        "back_url": reverse("cases:phone_home"),
        "files": files_of("case", case.pk),
    }
    return page(request, "look", context, 422 if form.errors else 200)


@phone_page
@require_safe
def grid(request: HttpRequest) -> HttpResponse:
    """My grid: its card, who serves there, and what is open in it, on the map and as a list."""
    actor = actor_of(request)
    card = card_of(actor.unit, timezone.localdate())
    rows = open_around(actor)
    context = {
        "title": card.grid.name if card else _("网格"),
        "card": card,
        "rows": rows[:SHOWN],
        "count": rows.count(),
    }
    return page(request, "grid", context)


@phone_page
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """The open cases of my grid as points."""
    now = timezone.now()
    rows = open_around(actor_of(request)).filter(lon__isnull=False)[:SHOWN]
    features = [
        {
            "type": "Feature", "geometry": {"type": "Point", "coordinates": [case.lon, case.lat]},
            "properties": {"name": case.title, "tone": "overdue" if case.due_at and case.due_at < now else ""},
        }
        for case in rows
    ]  # fmt: skip
    return JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json"
    )


@phone_page
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """My posts, what I have reported, the way out."""
    return page(request, "me", {"title": _("我的"), "rows": reports_of(actor_of(request))[:MINE]})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Shown by the browser's worker where there is no network; holds nothing of anybody."""
    return page(request, "offline", {"title": _("没有网络")})


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What the telephone needs to put the pages on its first screen."""
    icon = {"src": static("linli/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    body = {
        "name": _("邻里网格"), "short_name": _("邻里网格"), "start_url": reverse("cases:phone_home"), "scope": reverse("cases:phone_home"),
        "display": "standalone", "lang": "zh-CN", "background_color": "#f5f6f7", "theme_color": "#1c5a93", "icons": [icon],
    }  # fmt: skip
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/manifest+json")


@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The browser's worker, with the addresses it keeps; served here because its scope is ``/phone/``."""
    path = finders.find("linli/phone-worker.js")
    if not isinstance(path, str):
        raise Http404
    kept = {
        "name": "phone",
        "assets": [static(name) for name in ASSETS],
        "pages": [reverse("cases:phone_report")],
        "offline": reverse("cases:phone_offline"),
    }
    with open(path, encoding="utf-8") as file:
        body = f"const KEPT = {json.dumps(kept)};\n{file.read()}"
    return HttpResponse(body, content_type="text/javascript")
