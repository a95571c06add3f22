"""The entry of the left rail, with what waits for a decision."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Count, NavItem

LISTS = ("/protection/",)

NAV = [
    NavItem(
        label=_("个人信息保护"),
        url="protection:requests",
        icon="user-shield",
        verb="privacy.approve",
        order=95,
        also=LISTS,
    ),
    NavItem(
        label=_("个人信息保护"),
        url="protection:looks",
        icon="user-shield",
        verb="privacy.oversee",
        order=95,
        also=LISTS,
    ),
]


def badges(actor: Actor) -> dict[str, Count]:
    """The requests that wait for this person, and the signs that nobody has looked into."""
    asked: dict[str, Count] = {}
    if actor.may("privacy.approve") and actor.scope:
        asked["protection:requests"] = (
            "SELECT count(*) FROM privacy_request WHERE state = 'waiting' AND starts_with(scope, %s) AND asked_by <> %s "
            "AND starts_with(reach, CASE reach WHEN '' THEN '' ELSE %s END)",
            [actor.scope, actor.user_id, actor.scope],
        )
    if actor.may("privacy.watch"):
        asked["protection:looks"] = ("SELECT count(*) FROM privacy_sign WHERE state = 'open'", [])
    return asked
