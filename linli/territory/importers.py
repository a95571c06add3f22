"""Files in: standard addresses with their points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import Cell, Importer, Incoming, parse_decimal
from linli.territory import commands
from linli.territory.models import Address

Key = tuple[Any, ...]


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
