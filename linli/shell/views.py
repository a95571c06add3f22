"""The front door, the error pages and the health check."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from linli.shell.gallery import sample


def home(request: HttpRequest) -> HttpResponse:
    """Signed in: the workbench. Not signed in: the public front page."""
    return redirect("workbench" if request.user.is_authenticated else "cases:public_home")


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
    """500 in words."""
    return render(request, "500.html", status=500)
