"""Departments' files in tests: a source, and rows as they would be read from a sheet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import polars as pl

from linli.algorithms.cleaning.columns import column_of
from linli.kernel.audit.actor import Actor
from linli.registry.commands import intakes
from linli.registry.commands.intakes.examining import FileRows
from linli.registry.models import Intake, Source
from linli.territory.models import Building, Compound, Dwelling, Entrance, Unit
from tests.cast import MONDAY

FILE_DATE = date(2026, 11, 20)


def source_of(
    kind: str, by: Actor, unit: str = "D01", title: str = "", record_kind: str = "person"
) -> Source:
    """A source that is in force."""
    return intakes.make_source(
        title=title or f"{kind}名单", kind=kind, record_kind=record_kind, unit=Unit.objects.get(code=unit), basis="户口登记条例",
        purpose="人口信息核对", until=date(2027, 12, 31), by=by, at=MONDAY,
    )  # fmt: skip


def file_rows(rows: Sequence[dict[str, str]]) -> FileRows:
    """Rows of element codes and cells, from the third row of the first sheet on."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    bound = {name: column_of([row.get(name, "") for row in rows]) for name in columns}
    return FileRows(
        heading=columns,
        sheets=pl.Series([1] * len(rows)),
        numbers=pl.Series(range(3, 3 + len(rows)), dtype=pl.Int64),
        cells=list(bound.values()),
        bound=bound,
    )


def sheet_of(rows: Sequence[Sequence[Any]], *merged: str) -> bytes:
    """A workbook with one sheet of these rows, some of its cells merged."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def examined(source: Source, rows: Sequence[dict[str, str]], by: Actor, at: datetime = MONDAY, on: date = FILE_DATE) -> Intake:  # fmt: skip
    """A file of these rows, uploaded, laid out and examined."""
    intake = intakes.upload(
        source=source, file_name="名单.csv", content=json.dumps(rows).encode() + str(at).encode(), file_date=on, by=by, at=at
    )  # fmt: skip
    columns = {name: name for row in rows for name in row}
    intakes.set_layout(intake_id=intake.pk, fingerprint="x", columns=columns, by=by, at=at)
    return intakes.examine(intake_id=intake.pk, rows=file_rows(rows), by=by, at=at)


def taken_in(source: Source, rows: Sequence[dict[str, str]], by: Actor, at: datetime = MONDAY, on: date = FILE_DATE) -> Intake:  # fmt: skip
    """The same, written."""
    return written(examined(source, rows, by, at, on), by, at)


def written(intake: Intake, by: Actor, at: datetime = MONDAY) -> Intake:
    """An examined file, confirmed and written."""
    intakes.confirm(intake_id=intake.pk, by=by, at=at)
    while intakes.apply_batch(intake_id=intake.pk, by=by, at=at + timedelta(minutes=1), size=3) is not None:
        pass
    intake.refresh_from_db()
    return intake


def home(compound: str = "冠竹苑", building: str = "3栋", entrance: str = "2单元", room: str = "501", grid: str = "520103019001001") -> Dwelling:  # fmt: skip
    """A home in the grid of a community."""
    unit = Unit.objects.get(code=grid)
    yard, _ = Compound.objects.get_or_create(
        name=compound, unit=unit.parent, defaults={"management": "property"}
    )
    block, _ = Building.objects.get_or_create(
        compound=yard, name=building, defaults={"unit": unit, "lon": 106.7, "lat": 26.6}
    )
    stairs, _ = Entrance.objects.get_or_create(building=block, name=entrance)
    return Dwelling.objects.create(entrance=stairs, room=room, floor=5)
