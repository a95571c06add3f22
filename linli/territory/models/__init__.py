"""地: units and their history, boundaries, compounds and addresses, members of grids."""

from __future__ import annotations

from linli.territory.models.boundaries import Boundary, BoundaryFinding
from linli.territory.models.grids import GridMember
from linli.territory.models.places import Address, Building, Compound, Dwelling, Entrance
from linli.territory.models.units import LineageEvent, LineageLink, Unit, UnitQuerySet, UnitSpan

__all__ = [
    "Address",
    "Boundary",
    "BoundaryFinding",
    "Building",
    "Compound",
    "Dwelling",
    "Entrance",
    "GridMember",
    "LineageEvent",
    "LineageLink",
    "Unit",
    "UnitQuerySet",
    "UnitSpan",
]
