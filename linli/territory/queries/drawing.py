"""Outlines as GeoJSON for the map: by level and parent, thinned for the zoom, with one figure a unit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import shapely
from django.urls import reverse

from linli.territory.models import Compound
from linli.territory.queries.locating import OUTLINES, Outline
from linli.territory.queries.units import Node
from linli.territory.rules import kinds

LEVELS = {
    "county": "区县",
    "street": "街道（镇）",
    "community": "社区（村）",
    "grid": "网格",
    "micro": "微网格",
}
METRES_PER_PIXEL_AT_0 = 156_543.0
METRES_PER_DEGREE = 111_320.0
ZOOMS = (9, 11, 13, 15)
KEPT_DRAWINGS = 64


Row = tuple[Node, str, bool]
"""A unit, its geometry as GeoJSON text, and whether it is illustrative."""


def drawn(level: str, path: str, day: date | None, zoom: int) -> list[Row]:
    """The outlines of a level below a code path on a day (None: the latest), thinned for a zoom."""
    outlines = OUTLINES.get()
    step = max((z for z in ZOOMS if z <= zoom), default=ZOOMS[0])
    key = (day, level, step)
    if key not in outlines.drawn:
        if len(outlines.drawn) >= KEPT_DRAWINGS:
            outlines.drawn.clear()
        outlines.drawn[key] = _draw(
            [o for o in outlines.outlines if o.node.kind in _kinds_of(level) and o.holds_on(day)], step
        )
    return [row for row in outlines.drawn[key] if row[0].path.startswith(path)]


def _draw(chosen: list[Outline], zoom: int) -> list[Row]:
    """Neighbours are thinned together, so that their common borders stay common."""
    if not chosen:
        return []
    tolerance = METRES_PER_PIXEL_AT_0 / 2**zoom / METRES_PER_DEGREE / 2
    thin = shapely.coverage_simplify([o.shape for o in chosen], tolerance)
    texts = shapely.to_geojson(shapely.set_precision(thin, 1e-5 if zoom < 13 else 1e-6, mode="pointwise"))
    return [(o.node, text, o.illustrative) for o, text in zip(chosen, texts, strict=True)]


def _kinds_of(level: str) -> tuple[str, ...]:
    return kinds.ROOT_KINDS if level == "county" else kinds.of_level(level)


def collection(
    rows: list[Row], figure: str = "", values: Mapping[str, float] | None = None, *, linked: bool = True
) -> str:
    """A GeoJSON feature collection as text: name, code, address of the page, and the figure where there is one."""
    features = (_feature(*row, figure, values or {}, linked) for row in rows)
    return '{"type":"FeatureCollection","features":[' + ",".join(features) + "]}"


def _feature(
    node: Node, geometry: str, illustrative: bool, figure: str, values: Mapping[str, float], linked: bool
) -> str:
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
    rows = Compound.objects.filter(unit__path__startswith=path, lon__isnull=False).values_list(
        "id", "name", "lon", "lat"
    )
    features = [
        {
            "type": "Feature",
            "properties": {"name": name, "url": reverse("territory:compound", args=[key])},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for key, name, lon, lat in rows
    ]
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")
    )
