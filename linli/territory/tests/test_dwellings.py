"""Compounds, buildings, entrances and homes from a sheet: placed by their points, refused with reasons, never twice."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from shapely.geometry import box, mapping

from linli.kernel.audit.models import Event
from linli.kernel.registers.importing.importer import CHANGED, NEW, REJECTED, SAME, Judged, Key
from linli.kernel.registers.importing.runs import table_of
from linli.shell.cli.sheets import BY as SHEET
from linli.shell.cli.territory import territory
from linli.territory import commands
from linli.territory.commands import ChangeRefused, PlaceRow
from linli.territory.importers import PlaceImporter
from linli.territory.models import Address, Building, Compound, Dwelling, Entrance, Unit
from linli.territory.queries.places import find_place, grid_of_address
from linli.territory.queries.units import tree
from linli.territory.tests.district import AT, BY, START

pytestmark = pytest.mark.django_db
WEST, EAST = box(120.90, 30.80, 120.91, 30.82), box(120.91, 30.80, 120.92, 30.82)
HEADING = [
    "小区名称",
    "社区",
    "管理方式",
    "道路",
    "门牌号",
    "楼号",
    "层数",
    "单元",
    "房号",
    "楼层",
    "经度",
    "纬度",
]
ROWS: list[list[Any]] = [
    [
        "锦绣花园",
        "日晖社区",
        "物业管理",
        "中山路",
        "12号",
        "1栋",
        "6",
        "1单元",
        "101",
        "1",
        "120.905",
        "30.81",
    ],
    ["锦绣花园", "日晖社区", "", "", "", "1栋", "", "1单元", "102", "1", "", ""],
    ["锦绣花园", "日晖社区", "", "", "", "1栋", "", "", "201", "2", "", ""],
    ["锦绣花园", "", "", "", "", "2栋", "7", "", "", "", "120.915", "30.81"],
    ["锦绣花园", "日晖社区", "", "", "", "3栋", "", "", "", "", "", ""],
    ["无名院", "日晖社区", "", "", "", "1栋", "", "", "", "", "120.905", "30.81"],
    ["锦绣花园", "谈公社区", "物业管理", "", "", "1栋", "", "", "", "", "120.905", "30.81"],
    ["远方苑", "日晖社区", "居民自管", "", "", "1栋", "", "", "", "", "122.0", "30.0"],
    ["锦绣花园", "日晖社区", "", "", "", "1栋", "", "1单元", "101", "1", "", ""],
    ["锦绣花园", "没有的社区", "", "", "", "1栋", "", "", "", "", "", ""],
]


@pytest.fixture
def drawn(units: dict[str, Unit]) -> dict[str, Unit]:
    """日晖社区 with its two grids side by side."""
    shapes = {"日晖第1网格": WEST, "日晖第2网格": EAST, "日晖社区": WEST.union(EAST)}
    rows = [{"type": "Feature", "properties": {"name": n}, "geometry": mapping(s)} for n, s in shapes.items()]
    data = json.dumps({"type": "FeatureCollection", "features": rows}).encode()
    commands.import_boundaries(data=data, datum="cgcs2000", on=START, source="测试", by=BY, at=AT)
    return units


def sheet(folder: Path, rows: list[list[Any]] = ROWS) -> Path:
    path = folder / "places.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADING, *rows])
    return path


def run(path: Path, *words: str) -> str:
    done = CliRunner().invoke(territory, ["import-places", str(path), *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def judged(path: Path) -> list[Judged]:
    importer, seen = PlaceImporter(), set[Key]()
    table = table_of(importer, path.read_bytes())
    return list(importer.judge(table.rows, table.layout, SHEET, seen))


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Compound, Building, Entrance, Dwelling, Address))


def test_homes_come_in_with_their_buildings_and_the_grid_of_each_point(
    drawn: dict[str, Unit], tmp_path: Path
) -> None:
    assert "新增 4，已有或重复 0，退回 6" in run(sheet(tmp_path))
    assert counts() == (1, 2, 1, 3, 2)
    by_name = {b.name: b.unit.name for b in Building.objects.select_related("unit")}
    assert by_name == {"1栋": "日晖第1网格", "2栋": "日晖第2网格"}
    assert set(Dwelling.objects.values_list("entrance__name", "room", "floor")) == {
        ("1单元", "101", 1), ("1单元", "102", 1), ("1单元", "201", 2),
    }  # fmt: skip
    node = grid_of_address("中山路12号锦绣花园2栋")
    assert node is not None and node.name == "日晖第2网格"
    assert find_place("锦绣花园2栋门口有垃圾", limit=1)[0].unit_name == "日晖第2网格"


def test_a_refused_row_says_why_and_comes_back_in_a_file(drawn: dict[str, Unit], tmp_path: Path) -> None:
    run(sheet(tmp_path))
    with (tmp_path / "places.csv-退回.csv").open(encoding="utf-8-sig", newline="") as back:
        reasons = [row["原因"] for row in csv.DictReader(back)]
    wanted = ["楼栋第一次出现", "小区第一次出现", "不在所填的社区", "不在任何网格内", "与文件中前面的行重复", "没有这个社区"]  # fmt: skip
    assert all(want in reason for want, reason in zip(wanted, reasons, strict=True)), reasons


def test_the_same_file_again_adds_nothing(drawn: dict[str, Unit], tmp_path: Path) -> None:
    path = sheet(tmp_path)
    run(path)
    before, events = counts(), Event.objects.filter(name="territory.places_imported").count()
    assert "新增 0，已有或重复 4，退回 6" in run(path)
    assert counts() == before
    assert Event.objects.filter(name="territory.places_imported").count() == events


def test_nothing_is_written_by_an_examination(drawn: dict[str, Unit], tmp_path: Path) -> None:
    assert "新增 4" in run(sheet(tmp_path), "--dry-run")
    assert counts() == (0, 0, 0, 0, 0)


def test_an_empty_cell_changes_nothing_and_a_new_point_moves_the_building_with_its_address(
    drawn: dict[str, Unit], tmp_path: Path
) -> None:
    run(sheet(tmp_path, ROWS[:1]))
    same = [*ROWS[0][:2], "", "", "", "1栋", "", "1单元", "101", "", "", ""]
    assert [row.verdict for row in judged(sheet(tmp_path, [same]))] == [SAME]
    moved = [*ROWS[0][:10], "120.915", "30.81"]
    assert [row.verdict for row in judged(sheet(tmp_path, [moved]))] == [CHANGED]
    assert "更新 1" in run(sheet(tmp_path, [moved]))
    assert Building.objects.get().unit.name == "日晖第2网格"
    address = Address.objects.select_related("unit").get()
    assert (address.lon, address.unit.name if address.unit else "") == (120.915, "日晖第2网格")


def test_two_communities_may_have_a_compound_and_a_building_of_the_same_name(
    drawn: dict[str, Unit], tmp_path: Path
) -> None:
    run(sheet(tmp_path, [["锦绣花园", "", "物业管理", "", "", "1栋", "", "", "", "", "120.905", "30.81"]]))
    other = [
        r.verdict for r in judged(sheet(tmp_path, [["锦绣花园", "日晖社区", "", "", "", "1栋", *[""] * 6]]))
    ]
    strange = [
        r.verdict for r in judged(sheet(tmp_path, [["锦绣花园", "南门社区", "", "", "", "1栋", *[""] * 6]]))
    ]
    assert (other, strange) == ([SAME], [REJECTED])
    assert NEW not in other


def test_the_command_refuses_a_building_without_a_point(drawn: dict[str, Unit]) -> None:
    row = PlaceRow(tree().by_code["330421001001"], "新村", "1栋", management="none")
    with pytest.raises(ChangeRefused, match="经纬度"):
        commands.import_places(rows=[row], source="测试", by=BY, at=AT)
    assert counts() == (0, 0, 0, 0, 0)
