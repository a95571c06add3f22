"""Taking in outlines, and looking for what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import shapely
from django.db import transaction
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from linli.algorithms.geometry.areas import Area
from linli.algorithms.geometry.coordinates import areas_m2
from linli.algorithms.geometry.topology import Finding, FindingKind, check
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.territory.commands.units import ChangeRefused, subject_of
from linli.territory.models import Boundary, BoundaryFinding, Unit
from linli.territory.policy import require
from linli.territory.queries.locating import OUTLINES
from linli.territory.queries.units import TREE, root
from linli.territory.rules import geojson
from linli.territory.rules.geojson import Rejected
from linli.territory.rules.kinds import COMMUNITY_KINDS, GRID_KINDS, STREET_KINDS

LAYERS = {"street": STREET_KINDS, "community": COMMUNITY_KINDS, "grid": GRID_KINDS}
KINDS = {
    FindingKind.GAP: "gap", FindingKind.SLIVER_GAP: "gap", FindingKind.OVERLAP: "overlap",
    FindingKind.SLIVER_OVERLAP: "overlap", FindingKind.EXCLAVE: "exclave", FindingKind.ENCLAVE: "enclave",
}  # fmt: skip


def boundary_rows(
    drawn: Sequence[tuple[Unit, BaseGeometry, bytes | None]],
    on: date,
    datum: str,
    source: str,
    *,
    illustrative: bool = False,
) -> list[Boundary]:
    """The rows of outlines in CGCS2000 degrees (unit, shape, bytes it came as), not yet saved, with boxes and areas."""
    if not drawn:
        return []
    shapes = [shape for _, shape, _ in drawn]
    boxes, areas = shapely.bounds(shapes).tolist(), areas_m2(shapes).tolist()
    return [
        Boundary(
            unit=unit, valid_from=on, shape=shapely.to_wkb(shape), west=west, south=south, east=east, north=north, area_m2=area,
            original=original, datum=datum, source=source, illustrative=illustrative,
        )
        for (unit, shape, original), (west, south, east, north), area in zip(drawn, boxes, areas, strict=True)
    ]  # fmt: skip


@dataclass(frozen=True)
class BoundariesImported:
    """What came of a file of outlines."""

    taken: int
    rejected: list[Rejected]


@transaction.atomic
def import_boundaries(
    *, data: bytes, datum: str, on: date, source: str, by: Actor, at: datetime
) -> BoundariesImported:
    """Take in a GeoJSON file that holds from a day on, converted once to CGCS2000; the original is kept. One event.

    An outline in force ends where a newer one begins; one of the same day is replaced. Features without a unit are
    returned as rejected. Raises ``geojson.UnreadableBoundaries`` and ``ChangeRefused``.
    """
    top = root()
    require(by, "territory.change", top)
    OUTLINES.changed()
    if on > timezone.localdate(at):
        raise ChangeRefused("启用日期不能晚于今天")
    drawn, rejected = geojson.read_outlines(data, datum)
    units = {u.pk: u for u in Unit.objects.filter(valid_to=None).exclude(kind="department")}
    pairs, unmatched = geojson.match(drawn, [geojson.Target(u.pk, u.code, u.name) for u in units.values()])
    chosen = [units[target.id] for _, target in pairs]
    _make_room(chosen, on)
    rows = boundary_rows([(units[t.id], d.shape, d.original) for d, t in pairs], on, datum, source)
    Boundary.objects.bulk_create(rows, batch_size=500)
    after = {"source": source, "datum": str(Boundary.Datum(datum).label), "count": len(rows)}
    record("territory.boundaries_imported", subject=subject_of(top), by=by, at=at, after=after)
    return BoundariesImported(len(rows), sorted(rejected + unmatched, key=lambda r: r.number))


def _make_room(units: Sequence[Unit], on: date) -> None:
    """End the outlines in force on the day before; refuse to write under later ones."""
    current = Boundary.objects.filter(unit__in=units)
    later = current.filter(valid_from__gt=on).select_related("unit").first()
    if later is not None:
        raise ChangeRefused(
            "“%(unit)s”已有自 %(day)s 起的边界，启用日期不能早于此日",
            unit=later.unit.name,
            day=f"{later.valid_from:%Y-%m-%d}",
        )
    current.filter(valid_from=on).delete()
    current.filter(valid_to=None).update(valid_to=on)


@transaction.atomic
def check_boundaries(*, by: Actor, at: datetime) -> int:
    """Find gaps, overlaps, enclaves and exclaves of the outlines in force at every level, in place of the last findings.

    Returns their number. A gap is laid to the charge of the unit beside it with the lowest code. One event.
    """
    top = root()
    require(by, "territory.change", top)
    TREE.changed()
    BoundaryFinding.objects.all().delete()
    rows: list[BoundaryFinding] = []
    for level, kinds in LAYERS.items():
        rows += _findings(level, kinds, timezone.localdate(at))
    BoundaryFinding.objects.bulk_create(rows, batch_size=500)
    record(
        "territory.boundaries_checked", subject=subject_of(top), by=by, at=at, after={"findings": len(rows)}
    )
    return len(rows)


def _findings(level: str, kinds: Sequence[str], day: date) -> list[BoundaryFinding]:
    outlines = [o for o in OUTLINES.get().outlines if o.node.kind in kinds and o.valid_to is None]
    ids = {o.node.code: o.node.id for o in outlines}
    areas = [Area(o.node.code, o.shape, o.node.path.rsplit("/", 2)[0]) for o in outlines]
    return [_row(finding, level, ids, day) for finding in check(areas) if _kept(finding, ids)]


def _kept(finding: Finding, ids: dict[str, int]) -> bool:
    return finding.level == "unit" and finding.kind in KINDS and bool(finding.ids) and finding.ids[0] in ids


def _row(finding: Finding, level: str, ids: dict[str, int], day: date) -> BoundaryFinding:
    other = ids.get(finding.ids[1]) if len(finding.ids) > 1 else None
    return BoundaryFinding(
        kind=KINDS[finding.kind], unit_id=ids[finding.ids[0]], other_id=other, level=level, area_m2=finding.area_m2,
        lon=finding.point[0], lat=finding.point[1], checked_on=day,
    )  # fmt: skip
