"""The frame around every page: the left rail and the telephone's bar collected from the rooms, whose eyes, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_noop

from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Count, NavItem
from linli.shell.collecting import declared
from linli.shell.templatetags.ui import icon

WORKBENCH = NavItem(label=gettext_noop("工作台"), url="workbench", icon="layout-dashboard", verb="", order=0)
"""The first entry, of the shell itself: where everybody begins."""


PHONE = "/phone/"
"""Where the pages of a telephone lie: they have a bar below instead of the rail."""


@cache
def phone_items() -> list[tuple[NavItem, str]]:
    """Every declared entry of the telephone's bar with its address, in order."""
    ordered = sorted(declared("navigation", "PHONE"), key=lambda item: item.order)
    return [(item, reverse(item.url)) for item in ordered]


def bar(path: str, actor: Actor | None) -> list[dict[str, Any]]:
    """The telephone's bar; where nobody is signed in, as on the page without a network, all of it."""
    entries = [
        (item, url) for item, url in phone_items() if not item.verb or actor is None or actor.may(item.verb)
    ]
    here = where(path, entries)
    return [
        {"label": gettext(item.label), "url": url, "icon": item.icon, "active": url == here}
        for item, url in entries
    ]


@cache
def items() -> list[tuple[NavItem, str]]:
    """Every declared entry with its address, in order; the workbench first."""
    ordered = [WORKBENCH, *sorted(declared("navigation", "NAV"), key=lambda item: item.order)]
    return [(item, reverse(item.url)) for item in ordered]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template."""
    cookies, user = request.COOKIES, getattr(request, "user", None)
    name = user.get_full_name() if user is not None and user.is_authenticated else ""
    context: dict[str, Any] = {
        "demo": settings.DEMO,
        "elder": cookies.get("elder") == "1",
        "looks": looks(get_language(), cookies.get("type", "0")[:1], cookies.get("theme", "")[:4], name),
    }
    actor = getattr(request, "actor", None)
    if request.path.startswith(PHONE):
        context["phone_nav"] = bar(request.path, actor)
    if actor is None or actor.post_id is None:
        return context
    entries = [(item, url) for item, url in items() if not item.verb or actor.may(item.verb)]
    here = where(request.path, entries)
    waiting = counted(actor)
    rail = tuple(
        (gettext(item.label), url, item.icon, url == here, waiting.get(item.url, 0)) for item, url in entries
    )
    posts = tuple(PostShown(post.pk, post.role_title, post.unit_name) for post in request.posts)  # type: ignore[attr-defined]
    return context | {
        "eyes": eyes(get_language(), posts, actor.post_id),
        "rail": drawn(rail, gettext("件待办")),
        "unread_notices": waiting.get("notices:inbox", 0),
    }


class PostShown(NamedTuple):
    """A post as the menu of posts shows it."""

    pk: int
    title: str
    unit: str


@lru_cache(maxsize=2048)
def eyes(language: str | None, posts: tuple[PostShown, ...], chosen: int) -> SafeString:
    """The menu of a person's posts: drawn once and kept, as it is the same on every page."""
    return render_to_string(
        "_frame/eyes.html", {"posts": posts, "post": next(post for post in posts if post.pk == chosen)}
    )


@lru_cache(maxsize=2048)
def looks(language: str | None, size: str, theme: str, name: str) -> SafeString:
    """The menus of looks, language and account: drawn once and kept."""
    return render_to_string("_frame/looks.html", {"type": size, "theme": theme, "name": name})


def counted(actor: Actor) -> dict[str, int]:
    """What waits for the actor at each entry, asked all at once."""
    asked: dict[str, Count] = {}
    for badges in declared("navigation", "badges"):
        asked |= badges(actor)
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'({sql})' for sql, _given in asked.values())}",
            [value for _sql, given in asked.values() for value in given],
        )
        return dict(zip(asked, cursor.fetchone(), strict=True))


def where(path: str, entries: Sequence[tuple[NavItem, str]]) -> str:
    """The address of the entry to which a page belongs: the one whose beginning of addresses is the longest; else nothing."""
    fitting = [
        (len(start), url) for item, url in entries for start in (url, *item.also) if path.startswith(start)
    ]
    return max(fitting, default=(0, ""))[1]


Entry = tuple[str, str, str, bool, int]
"""Words, address, icon, whether one is there, what waits."""


@lru_cache(maxsize=2048)
def drawn(entries: tuple[Entry, ...], waiting: str) -> SafeString:
    """The list of rooms. It stands on every page twice and changes with the counts alone: drawn once and kept."""
    rows = (
        (
            url,
            mark_safe(' aria-current="page"' if here else ""),
            label,
            icon(mark),
            label,
            format_html(COUNT, count if count < 100 else "99+", waiting) if count else "",
        )
        for label, url, mark, here, count in entries
    )
    return format_html("<ul>{}</ul>", format_html_join("", ENTRY, rows))


ENTRY = '<li><a href="{}"{} title="{}">{}<span class="l-rail-label">{}</span>{}</a></li>'
COUNT = '<span class="l-count l-count-quiet">{}<span class="l-hidden">{}</span></span>'
