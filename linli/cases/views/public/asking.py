"""What the public pages have in common: how often a sender may ask, and the title of a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from linli.kernel.accounts import limits
from linli.kernel.audit.actor import Actor
from linli.kernel.norms.queries import norm

RESIDENT = Actor.public("群众")
HOUR = 3600
DAY = 24 * HOUR


def allowance(key: str, at: datetime) -> int:
    """A number of the public pages' norms."""
    return int(norm(f"cases.public.{key}", on=timezone.localdate(at)).amount())


def count_sender(request: HttpRequest, what: str, *, most: int, at: datetime, seconds: int = HOUR) -> None:
    """Count one more of this from the same sender; raises ``TooMany``."""
    limits.count(f"{what} {limits.sender_of(request)}", most=most, seconds=seconds, at=at)


def status_of(form: Any) -> int:
    """422 for a form that comes back with errors."""
    return 422 if form.errors else 200


def limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 429 in words where the sender has asked too often."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except limits.TooMany:
            return render(request, "429.html", status=429)

    return answer
