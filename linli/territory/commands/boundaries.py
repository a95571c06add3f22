"""Taking in outlines and looking for what is wrong with them."""

from __future__ import annotations

from datetime import date

import pyproj
import shapely

from linli.territory.models import Boundary, Unit

GEOD = pyproj.Geod(ellps="GRS80")  # the ellipsoid of CGCS2000 differs from it by a tenth of a millimetre


def boundary_row(
    unit: Unit, shape: shapely.Geometry, on: date, datum: str, source: str, *, original: bytes | None = None, illustrative: bool = False
) -> Boundary:
    """The row of an outline in CGCS2000 degrees, not yet saved: its box and its area on the ellipsoid are filled in."""
    west, south, east, north = shape.bounds
    area = abs(GEOD.geometry_area_perimeter(shape)[0])
    return Boundary(
        unit=unit, valid_from=on, shape=shapely.to_wkb(shape), west=west, south=south, east=east, north=north, area_m2=area,
        original=original, datum=datum, source=source, illustrative=illustrative,
    )  # fmt: skip
