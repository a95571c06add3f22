"""What is wrong, or odd, with a set of boundaries: gaps, overlaps, exclaves, enclaves, slivers, broken rings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from linli.algorithms.geometry.areas import Area, plane_of
from linli.algorithms.geometry.coordinates import Metres, Point

Shapes = NDArray[np.object_]


class FindingKind(StrEnum):
    """Kinds of findings."""

    INVALID = "invalid"
    OVERLAP = "overlap"
    GAP = "gap"
    SLIVER_OVERLAP = "sliver_overlap"
    SLIVER_GAP = "sliver_gap"
    EXCLAVE = "exclave"
    ENCLAVE = "enclave"


KIND_ZH = {
    FindingKind.INVALID: "边界不合法",
    FindingKind.OVERLAP: "重叠",
    FindingKind.GAP: "空隙",
    FindingKind.SLIVER_OVERLAP: "细碎重叠",
    FindingKind.SLIVER_GAP: "细碎空隙",
    FindingKind.EXCLAVE: "飞地",
    FindingKind.ENCLAVE: "插花地",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: the units it concerns (the responsible one first), its area and a point inside it.

    ``level`` is ``unit``, or ``parent`` where it shows only once the units of a parent are put together (``ids`` are
    then parents). ``note`` is the reason for a broken ring.
    """

    kind: FindingKind
    ids: tuple[str, ...]
    area_m2: float
    point: Point
    level: str = "unit"
    note: str = ""


def check(
    areas: Sequence[Area],
    *,
    outline: BaseGeometry | None = None,
    tolerance: float = 0.5,
    sliver_width: float = 5.0,
) -> list[Finding]:
    """All findings of areas that ought to cover a territory without gaps or overlaps.

    Gaps and overlaps narrower than ``tolerance`` metres are passed over, those narrower than ``sliver_width`` are
    slivers. With an ``outline`` what it holds and no unit covers is a gap too. An exclave is a detached part; an
    enclave is land that one other unit wholly surrounds. The same input always gives the same list.
    """
    if not areas:
        return []
    plane = plane_of(areas)
    flat = plane.flatten([area.shape for area in areas])
    sound = shapely.make_valid(flat)
    border = None if outline is None else plane.flatten([outline])[0]
    ids = [area.id for area in areas]
    check = _Check(plane, tolerance, sliver_width)
    findings = [
        *check.invalid(ids, flat, sound),
        *check.overlaps(ids, sound),
        *check.gaps(ids, sound, border),
        *check.detached(ids, sound, "unit"),
        *check.surrounded(ids, sound, "unit"),
    ]
    parents = sorted({area.parent for area in areas if area.parent})
    if len(parents) > 1:
        whole = np.array([_joined(areas, sound, parent) for parent in parents], dtype=object)
        findings += [*check.detached(parents, whole, "parent"), *check.surrounded(parents, whole, "parent")]
    return sorted(findings, key=lambda finding: (finding.kind, finding.level, finding.ids, finding.point))


@dataclass(frozen=True, slots=True)
class _Check:
    """One kind of finding each, on shapes in metres."""

    plane: Metres
    tolerance: float
    sliver_width: float

    def invalid(self, ids: list[str], flat: Shapes, sound: Shapes) -> Iterator[Finding]:
        for at in np.flatnonzero(~shapely.is_valid(flat)).tolist():
            reason = str(shapely.is_valid_reason(flat[at]))
            yield self._finding(FindingKind.INVALID, (ids[at],), sound[at], note=reason.split("[")[0].strip())

    def overlaps(self, ids: list[str], shapes: Shapes) -> Iterator[Finding]:
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        once = first < second
        first, second = first[once], second[once]
        shared = shapely.intersection(shapes[first], shapes[second])
        for one, two, each in zip(first.tolist(), second.tolist(), shared, strict=True):
            for part in _polygons(each):
                kind = self._kind(part, FindingKind.OVERLAP, FindingKind.SLIVER_OVERLAP)
                if kind:
                    yield self._finding(kind, (ids[one], ids[two]), part)

    def gaps(self, ids: list[str], shapes: Shapes, border: BaseGeometry | None) -> Iterator[Finding]:
        union = shapely.union_all(shapes)
        holes = [Polygon(ring) for part in _polygons(union) for ring in part.interiors]
        if border is not None:
            holes = list(_polygons(shapely.difference(border, union)))
        tree = shapely.STRtree(shapes)
        for hole in holes:
            kind = self._kind(hole, FindingKind.GAP, FindingKind.SLIVER_GAP)
            if kind:
                around = sorted(tree.query(hole, predicate="dwithin", distance=self.tolerance).tolist())
                yield self._finding(kind, tuple(ids[at] for at in around), hole)

    def detached(self, ids: list[str], shapes: Shapes, level: str) -> Iterator[Finding]:
        """Every part of a unit but its largest, apart by more than the tolerance."""
        for at, shape in enumerate(shapes):
            parts = sorted(_polygons(shape), key=lambda part: part.area, reverse=True)
            for part in parts[1:]:
                if part.distance(parts[0]) > self.tolerance and self._is_wide(part, self.tolerance):
                    around = self._around(ids, shapes, at, part)
                    yield self._finding(FindingKind.EXCLAVE, (ids[at], *around), part, level)

    def surrounded(self, ids: list[str], shapes: Shapes, level: str) -> Iterator[Finding]:
        """What other units hold inside the holes of one unit."""
        tree = shapely.STRtree(shapes)
        for at, shape in enumerate(shapes):
            for hole in (Polygon(ring) for part in _polygons(shape) for ring in part.interiors):
                for other in sorted(tree.query(hole, predicate="intersects").tolist()):
                    inside = shapely.intersection(hole, shapes[other])
                    if other != at and self._is_wide(inside, self.tolerance):
                        yield self._finding(FindingKind.ENCLAVE, (ids[other], ids[at]), inside, level)

    def _around(self, ids: list[str], shapes: Shapes, at: int, part: Polygon) -> list[str]:
        near = shapely.dwithin(shapes, part, self.tolerance)
        return [ids[other] for other in np.flatnonzero(near).tolist() if other != at]

    def _kind(self, part: Polygon, wide: FindingKind, narrow: FindingKind) -> FindingKind | None:
        if not self._is_wide(part, self.tolerance):
            return None
        return wide if self._is_wide(part, self.sliver_width) else narrow

    @staticmethod
    def _is_wide(part: BaseGeometry, width: float) -> bool:
        return bool(part.area > 0 and not part.buffer(-width / 2).is_empty)

    def _finding(
        self,
        kind: FindingKind,
        ids: tuple[str, ...],
        shape: BaseGeometry,
        level: str = "unit",
        note: str = "",
    ) -> Finding:
        point = self.plane.unflatten([shapely.point_on_surface(shape)], digits=7)[0]
        return Finding(kind, ids, float(shape.area), (point.x, point.y), level, note)


def _joined(areas: Sequence[Area], shapes: Shapes, parent: str) -> BaseGeometry:
    return shapely.union_all(shapes[[at for at, area in enumerate(areas) if area.parent == parent]])


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(shape).tolist() for part in _flat(part) if part.area > 0]


def _flat(part: BaseGeometry) -> list[Polygon]:
    if isinstance(part, Polygon):
        return [part]
    return [inner for inner in shapely.get_parts(part).tolist() if isinstance(inner, Polygon)]
