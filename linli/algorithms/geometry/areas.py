"""Areas of units as the geometry checks take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from linli.algorithms.geometry.coordinates import Metres


@dataclass(frozen=True, slots=True)
class Area:
    """A unit's territory: a polygon or multipolygon in WGS84 degrees, and the unit above."""

    id: str
    shape: BaseGeometry
    parent: str = ""


def plane_of(areas: Sequence[Area]) -> Metres:
    """The plane in metres around the middle of the areas."""
    west, _, east, _ = shapely.total_bounds([area.shape for area in areas])
    return Metres.around((west + east) / 2)


def flattened(areas: Sequence[Area]) -> NDArray[np.object_]:
    """The areas in metres."""
    return plane_of(areas).flatten([area.shape for area in areas])
