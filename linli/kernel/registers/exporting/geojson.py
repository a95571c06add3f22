"""Rows as GeoJSON (WGS84), a feature at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from linli.kernel.registers.columns import Column, count_words
from linli.kernel.registers.engines.points import Gathered
from linli.kernel.registers.register import Register


def text(value: Any) -> str:
    """JSON as the house writes it."""
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)


def lines(register: Register, columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """A feature collection in pieces; a row without a place keeps its values and has no geometry."""
    yield '{"type":"FeatureCollection","features":['
    comma = ""
    for row in rows:
        properties = {str(column.heading): column.typed(row) for column in columns}
        yield comma + text({"type": "Feature", "geometry": _place(register, row), "properties": properties})
        comma = ",\n"
    yield "]}"


def _place(register: Register, row: Any) -> dict[str, Any] | None:
    return register.map.geometry(row) if register.map else None


def places(register: Register, rows: Iterable[Any]) -> dict[str, Any]:
    """The rows that have a place, for the map beside the list: name, address and tone of each."""
    features = []
    naming = next((column for column in register.columns if column.link), register.columns[0])
    toned = next((column for column in register.columns if column.badge is not None), None)
    for row in rows:
        geometry = _place(register, row)
        if geometry is not None:
            properties = {"id": row.pk, "name": naming.words(row), "url": register.row_url(row)}
            if toned is not None:
                properties["tone"] = toned.tone(row)
            features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return {"type": "FeatureCollection", "features": features}


def gathered(register: Register, cells: Iterable[Gathered], alone: Iterable[Any]) -> dict[str, Any]:
    """Places gathered into cells, a point with its count each; a row that is alone in its cell is drawn as itself."""
    drawn = places(register, alone)
    drawn["features"] += [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(cell.lon, 7), round(cell.lat, 7)]},
            "properties": {"count": cell.count, "name": count_words(cell.count)},
        }
        for cell in cells
        if cell.pk is None
    ]
    return {**drawn, "gathered": True}


def page(columns: Sequence[Column], total: int, rows: Iterable[Any]) -> dict[str, Any]:
    """One page of the list as data."""
    return {
        "total": total,
        "rows": [{"id": row.pk, **{column.name: column.typed(row) for column in columns}} for row in rows],
    }
