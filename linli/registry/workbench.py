"""What of the registry waits for an actor: homes where there is something to ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Section, Task
from linli.registry.queries.visits import calls_below, walks
from linli.territory.queries.units import tree

SHOWN = 5
NARROW = frozenset({"community", "grid", "micro"})
"""Levels of units whose people go from door to door; a street sees its communities on the board."""


def sections(actor: Actor, at: datetime) -> Sequence[Section]:
    """The buildings with most to ask, each with the way there."""
    unit = tree().by_code.get(actor.unit)
    if unit is None or unit.level not in NARROW or not actor.may("registry.visit"):
        return []
    calls = calls_below(actor, unit.path, timezone.localdate(at))
    if not calls:
        return []
    found = sorted(walks(calls), key=lambda walk: -sum(each.items for each in walk.calls))[:SHOWN]
    page = reverse("registry:phone_visits")
    tasks = [
        Task(
            walk.title or _("没有楼栋的住址"),
            page,
            _("%(homes)s 户 · %(items)s 项要问")
            % {"homes": len(walk.calls), "items": sum(each.items for each in walk.calls)},
            step=_("去走访"),
        )
        for walk in found
    ]
    return [Section(_("要走访的住户"), tasks, len(calls), url=reverse("registry:visits"), order=60)]


SECTIONS = [sections]
