"""An area drawn on the map: the rows whose place lies in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from linli.algorithms.geometry.coordinates import Metres
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.columns import Point
from linli.kernel.registers.filters.base import MISSING_CODE, Ask, Facet, Filter, Load, Mask

if TYPE_CHECKING:
    from linli.kernel.registers.engines.store import Columns

CORNERS = 200
"""Corners of a drawn area at most: more than a hand draws, and less than an address can hold."""

DEGREE = 10**7
"""A degree in the columns."""

Find = Callable[[Any], NDArray[np.int64]]
"""From a drawn shape to the keys of the rows in it."""


class Area(Filter):
    """Polygons drawn by hand. A value of the URL is ``lon,lat;lon,lat;…`` in WGS84 degrees, rounded to a metre.

    The rows are points (``point``), or ``find`` gives the keys of those in a shape: without the scope of who asks, in which the
    engines keep every answer. ``base`` is the address of the outlines to draw over.
    """

    template = "registers/filters/area.html"
    draws = True

    def __init__(
        self, name: str, label: Any, *, base: Callable[[], str], point: Point | None = None, find: Find | None = None, **more: Any
    ) -> None:  # fmt: skip
        super().__init__(name, label, **more)
        if (point is None) == (find is None):
            raise TypeError(f"filter {name} needs either point or find")
        self._base, self.point, self.find = base, point, find
        self.model: type[Model] | None = None

    @property
    def base(self) -> str:
        """The address of the outlines."""
        return self._base()

    def bind(self, model: type[Model]) -> None:
        self.model = model

    def clean(self, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for value in values if shape_of(value) is not None))

    def q(self, values: Sequence[str], ask: Ask) -> Q:
        shape = _together(values)
        if self.find is not None:
            return Q(pk__among=self.find(shape).tolist())
        assert self.model is not None and self.point is not None, "bound when it was declared"
        west, south, east, north = shape.bounds
        near = self.model._default_manager.filter(  # type: ignore[attr-defined]
            **{f"{self.point.lon}__range": (west, east), f"{self.point.lat}__range": (south, north)}
        ).values_list("pk", self.point.lon, self.point.lat)
        table = np.array(list(near), dtype=np.float64).reshape(-1, 3)
        inside = shapely.contains_xy(shape, table[:, 1], table[:, 2])
        return Q(pk__among=table[inside, 0].astype(np.int64).tolist())

    def mask(self, values: Sequence[str], columns: Columns, ask: Ask) -> Mask:
        shape = _together(values)
        if self.find is not None:
            return np.isin(columns.snapshot.ids, self.find(shape))
        lon, lat = columns["map:lon"], columns["map:lat"]
        west, south, east, north = (round(side * DEGREE) for side in shape.bounds)
        near = np.flatnonzero(
            (lon != MISSING_CODE) & (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        )
        found = np.zeros(len(columns), np.bool_)
        found[near] = shapely.contains_xy(shape, lon[near] / DEGREE, lat[near] / DEGREE)
        return found

    def loads(self) -> tuple[Load, ...]:
        if self.point is None:
            return ()
        return Load("map:lon", self.point.lon, "degree"), Load("map:lat", self.point.lat, "degree")

    def column_counts(self, columns: Columns, within: Mask, ask: Ask) -> dict[str, int]:
        return {}

    def facet(self, counts: Mapping[str, int], chosen: Sequence[str], actor: Actor) -> Facet:
        """What was drawn; nothing is offered beforehand."""
        return self.uncounted(chosen, actor)

    def uncounted(self, chosen: Sequence[str], actor: Actor) -> Facet:
        return Facet(self, super().facet({}, chosen, actor).options, counted=False)

    def word(self, value: str, labels: Mapping[str, str]) -> str:
        shape = shape_of(value)
        assert shape is not None, "cleaned before"
        (flat,) = Metres.around(shape.centroid.x).flatten([shape])
        size = flat.area
        if size < 1e5:
            return _("约 %(area)s 平方米") % {"area": f"{size:,.0f}"}
        return _("约 %(area)s 平方公里") % {"area": f"{size / 1e6:,.2f}"}


@lru_cache(maxsize=256)
def shape_of(value: str) -> Any:
    """The shape of a value; None where it is none: too few or too many corners, or no area."""
    try:
        corners = [tuple(float(part) for part in corner.split(",")) for corner in value.split(";")]
    except ValueError:
        return None
    if not 3 <= len(corners) <= CORNERS or any(
        len(corner) != 2 or not (abs(corner[0]) <= 180 and abs(corner[1]) <= 90) for corner in corners
    ):
        return None
    shape = shapely.make_valid(shapely.Polygon(corners))
    return shape if shape.area > 0 else None


def _together(values: Sequence[str]) -> Any:
    return shapely.union_all([shape_of(value) for value in values])
