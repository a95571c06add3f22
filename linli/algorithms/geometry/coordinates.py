"""From one coordinate system to another, and from degrees to metres.

Phones and most Chinese map services give GCJ-02, Baidu gives BD-09; both are converted once, at input, by
``prcoords``. CGCS2000 (EPSG:4490) and WGS84 are taken as the same, as PROJ does (they differ by centimetres).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

import numpy as np
import prcoords
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]
Floats = NDArray[np.float64]
Shape = TypeVar("Shape", bound=BaseGeometry)

CHINA = (72.1, 0.9, 137.8, 55.8)
"""Box outside which GCJ-02 leaves coordinates as they are."""

EQUAL_AREA = 6933
"""EPSG code of the cylindrical equal-area projection of the whole Earth."""


class Datum(StrEnum):
    """Coordinate systems that data comes in."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(point: Point, datum: Datum) -> Point:
    """A point given in a datum as WGS84, to about a centimetre."""
    if datum in (Datum.WGS84, Datum.CGCS2000) or not _in_china(point):
        return point
    convert = prcoords.gcj_wgs_bored if datum is Datum.GCJ02 else prcoords.bd_wgs_bored
    return _turned(convert, point)


def from_wgs84(point: Point, datum: Datum) -> Point:
    """A WGS84 point in another datum, for a link to a map service."""
    if datum in (Datum.WGS84, Datum.CGCS2000) or not _in_china(point):
        return point
    return _turned(prcoords.wgs_gcj if datum is Datum.GCJ02 else prcoords.wgs_bd, point)


def shape_to_wgs84(shape: Shape, datum: Datum) -> Shape:
    """A geometry of any kind as WGS84; the same corner always lands on the same place."""
    if datum in (Datum.WGS84, Datum.CGCS2000):
        return shape
    turned: Shape = shapely.transform(
        shape, lambda corners: np.array([to_wgs84((x, y), datum) for x, y in corners.tolist()])
    )
    return turned


def areas_m2(shapes: Sequence[BaseGeometry]) -> Floats:
    """Areas of WGS84 geometries in square metres, by an equal-area projection."""
    project = _transformer(4326, EQUAL_AREA)
    flat = shapely.transform(np.asarray(shapes, dtype=object), lambda corners: _project(project, corners))
    return np.asarray(shapely.area(flat), np.float64)


def area_m2(shape: BaseGeometry) -> float:
    """Area of one WGS84 geometry in square metres."""
    return float(areas_m2([shape])[0])


@dataclass(frozen=True, slots=True)
class Metres:
    """A local plane in metres: the 3-degree Gauss-Krüger zone of a longitude on CGCS2000.

    Lengths and areas within a zone are true to 0.07 %.
    """

    epsg: int

    @classmethod
    def around(cls, longitude: float) -> Metres:
        """The zone whose central meridian is nearest (75 to 135 degrees east)."""
        meridian = min(max(round(longitude / 3) * 3, 75), 135)
        return cls(4534 + (meridian - 75) // 3)

    def flatten(self, shapes: Sequence[BaseGeometry]) -> NDArray[np.object_]:
        """Geometries in metres."""
        project = _transformer(4490, self.epsg)
        flat = shapely.transform(np.asarray(shapes, dtype=object), lambda corners: _project(project, corners))
        return np.asarray(flat, dtype=object)

    def unflatten(self, shapes: Sequence[BaseGeometry], digits: int | None = None) -> NDArray[np.object_]:
        """Geometries back in degrees, rounded alike wherever corners are shared."""
        project = _transformer(self.epsg, 4490)

        def back(corners: Floats) -> Floats:
            degrees = _project(project, corners)
            return degrees if digits is None else np.round(degrees, digits)

        return np.asarray(shapely.transform(np.asarray(shapes, dtype=object), back), dtype=object)


def _in_china(point: Point) -> bool:
    west, south, east, north = CHINA
    return west <= point[0] <= east and south <= point[1] <= north


def _turned(convert: Callable[..., tuple[float, float]], point: Point) -> Point:
    latitude, longitude = convert((point[1], point[0]), check_china=False)
    return longitude, latitude


@lru_cache(maxsize=64)
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _project(project: Transformer, corners: Floats) -> Floats:
    return np.column_stack(project.transform(corners[:, 0], corners[:, 1]))
