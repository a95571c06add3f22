"""Invented outlines for a demo: a plausible blob cut into pieces, with names for compounds and roads that do not exist.

Everything is drawn from one seeded generator, so the same seed gives the same map. Lengths are metres on a flat plane.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

import shapely
from shapely import Polygon
from shapely.affinity import rotate, translate

METRES_PER_DEGREE = 111_320.0


def blob(area_m2: float, rng: Random) -> Polygon:
    """A closed wavy outline of the area, wider than high, around the origin."""
    waves = [(k, rng.uniform(0.02, 0.16) / math.sqrt(k), rng.uniform(0, math.tau)) for k in range(2, 9)]
    points = []
    for step in range(240):
        angle = math.tau * step / 240
        radius = 1 + sum(size * math.sin(k * angle + phase) for k, size, phase in waves)
        points.append((1.25 * radius * math.cos(angle), radius * math.sin(angle)))
    shape = Polygon(points)
    scale = math.sqrt(area_m2 / shape.area)
    return Polygon([(x * scale, y * scale) for x, y in points])


def pieces(shape: Polygon, weights: Sequence[float], rng: Random) -> list[Polygon]:
    """Cut a shape into one piece a weight, areas in proportion, by wavy cuts across the longer side."""
    if len(weights) == 1:
        return [shape]
    half = _middle(weights)
    share = sum(weights[:half]) / sum(weights)
    first, second = _cut(shape, share, rng)
    return pieces(first, weights[:half], rng) + pieces(second, weights[half:], rng)


def _middle(weights: Sequence[float]) -> int:
    total, running = sum(weights), 0.0
    for index, weight in enumerate(weights[:-1], start=1):
        running += weight
        if running >= total / 2:
            return index
    return len(weights) - 1


def _cut(shape: Polygon, share: float, rng: Random) -> tuple[Polygon, Polygon]:
    """Two pieces, the first with the given share of the area; tries a few directions until both are whole."""
    best: tuple[Polygon, Polygon] | None = None
    for turn in (rng.uniform(-18, 18), 0.0, 45.0, -45.0, 90.0):
        first, second = _cut_at(shape, share, _long_axis(shape) + turn, rng)
        if first.geom_type == second.geom_type == "Polygon":
            return first, second
        best = best or (_largest(first), _largest(second))
    return best or (shape, shape)


def _largest(shape: shapely.Geometry) -> Polygon:
    return max(shapely.get_parts(shape), key=lambda part: part.area)


def _long_axis(shape: Polygon) -> float:
    box = shapely.oriented_envelope(shape)
    corners = list(shapely.get_coordinates(box))
    sides = [(corners[i + 1][0] - corners[i][0], corners[i + 1][1] - corners[i][1]) for i in range(2)]
    dx, dy = max(sides, key=lambda side: math.hypot(*side))
    return math.degrees(math.atan2(dy, dx))


def _cut_at(shape: Polygon, share: float, degrees: float, rng: Random) -> tuple[shapely.Geometry, shapely.Geometry]:
    turned = rotate(shape, -degrees, origin=(0, 0))
    west, south, east, north = turned.bounds
    height, phase = north - south, rng.uniform(0, math.tau)
    wave = 0.05 * (east - west) * rng.uniform(0.4, 1.0)
    line = [
        (wave * math.sin(phase + 5 * step / 12) + wave * 0.4 * math.sin(2.7 * phase + 11 * step / 12), south - height * 0.05 + height * 1.1 * step / 12)
        for step in range(13)
    ]
    far = 2 * (east - west)
    knife = Polygon([(-far, line[0][1]), *line, (-far, line[-1][1])])
    low, high = west - wave * 2, east + wave * 2
    for _ in range(14):
        middle = (low + high) / 2
        if turned.intersection(translate(knife, middle)).area < share * turned.area:
            low = middle
        else:
            high = middle
    blade = translate(knife, (low + high) / 2)
    first, second = turned.intersection(blade), turned.difference(blade)
    return rotate(first, degrees, origin=(0, 0)), rotate(second, degrees, origin=(0, 0))


def to_degrees(shape: shapely.Geometry, lon: float, lat: float) -> shapely.Geometry:
    """Metres around a centre as longitude and latitude, to seven decimals (a centimetre)."""
    scale = METRES_PER_DEGREE * math.cos(math.radians(lat))
    placed = shapely.transform(shape, lambda xy: xy / [scale, METRES_PER_DEGREE] + [lon, lat])
    return shapely.set_precision(placed, 1e-7, mode="pointwise")


FIRST = "锦秀云翠春兰竹松梅桂清景福和安康泰宁吉祥嘉瑞华明星月晨阳"
SECOND = "山水溪湖园林庭苑居岭泉台舍麓湾坡"
ENDINGS = ("小区", "花园", "家园", "公寓", "名城", "新村")


def compound_names(count: int, rng: Random) -> list[str]:
    """That many different names of compounds that do not exist."""
    names = [a + b + ending for a in FIRST for b in SECOND for ending in ENDINGS]
    rng.shuffle(names)
    if count > len(names):
        names += [f"{name}{number}期" for number in ("二", "三", "四", "五") for name in names]
    return names[:count]


def road_names(community: str, rng: Random) -> list[str]:
    """Two roads of a community that do not exist, made from its name."""
    stem = community.removesuffix("社区").removesuffix("村")[:4]
    ends = ["一路", "二路", "东巷", "西巷", "南街", "北街", "支路", "后街"]
    return [stem + end for end in rng.sample(ends, 2)]
