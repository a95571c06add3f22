"""Which compound, building, road or unit a text speaks of, and in which grid it lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, Min

from linli.kernel.norms.freshness import Fresh
from linli.kernel.registers.search import pairs
from linli.territory.models import Address, Building, Compound
from linli.territory.queries.locating import grid_at, unit_at
from linli.territory.queries.units import Node, tree
from linli.territory.rules import places as rules
from linli.territory.rules.kinds import COMMUNITY_KINDS, STREET_KINDS
from linli.territory.rules.places import Name

__all__ = [
    "PLACES",
    "PlaceMatch",
    "find_address",
    "find_place",
    "grid_at",
    "grid_of_address",
    "management_of",
    "nodes_of",
    "unit_at",
]


@dataclass(frozen=True)
class PlaceMatch:
    """A place found: what it is, how to write it, the unit it lies in (its grid where one is known), and its point.

    ``kind`` is building, address, compound, road or unit; ``score`` (0 to 1) says how exact the match is.
    """

    kind: str
    id: int
    name: str
    label: str
    unit_code: str
    unit_name: str
    path: str
    lon: float | None
    lat: float | None
    score: float


@dataclass(frozen=True)
class _Place:
    name: str
    label: str
    unit_id: int
    lon: float | None
    lat: float | None
    management: str = ""


class PlaceIndex:
    """The names of compounds and roads in memory."""

    def __init__(self, places: dict[tuple[str, int], _Place]) -> None:
        self.places = places
        self.names: dict[str, list[Name]] = {}
        for (kind, key), place in places.items():
            for said in rules.spoken(place.name):
                self.names.setdefault(said, []).append(Name(said, kind, key))
        self.longest = max(map(len, self.names), default=0)

    def containing(self, text: str, limit: int) -> list[Name]:
        """Names that have the text in them, shorter names first: for a text that is still being typed."""
        hits = [name for said, names in self.names.items() if text in said for name in names]
        return sorted(hits, key=lambda n: (len(n.text), n.text))[:limit]


def _load_places() -> PlaceIndex:
    places: dict[tuple[str, int], _Place] = {}
    for c in Compound.objects.only("name", "unit_id", "road", "number", "lon", "lat", "management"):
        label = f"{c.road}{c.number}{c.name}" if c.road and c.number else c.name
        places["compound", c.pk] = _Place(c.name, label, c.unit_id, c.lon, c.lat, c.management)
    roads = Address.objects.filter(valid_to=None, unit__isnull=False).exclude(road="").values("road")
    for number, r in enumerate(roads.annotate(Avg("lon"), Avg("lat"), unit=Min("unit_id")).order_by("road")):
        places["road", number] = _Place(r["road"], r["road"], r["unit"], r["lon__avg"], r["lat__avg"])
    return PlaceIndex(places)


PLACES: Fresh[PlaceIndex] = Fresh("territory.places", _load_places)

LONGEST_UNIT_NAME = 16
SAID_KINDS = (*COMMUNITY_KINDS, *STREET_KINDS)
_SCORES = {"building": 1.0, "address": 0.95, "compound": 0.8, "road": 0.5, "unit": 0.4}


def find_place(
    text: str, within_scope: str = "", *, on: date | None = None, limit: int = 8
) -> list[PlaceMatch]:
    """The places a text speaks of, the most exact first; only those under ``within_scope`` (a code path) if given.

    Works for a sentence (盐务街小区3栋楼道灯不亮) and for the beginning of a name that is being typed (盐务).
    """
    index = PLACES.get()
    text = "".join(text.split())
    found: dict[tuple[str, int], PlaceMatch] = {}
    for start, said in rules.names_in(text, index.names, index.longest):
        for name in index.names[said]:
            _keep(found, _exact(index, name, text[start + len(said) :], on))
    for _, said in rules.names_in(text, tree().by_name, LONGEST_UNIT_NAME):
        for node in tree().by_name[said]:
            if node.kind in SAID_KINDS:
                _keep(found, _made("unit", node.id, node.name, node.name, node, None, None, _SCORES["unit"]))
    if not found and 1 < len(text) <= 12:
        for name in index.containing(text, limit * 2):
            _keep(found, _match(index, name, on, 0.7))
    inside = [m for m in found.values() if m.path.startswith(within_scope)]
    return sorted(inside, key=lambda m: (-m.score, -len(m.name), m.name))[:limit]


def management_of(text: str) -> tuple[str, str] | None:
    """How the first compound is managed that a text names (``Compound.Management``), and the words after its name."""
    index = PLACES.get()
    text = "".join(text.split())
    for start, said in rules.names_in(text, index.names, index.longest):
        for name in index.names[said]:
            if name.kind == "compound":
                return index.places["compound", name.id].management, text[start + len(said) :]
    return None


def _keep(found: dict[tuple[str, int], PlaceMatch], match: PlaceMatch | None) -> None:
    if match is not None and (
        (match.kind, match.id) not in found or found[match.kind, match.id].score < match.score
    ):
        found[match.kind, match.id] = match


def _exact(index: PlaceIndex, name: Name, after: str, on: date | None) -> PlaceMatch | None:
    """The building or the door that is named right after a place; else the place itself."""
    if name.kind == "compound" and (number := rules.building_number(after)):
        names = [f"{number}栋", f"{number}号楼", f"{number}幢", f"{number}座"]
        building = Building.objects.filter(compound_id=name.id, name__in=names).first()
        if building is not None:
            label = index.places["compound", name.id].label + building.name
            return _made(
                "building",
                building.pk,
                building.name,
                label,
                tree().by_id.get(building.unit_id),
                building.lon,
                building.lat,
                1.0,
            )
    if name.kind == "road" and (number := rules.door_number(after)):
        text = f"{index.places['road', name.id].name}{number}号"
        door = (
            Address.objects.filter(text__startswith=text, valid_to=None, unit__isnull=False)
            .order_by("text")
            .first()
        )
        if door is not None and not door.text[len(text) :][:1].isdigit():
            return _made(
                "address", door.pk, text, text, tree().by_id.get(door.unit_id or 0), door.lon, door.lat, 0.95
            )
    return _match(index, name, on, 1.0)


def _match(index: PlaceIndex, name: Name, on: date | None, weight: float) -> PlaceMatch | None:
    place = index.places[name.kind, name.id]
    node = tree().by_id.get(place.unit_id)
    if place.lon is not None and place.lat is not None:
        grid = grid_at(place.lon, place.lat, on)
        node = tree().by_id.get(grid.id, grid) if grid else node
    exactness = len(name.text) / len(place.name)
    return _made(
        name.kind,
        name.id,
        place.name,
        place.label,
        node,
        place.lon,
        place.lat,
        _SCORES[name.kind] * weight * exactness,
    )


def _made(
    kind: str,
    key: int,
    name: str,
    label: str,
    node: Node | None,
    lon: float | None,
    lat: float | None,
    score: float,
) -> PlaceMatch | None:
    if node is None:
        return None
    return PlaceMatch(kind, key, name, label, node.code, node.name, node.path, lon, lat, round(score, 3))


def find_address(text: str, limit: int = 20) -> list[Address]:
    """Standard addresses in force that contain the text, shortest first."""
    wanted = "".join(text.split())
    if len(wanted) < 2:
        return []
    rows = Address.objects.filter(
        grams__contains=sorted(pairs(wanted.lower())), text__contains=wanted, valid_to=None
    ).select_related("unit", "building")
    return sorted(rows[:500], key=lambda a: (len(a.text), a.text))[:limit]


def grid_of_address(text: str) -> Node | None:
    """The grid that a standard address lies in; None for an unknown address or one without a grid."""
    row = Address.objects.filter(text="".join(text.split()), valid_to=None).first()
    return tree().by_id.get(row.unit_id) if row and row.unit_id else None


def nodes_of(codes: Iterable[str]) -> list[Node]:
    """The units in force of some codes, in the given order; unknown ones are left out."""
    by_code = tree().by_code
    return [by_code[code] for code in codes if code in by_code]
