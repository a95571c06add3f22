"""Reading outlines from GeoJSON: which feature is which unit, valid polygons, and one conversion to CGCS2000."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from linli.algorithms.geometry.coordinates import Datum, shape_to_wgs84
from linli.algorithms.text.sentences import Refusal, said
from linli.territory.rules.codes import normal, short_name

CODES = ("code", "unit_code", "代码", "区划代码", "社区代码", "网格编码", "id")
NAMES = ("name", "名称", "社区名称", "社区", "网格名称", "community", "comm_name", "Name", "NAME")


class UnreadableBoundaries(Refusal, ValueError):
    """The file holds no outlines; the text says what is missing."""


@dataclass(frozen=True)
class Drawn:
    """One outline of a file: what it says of its unit, its polygon in CGCS2000, and the bytes it came as."""

    number: int
    code: str
    name: str
    shape: shapely.Geometry
    original: bytes


@dataclass(frozen=True)
class Rejected:
    """A feature that cannot be taken, and why."""

    number: int
    words: str
    reason: str


def read_outlines(data: bytes, datum: str) -> tuple[list[Drawn], list[Rejected]]:
    """The polygons of a GeoJSON file, mended where they cross themselves, and the features that are none."""
    try:
        features = json.loads(data)["features"]
    except (ValueError, KeyError, TypeError):
        raise UnreadableBoundaries("这不是 GeoJSON 要素集：文件里没有 features") from None
    drawn: list[Drawn] = []
    rejected: list[Rejected] = []
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") or {}
        code, name = normal(_text(properties, CODES)), _text(properties, NAMES)
        shape, reason = _polygon(feature.get("geometry"))
        if shape is None:
            rejected.append(Rejected(number, name or code, reason))
            continue
        original = json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode()
        drawn.append(Drawn(number, code, name, shape_to_wgs84(shape, Datum(datum)), original))
    return drawn, rejected


def _text(properties: Mapping[str, Any], names: Sequence[str]) -> str:
    found = next((properties[name] for name in names if properties.get(name) not in (None, "")), "")
    return str(found).strip()


def _polygon(geometry: Any) -> tuple[shapely.Geometry | None, str]:
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.GEOSException, TypeError, ValueError):
        return None, said("图形无法读取")
    if shape is None or shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
        return None, said("不是面")
    shape = shapely.force_2d(shape)
    if not shape.is_valid:
        parts = [
            p
            for p in shapely.get_parts(shapely.make_valid(shape))
            if p.geom_type in ("Polygon", "MultiPolygon")
        ]
        shape = shapely.union_all(parts)
    west, south, east, north = shape.bounds if not shape.is_empty else (0, 0, 0, 0)
    if shape.is_empty or shape.area == 0:
        return None, said("面积为零")
    if not (70 < west <= east < 140 and 3 < south <= north < 54):
        return None, said("坐标不是中国境内的经纬度")
    return shape, ""


@dataclass(frozen=True)
class Target:
    """A unit that an outline may belong to."""

    id: int
    code: str
    name: str


def match(
    drawn: Sequence[Drawn], targets: Sequence[Target]
) -> tuple[list[tuple[Drawn, Target]], list[Rejected]]:
    """Each outline with its unit: by code, else by a name that only one unit has. One outline a unit."""
    by_code = {t.code: t for t in targets}
    by_name: dict[str, list[Target]] = {}
    for named in targets:
        by_name.setdefault(short_name(named.name), []).append(named)
    found: dict[int, tuple[Drawn, Target]] = {}
    rejected: list[Rejected] = []
    for outline in drawn:
        same_name = by_name.get(short_name(outline.name), [])
        target = by_code.get(outline.code) or (same_name[0] if len(same_name) == 1 else None)
        words = outline.name or outline.code or said("（无名）")
        if target is None:
            several = said("有 %(count)s 个同名单位，请写明代码", count=len(same_name))
            reason = several if same_name else said("没有这个单位")
            rejected.append(Rejected(outline.number, words, reason))
        elif target.id in found:
            rejected.append(
                Rejected(outline.number, words, said("“%(unit)s”在文件中不止一个图形", unit=target.name))
            )
        else:
            found[target.id] = (outline, target)
    return list(found.values()), rejected
