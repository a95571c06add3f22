"""What the pages of persons, households and things ask of a request."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.commands import ApprovalNeeded
from linli.registry import policy
from linli.registry.commands.looking import Revealed
from linli.registry.forms import RevealForm


def looker(request: HttpRequest) -> Actor:
    """Who looks, and may."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "registry.view")
    return actor


def day_of(request: HttpRequest) -> date | None:
    """The past day of ``?on=``; None for today, for a day that cannot be read, and for one to come."""
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None
    return day if day < timezone.localdate() else None


def page(title: Any, *crumbs: tuple[Any, str], **more: Any) -> dict[str, Any]:
    """The context that every page of the frame takes."""
    return {"title": title, "crumbs": [{"label": label, "url": url} for label, url in crumbs], **more}


def revealed(form: RevealForm, reveal: Any, by: Actor, at: datetime) -> Revealed | None:
    """The values in clear; None with the reason in the form. ``reveal`` is the command, given purpose, by and at."""
    if not form.is_valid():
        return None
    try:
        found: Revealed = reveal(purpose=form.cleaned_data["purpose"], by=by, at=at)
    except ApprovalNeeded as needed:
        form.add_error("purpose", str(needed))
        return None
    return found
