"""The front door, the error pages and the health check."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.accounts.requests import StaffRequest
from linli.kernel.frame import Hit, Hits
from linli.kernel.notices.queries import inbox
from linli.shell import navigation
from linli.shell.collecting import declared
from linli.shell.gallery import sample

NEWS = 8


def home(request: HttpRequest) -> HttpResponse:
    """Signed in: the workbench. Not signed in: the public front page."""
    return redirect("workbench" if request.user.is_authenticated else "cases:public_home")


@login_required
def workbench(request: StaffRequest) -> HttpResponse:
    """What is mine by deadline, what my unit owes, what changed: nothing that I cannot act on."""
    if request.actor.role == "grid_worker":
        return redirect("cases:phone_home")
    at = timezone.now()
    sections = [
        section for provider in declared("workbench", "SECTIONS") for section in provider(request.actor, at)
    ]
    sections.sort(key=lambda section: section.order)
    mine = [section for section in sections if section.tasks]
    news = inbox(request.user)[:NEWS]
    context = {
        "title": _("工作台"),
        "sections": mine,
        "quiet": [s for s in sections if not s.tasks],
        "news": news,
    }
    return render(request, "workbench.html", context)


@login_required
def search(request: StaffRequest) -> HttpResponse:
    """One box for cases, units, categories and pages."""
    words = request.GET.get("q", "").strip()[:60]
    found = [finder(request.actor, words) for finder in declared("search", "FINDERS")] if words else []
    found.append(_pages(request, words))
    context = {"title": _("查找"), "words": words, "found": [hits for hits in found if hits.hits]}
    return render(request, "search.html", context)


def _pages(request: StaffRequest, words: str) -> Hits:
    may = request.actor.may
    fitting = [
        (item, url)
        for item, url in navigation.items()
        if words and words in _(item.label) and (not item.verb or may(item.verb))
    ]
    return Hits(_("页面"), [Hit(_(item.label), url) for item, url in fitting])


def health(request: HttpRequest) -> HttpResponse:
    """Whether the process and its database answer: for a watchdog."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component on one page, for whoever builds the next one."""
    return render(request, "gallery.html", sample())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came back after the sign-in ended or from another site."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 in words."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 in words; the reason given by the policy is shown."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in words: the same for what does not exist and for what one may not see."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 in words, without the frame: its badges would ask a database that may be what failed."""
    return HttpResponse(render_to_string("500.html"), status=500)
