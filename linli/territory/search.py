"""Units in the one search box."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Hit, Hits
from linli.territory.queries.units import tree
from linli.territory.rules.kinds import kind

SHOWN = 10


def find_units(actor: Actor, words: str) -> Hits:
    """Units by name or code, the higher ones first."""
    if not actor.may("territory.view"):
        return Hits(_("单位"), [])
    fitting = [node for node in tree().nodes if words in node.name or node.code.startswith(words)]
    fitting.sort(key=lambda node: (len(node.path), node.path))
    return Hits(
        _("单位"),
        [Hit(n.name, reverse("territory:unit", args=[n.code]), kind(n.kind).title) for n in fitting[:SHOWN]],
    )


FINDERS = [find_units]
