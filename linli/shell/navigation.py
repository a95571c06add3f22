"""The frame around every page: the left rail collected from the rooms, whose eyes, and what waits."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from linli.kernel.accounts.navigation import NavItem
from linli.kernel.notices.queries import unread


@cache
def items() -> tuple[NavItem, ...]:
    """Every declared entry, in order."""
    found: list[NavItem] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.navigation"
        if config.name.startswith("linli.") and config.name != "linli.shell" and find_spec(name):
            found.extend(getattr(import_module(name), "NAV", []))
    return tuple(sorted(found, key=lambda item: item.order))


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template."""
    context: dict[str, Any] = {"demo": settings.DEMO, "elder": request.COOKIES.get("elder") == "1"}
    actor = getattr(request, "actor", None)
    if actor is None or actor.post_id is None:
        return context
    entries = []
    for item in items():
        if not item.verb or actor.may(item.verb):
            url = reverse(item.url)
            entries.append(
                {
                    "label": item.label,
                    "url": url,
                    "icon": item.icon,
                    "active": request.path == url or (url != "/" and request.path.startswith(url)),
                    "badge": item.badge(actor) if item.badge else 0,
                }
            )
    longest = max((len(e["url"]) for e in entries if e["active"]), default=0)
    for entry in entries:
        entry["active"] = entry["active"] and len(entry["url"]) == longest
    return context | {"nav": entries, "unread_notices": unread(request.user)}
