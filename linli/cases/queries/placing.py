"""A request as it was taken down, and the smallest unit known to hold it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from linli.cases.rules import kind_of_compound
from linli.duties.models import Category
from linli.kernel.audit.actor import Actor
from linli.territory.queries.places import find_place, grid_at, management_of
from linli.territory.queries.units import Node, root_node, tree


@dataclass(frozen=True)
class ReporterFacts:
    """Who speaks, as far as they said."""

    name: str = ""
    phone: str = ""
    address: str = ""
    wants_secrecy: bool = False

    @property
    def is_known(self) -> bool:
        """Whether anything was said at all."""
        return bool(self.name or self.phone or self.address)


@dataclass(frozen=True)
class Intake:
    """A request as it was taken down. Without a category it is looked for in the text; without a point, in the place."""

    channel: str
    text: str
    kind: str = ""
    title: str = ""
    category: Category | None = None
    urgency: str = ""
    place_text: str = ""
    lon: float | None = None
    lat: float | None = None
    place: Node | None = None
    place_kind: str = ""
    about: Node | None = None
    reporter: ReporterFacts = field(default_factory=ReporterFacts)
    source: str = ""
    source_id: str = ""
    received_at: datetime | None = None


def place_of(intake: Intake, by: Actor, on: date) -> Node | None:
    """The smallest unit known to hold the case: from the point, the words, the unit of who took it down, or the root."""
    if intake.place is not None:
        return intake.place
    if intake.lon is not None and intake.lat is not None:
        found = grid_at(intake.lon, intake.lat, on)
        if found is not None:
            return tree().by_code.get(found.code)
    if intake.place_text:
        matches = find_place(intake.place_text, limit=1)
        if matches:
            return tree().by_code.get(matches[0].unit_code)
    own = tree().by_code.get(by.unit)
    return own if own is not None and own.kind != "department" else root_node()


def place_kind_of(intake: Intake, place: Node | None) -> str:
    """Of which kind the place is, where somebody said it or it is known: a village, a compound that the place names."""
    if intake.place_kind:
        return intake.place_kind
    if place is not None and any(node.kind == "village" for node in tree().ancestors(place.path)):
        return "village"
    found = management_of(intake.place_text) if intake.place_text else None
    return kind_of_compound(*found) if found is not None else ""
