"""The catalogue of figures that can colour the map. Rooms above declare theirs here; the territory knows three itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linli.kernel.audit.actor import Actor
from linli.territory.queries.locating import OUTLINES
from linli.territory.queries.units import Node, tree
from linli.territory.rules.kinds import GRID_KINDS

Values = Callable[[Actor, Sequence[Node]], dict[str, float]]
"""Given who looks and the units drawn, the figure by unit code; a unit without a figure is left out."""


@dataclass(frozen=True)
class Figure:
    """One figure: its key, what it is called, its unit of measure, and where its values come from."""

    name: str
    title: str
    unit: str
    values: Values
    verb: str = "territory.view"


FIGURES: dict[str, Figure] = {}


def declare(name: str, title: str, unit: str, values: Values, *, verb: str = "territory.view") -> Figure:
    """Add a figure to the map's list; shown to those who hold the verb. The same name twice is a programming error."""
    if name in FIGURES:
        raise ValueError(f"figure {name} is declared twice")
    FIGURES[name] = Figure(name, title, unit, values, verb)
    return FIGURES[name]


def offered(actor: Actor) -> list[Figure]:
    """The figures an actor may colour the map by."""
    return [figure for figure in FIGURES.values() if actor.may(figure.verb)]


def _households(actor: Actor, nodes: Sequence[Node]) -> dict[str, float]:
    return {n.code: total for n in nodes if (total := households_of(n)) is not None}


def households_of(node: Node) -> int | None:
    """The households registered for a unit, or the sum of those of the units below it; None where nothing is known."""
    if node.households is not None:
        return node.households
    known = [
        total for child in tree().by_parent.get(node.id, []) if (total := households_of(child)) is not None
    ]
    return sum(known) if known else None


def _grids(actor: Actor, nodes: Sequence[Node]) -> dict[str, float]:
    paths = [grid.path for grid in tree().nodes if grid.kind in GRID_KINDS]
    counts: dict[str, float] = {}
    for path in paths:
        for code in path.strip("/").split("/"):
            counts[code] = counts.get(code, 0) + 1
    return {n.code: counts.get(n.code, 0) for n in nodes}


def _area(actor: Actor, nodes: Sequence[Node]) -> dict[str, float]:
    areas = {o.node.code: o.area_m2 for o in OUTLINES.get().outlines if o.valid_to is None}
    return {n.code: round(areas[n.code] / 1e6, 3) for n in nodes if n.code in areas}


declare("households", "登记户数", "户", _households)
declare("grids", "网格数", "个", _grids)
declare("area", "面积", "平方公里", _area)
