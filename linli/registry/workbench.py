"""What of the registry waits for an actor: parts of the own territory where there is something to ask, as of the last count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Section, Task
from linli.registry.queries.freshness import shares
from linli.territory.queries.units import tree

SHOWN = 5
NARROW = frozenset({"community", "grid", "micro"})
"""Levels of units whose people go from door to door; a street sees its communities on the board."""


def sections(actor: Actor, at: datetime) -> Sequence[Section]:
    """The grids with most to ask, each with the way to its homes; counted at night, so that no page waits for it."""
    unit = tree().by_code.get(actor.unit)
    if unit is None or unit.level not in NARROW or not actor.may("registry.visit"):
        return []
    grids = [node for node in tree().below(unit.path) if node.level == "grid"]
    waiting = sorted(
        (each for each in shares(grids) if each.asked > each.fresh), key=lambda each: each.fresh - each.asked
    )
    if not waiting:
        return []
    page = reverse("registry:phone_visits")
    tasks = [
        Task(
            each.node.name,
            f"{page}?unit={each.node.code}",
            _("%(items)s 项要核实，最旧的是%(worst)s")
            % {"items": each.asked - each.fresh, "worst": each.worst},
            step=_("去走访"),
        )
        for each in waiting[:SHOWN]
    ]
    return [Section(_("要上门核实的信息"), tasks, len(waiting), url=reverse("registry:visits"), order=60)]


SECTIONS = [sections]
