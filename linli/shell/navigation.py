"""The frame around every page: the left rail collected from the rooms, whose eyes, and what waits."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from linli.kernel.accounts.models import User
from linli.kernel.frame import NavItem
from linli.kernel.notices.queries import unread
from linli.shell.collecting import declared


@cache
def items() -> list[tuple[NavItem, str]]:
    """Every declared entry with its address, in order."""
    ordered = sorted(declared("navigation", "NAV"), key=lambda item: item.order)
    return [(item, reverse(item.url)) for item in ordered]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template."""
    context: dict[str, Any] = {"demo": settings.DEMO, "elder": request.COOKIES.get("elder") == "1"}
    actor = getattr(request, "actor", None)
    if actor is None or actor.post_id is None:
        return context
    entries: list[dict[str, Any]] = []
    for item, url in items():
        if not item.verb or actor.may(item.verb):
            entries.append(
                {
                    "label": gettext(item.label),
                    "url": url,
                    "icon": item.icon,
                    "active": request.path == url or (url != "/" and request.path.startswith(url)),
                    "badge": item.badge(actor) if item.badge else 0,
                }
            )
    longest = max((len(e["url"]) for e in entries if e["active"]), default=0)
    for entry in entries:
        entry["active"] = entry["active"] and len(entry["url"]) == longest
    return context | {"nav": entries, "unread_notices": unread(cast(User, request.user))}
