"""Outlines as GeoJSON for the map: by level and parent, thinned for the zoom, with one figure a unit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import shapely
from django.urls import reverse

from linli.kernel.norms.freshness import Fresh
from linli.territory.models import Compound
from linli.territory.queries.locating import OUTLINES, Outline
from linli.territory.queries.units import Node
from linli.territory.rules import kinds

LEVELS = {"county": "区县", "street": "街道(镇)", "community": "社区(村)", "grid": "网格", "micro": "微网格"}
METRES_PER_PIXEL_AT_0 = 156_543.0
METRES_PER_DEGREE = 111_320.0
ZOOMS = (9, 11, 13, 15)


class Drawings:
    """GeoJSON geometries already made, by day, level and zoom."""

    def __init__(self, outlines: list[Outline]) -> None:
        self.outlines = outlines
        self.made: dict[tuple[date | None, str, int], list[tuple[Node, str, bool]]] = {}

    def of(self, day: date | None, level: str, zoom: int) -> list[tuple[Node, str, bool]]:
        """Units of a level with their geometry as GeoJSON text and whether it is illustrative."""
        step = max((z for z in ZOOMS if z <= zoom), default=ZOOMS[0])
        key = (day, level, step)
        if key not in self.made:
            if len(self.made) > 64:
                self.made.clear()
            self.made[key] = self._draw(day, level, step)
        return self.made[key]

    def _draw(self, day: date | None, level: str, zoom: int) -> list[tuple[Node, str, bool]]:
        chosen = [o for o in self.outlines if o.node.kind in _kinds_of(level) and o.holds_on(day)]
        if not chosen:
            return []
        tolerance = METRES_PER_PIXEL_AT_0 / 2**zoom / METRES_PER_DEGREE / 2
        shapes = [o.shape for o in chosen]
        thin = shapely.coverage_simplify(shapes, tolerance) if len(shapes) > 1 else [shapely.simplify(shapes[0], tolerance)]
        rounded = shapely.set_precision(thin, 1e-5 if zoom < 13 else 1e-6, mode="pointwise")
        texts = shapely.to_geojson(rounded)
        return [(o.node, text, o.illustrative) for o, text in zip(chosen, texts, strict=True)]


def _kinds_of(level: str) -> tuple[str, ...]:
    return kinds.ROOT_KINDS if level == "county" else kinds.of_level(level)


DRAWINGS: Fresh[Drawings] = Fresh("territory.outlines", lambda: Drawings(list(OUTLINES.get().outlines)))


def drawn(level: str, path: str, day: date | None, zoom: int) -> list[tuple[Node, str, bool]]:
    """The outlines of a level below a code path on a day (None: the latest)."""
    return [row for row in DRAWINGS.get().of(day, level, zoom) if row[0].path.startswith(path)]


def collection(
    rows: list[tuple[Node, str, bool]], figure: str = "", values: Mapping[str, float] | None = None, *, linked: bool = True
) -> str:
    """A GeoJSON feature collection as text: name, code, address of the page, and the figure where there is one."""
    features = (_feature(*row, figure, values or {}, linked) for row in rows)
    return '{"type":"FeatureCollection","features":[' + ",".join(features) + "]}"


def _feature(node: Node, geometry: str, illustrative: bool, figure: str, values: Mapping[str, float], linked: bool) -> str:
    properties: dict[str, object] = {"name": node.name, "code": node.code}
    if linked:
        properties["url"] = reverse("territory:unit", args=[node.code])
    if figure and node.code in values:
        properties[figure] = values[node.code]
    if illustrative:
        properties["illustrative"] = True
    text = json.dumps(properties, ensure_ascii=False, separators=(",", ":"))
    return f'{{"type":"Feature","properties":{text},"geometry":{geometry}}}'


def compound_points(path: str) -> str:
    """Compounds below a path as GeoJSON points."""
    rows = Compound.objects.filter(unit__path__startswith=path, lon__isnull=False).values_list("id", "name", "lon", "lat")
    features = [
        {
            "type": "Feature",
            "properties": {"name": name, "url": reverse("territory:compound", args=[key])},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for key, name, lon, lat in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
