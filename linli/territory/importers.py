"""Files in: standard addresses with their points; compounds with their buildings, entrances and homes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.importing.importer import Judged, Key
from linli.kernel.registers.kit import (
    Cell,
    Importer,
    Incoming,
    one_of,
    parse_decimal,
    parse_integer,
    parse_text,
)
from linli.territory import commands
from linli.territory.models import Address, Compound
from linli.territory.queries.dwellings import Buildings, buildings_of, dwellings_in
from linli.territory.queries.locating import grid_at, unit_at
from linli.territory.queries.units import Node, tree
from linli.territory.rules.kinds import COMMUNITY_KINDS


def parse_degrees(cell: Any) -> float:
    """A longitude or latitude in degrees."""
    return float(parse_decimal(cell))


class AddressImporter(Importer):
    """Standard addresses of a county: text, road, longitude and latitude (CGCS2000). The grid follows from the point."""

    verb = "territory.change"
    fields = (
        Cell("text", _("标准地址"), required=True),
        Cell("road", _("道路")),
        Cell("lon", _("经度"), required=True, parse=parse_degrees),
        Cell("lat", _("纬度"), required=True, parse=parse_degrees),
    )
    key = ("text",)
    hint = _("经纬度用 CGCS2000 或 WGS84；网格由坐标自动确定")

    def existing(self, keys: Sequence[Key], actor: Actor) -> Mapping[Key, Mapping[str, Any]]:
        rows = Address.objects.filter(text__in=[key[0] for key in keys], valid_to=None)
        return {(row["text"],): row for row in rows.values("text", "road", "lon", "lat")}

    def check(self, row: Mapping[str, Any], actor: Actor) -> list[str]:
        if 70 < row["lon"] < 140 and 3 < row["lat"] < 54:
            return []
        return [str(_("坐标不在中国境内；请核对经度和纬度是否写反"))]

    def apply(self, rows: Sequence[Incoming], *, by: Actor, at: datetime) -> None:
        merged = [{"road": "", **(incoming.before or {}), **incoming.row} for incoming in rows]
        taken = [
            commands.AddressRow(row["text"], row["road"] or "", row["lon"], row["lat"]) for row in merged
        ]
        commands.import_addresses(rows=taken, source=str(_("名册导入")), by=by, at=at)


def parse_community(cell: Any) -> Node:
    """A community or village by its code or, where only one has it, its name."""
    text = parse_text(cell)
    found = [n for n in tree().nodes if n.kind in COMMUNITY_KINDS and text in (n.code, n.name)]
    if len(found) != 1:
        raise ValueError(
            gettext("没有这个社区（村）") if not found else gettext("有多个同名社区（村），请填代码")
        )
    return found[0]


class PlaceImporter(Importer):
    """A home a row, or an entrance, or a whole building, with what is known of its compound.

    The community follows from the point where it is not named, the grid always does. What was there before is known by
    compound, building, entrance and room; an empty cell changes nothing.
    """

    verb = "territory.change"
    fields = (
        Cell("compound", _("小区"), required=True, also=("小区名称", "院落", "小区（院落）")),
        Cell("building", _("楼栋"), required=True, also=("楼号", "栋号", "幢号", "楼幢")),
        Cell("entrance", _("单元"), also=("单元号", "梯号")),
        Cell("room", _("房号"), also=("房间号", "室号", "户号", "门号")),
        Cell("floor", _("楼层"), parse=parse_integer, also=("所在楼层",)),
        Cell(
            "community", _("社区（村）"), parse=parse_community, also=("社区", "村", "所属社区", "社区代码")
        ),
        Cell("management", _("管理方式"), parse=one_of(dict(Compound.Management.choices))),
        Cell("road", _("道路"), also=("街路巷",)),
        Cell("number", _("门牌号"), also=("门牌",)),
        Cell("floors", _("层数"), parse=parse_integer, also=("总层数", "地上层数")),
        Cell("lon", _("经度"), parse=parse_degrees),
        Cell("lat", _("纬度"), parse=parse_degrees),
        Cell("address", _("标准地址"), also=("地址",)),
    )
    key = ()
    hint = _(
        "一行一户、一个单元或一栋楼。小区第一次出现须填管理方式，楼栋第一次出现须填经纬度（CGCS2000 或 WGS84），网格由坐标自动确定；"
        "有房号而没有单元的记入 1单元；空格不改动已有内容。"
    )

    def __init__(self) -> None:
        self.there = Buildings()
        self.compounds: set[tuple[int, str]] = set()
        self.placed: set[tuple[int, str, str]] = set()

    def key_of(self, row: Mapping[str, Any]) -> Key:
        """Community, compound, building, entrance, room."""
        community = self.community_of(row)
        entrance = commands.entrance_of(row.get("entrance"), row.get("room"))
        return (
            community.id if community else 0,
            row["compound"],
            row["building"],
            entrance,
            row.get("room") or "",
        )

    def known_by(self, row: Mapping[str, Any]) -> Sequence[Any]:
        """As it is read on a door."""
        return (self.community_of(row), *self.key_of(row)[1:])

    def community_of(self, row: Mapping[str, Any]) -> Node | None:
        """The community that is named, else the one that covers the point."""
        named: Node | None = row.get("community")
        lon, lat = row.get("lon"), row.get("lat")
        if named is not None or lon is None or lat is None:
            return named
        found = unit_at(lon, lat)
        return tree().by_code.get(found.code) if found else None

    def existing(self, keys: Sequence[Key], actor: Actor) -> Mapping[Key, Mapping[str, Any]]:
        """The buildings, entrances and homes that are there, with what is known of them."""
        self.there = buildings_of({key[:2] for key in keys})
        return dwellings_in(self.there, keys)

    def compare(
        self, judged: Judged, row: dict[str, Any], there: Mapping[Key, Mapping[str, Any]], actor: Actor, seen: set[Key],
    ) -> None:  # fmt: skip
        """An empty cell says nothing."""
        told = {name: value for name, value in row.items() if value is not None}
        super().compare(judged, told, there, actor, seen)

    def check(self, row: Mapping[str, Any], actor: Actor) -> list[str]:
        """Why a row cannot be placed."""
        lon, lat = row.get("lon"), row.get("lat")
        if (lon is None) != (lat is None):
            return [gettext("经度和纬度应同时填写")]
        community = self.community_of(row)
        if community is None:
            return [gettext("请填社区（村）；坐标也不在任何社区内")]
        return self._check_compound(row, community) + self._check_point(row, community)

    def _check_compound(self, row: Mapping[str, Any], community: Node) -> list[str]:
        key = (community.id, row["compound"])
        if row.get("management") or key in self.there.compounds:
            self.compounds.add(key)
        return [] if key in self.compounds else [gettext("小区第一次出现，须填管理方式")]

    def _check_point(self, row: Mapping[str, Any], community: Node) -> list[str]:
        key = (community.id, row["compound"], row["building"])
        if row.get("lon") is None:
            known = key in self.placed or key in self.there.buildings
            return [] if known else [gettext("楼栋第一次出现，须填经纬度")]
        grid = grid_at(row["lon"], row["lat"])
        if grid is None:
            return [gettext("坐标不在任何网格内；请核对经度和纬度是否写反")]
        if not grid.path.startswith(community.path):
            return [gettext("坐标在“%(grid)s”，不在所填的社区（村）内") % {"grid": grid.name}]
        self.placed.add(key)
        return []

    def apply(self, rows: Sequence[Incoming], *, by: Actor, at: datetime) -> None:
        """Write the new and the changed."""
        commands.import_places(
            rows=[self.place(incoming.row) for incoming in rows], source=str(_("名册导入")), by=by, at=at
        )

    def place(self, row: Mapping[str, Any]) -> commands.PlaceRow:
        """A row as the command takes it."""
        community = self.community_of(row)
        assert community is not None, "checked"
        return commands.PlaceRow(**{**row, "community": community})
