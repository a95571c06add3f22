"""Units as the lists and pages of the registry name them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import Node
from linli.territory.models import Dwelling
from linli.territory.queries.units import Node as UnitNode
from linli.territory.queries.units import Tree, tree

KIND = re.compile("(社区|居委会|村委会|村)$")
"""The end of a community's name, which its grids leave out of theirs."""

SHOWN = {"root", "county", "street", "community", "group", "grid", "micro"}


def own_units(actor: Actor) -> list[Node]:
    """The units of the actor's territory, down to the grids, for a filter."""
    return _nodes(tree(), "" if actor.sees_all else actor.scope)


def all_units(actor: Actor) -> list[Node]:
    """The units of the district: a person may be registered anywhere in it."""
    return _nodes(tree(), "")


@lru_cache(maxsize=256)
def _nodes(units: Tree, scope: str) -> list[Node]:
    """Of one state of the units and one territory; what lies more than a level below its communities is folded."""
    nodes = [node for node in units.below(scope) if node.kind != "department" and node.level in SHOWN]
    near = scope.count("/") + 1 if scope else 0
    deep = {"group", "grid", "micro"}
    return [Node(n.code, n.name, n.path, folded=n.level in deep and n.path.count("/") > near) for n in nodes]


def place_words(path: str) -> str:
    """A place in the words of who works there: community and grid, or whatever is known of it."""
    return _said(tree(), path)


@lru_cache(maxsize=8192)
def _said(units: Tree, path: str) -> str:
    """Of one state of the units: a district has a few thousand places, a list a hundred thousand rows."""
    named = [node for node in units.ancestors(path) if node.level in SHOWN - {"root", "county"}]
    return " ".join(node.name for node in _without_repeats(named))


def community_words(path: str) -> str:
    """The community of a path, as one who has no business there is told; the street, where that is all there is."""
    found = [node for node in tree().ancestors(path) if node.level in {"community", "street"}]
    return found[-1].name if found else ""


def door_words(dwelling: Dwelling) -> str:
    """A home in words: compound, building, entrance, room."""
    entrance = dwelling.entrance
    building = entrance.building
    compound = building.compound.name if building.compound else ""
    return door_said(compound, building.name, entrance.name, dwelling.room)


def door_said(compound: str | None, building: str | None, entrance: str | None, room: str | None) -> str:
    """A home in words of its parts, as far as there are any."""
    return f"{compound or ''}{building or ''}{entrance or ''}{room or ''}"


def _without_repeats(nodes: Sequence[UnitNode]) -> Sequence[UnitNode]:
    """The last two; a grid that is named after its community stands alone."""
    last = nodes[-2:]
    if len(last) == 2 and last[1].name.startswith(KIND.sub("", last[0].name)):
        return last[1:]
    return last
