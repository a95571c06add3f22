"""The registers are filled once, go on where they stopped, say that it is all invented, and five offices write the people down."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from linli.registry.commands.bulk import write_persons
from linli.registry.commands.sealing import register_key
from linli.registry.models import Care, Component, Household, Intake, Organisation, Person, RawRow, Residence
from linli.shell.demo.population import exporting, filling
from linli.shell.demo.population.known import known_people
from linli.territory.commands import make_boundaries, make_homes
from linli.territory.models import Boundary, Dwelling
from linli.territory.tests.district import AT, BY, START, build

pytestmark = pytest.mark.django_db
PEOPLE = 500


def silently(words: str, share: float) -> None:
    """Progress that nobody looks at."""


@pytest.fixture
def mapped() -> None:
    """A small district with an invented map."""
    make_boundaries(root=build()["330421"], on=START, by=BY, at=AT)


def test_filling_makes_the_registers_and_filling_again_adds_nothing(mapped: None) -> None:
    done = filling.fill(PEOPLE, by=BY, at=AT, progress=silently)
    assert done.persons == PEOPLE == Person.objects.count()
    assert (done.households, done.organisations, done.components) == (
        Household.objects.count(), Organisation.objects.count(), Component.objects.count(),
    )  # fmt: skip
    assert Care.objects.exists() and Residence.objects.count() == 2 * PEOPLE
    assert filling.fill(PEOPLE, by=BY, at=AT, progress=silently) == filling.Filled()
    more = filling.fill(PEOPLE + 200, by=BY, at=AT, progress=silently)
    assert more.persons == 200 and Person.objects.count() == PEOPLE + 200
    taken = Household.objects.values_list("dwelling_id", flat=True)
    assert len(set(taken)) == len(taken)


def test_whoever_lives_somewhere_is_seen_from_that_grid(mapped: None) -> None:
    filling.fill(PEOPLE, by=BY, at=AT, progress=silently)
    rows = Residence.objects.exclude(kind__in=("registered", "apart")).select_related(
        "person", "dwelling__entrance__building__unit"
    )
    assert rows.exists()
    for row in rows:
        assert row.dwelling is not None
        assert row.person.path == row.path == row.dwelling.entrance.building.unit.path


def test_every_record_says_that_it_was_invented(mapped: None) -> None:
    filling.fill(PEOPLE, by=BY, at=AT, progress=silently)
    assert {intake.file_name for intake in Intake.objects.all()} == {"演示数据第1批"}
    for kind, model in (("person", Person), ("organisation", Organisation), ("component", Component)):
        rows = RawRow.objects.filter(record_kind=kind)
        assert set(rows.values_list("record_id", flat=True)) == set(
            model.objects.values_list("pk", flat=True)
        )  # type: ignore[attr-defined]
        assert not rows.filter(sealed__isnull=False).exists()


def test_registers_with_real_people_are_left_alone(mapped: None) -> None:
    write_persons(pl.DataFrame({"name": ["真人"]}), register_key())
    with pytest.raises(filling.NotInvented):
        filling.fill(PEOPLE, by=BY, at=AT, progress=silently)


def test_a_place_gets_as_many_homes_as_its_people_need(mapped: None) -> None:
    root, before = Boundary.objects.get(unit__parent=None).unit, Dwelling.objects.count()
    assert make_homes(root=root, wanted=before, by=BY, at=AT) == before
    assert make_homes(root=root, wanted=before + 1, by=BY, at=AT) == Dwelling.objects.count() > before
    assert not Dwelling.objects.filter(floor__isnull=True).exists()


def test_five_offices_write_down_the_same_people_in_five_ways(mapped: None, tmp_path: Path) -> None:
    filling.fill(PEOPLE, by=BY, at=AT, progress=silently)
    today = AT.date()
    written = dict(exporting.write_files(tmp_path, truth=True, people=PEOPLE + 100, seed=1, on=today))
    assert {path.suffix for path in written} == {".csv", ".xlsx", ".ods"} and len(written) == 7
    assert min(written.values()) > 0
    known = {row["uid"]: row for row in known_people(PEOPLE).iter_rows(named=True)}
    truth = list(csv.DictReader((tmp_path / "对照_每行是谁.csv").read_text("utf-8-sig").splitlines()))
    assert {row["人员标识"] for row in truth} - {""} <= set(known)
    with (tmp_path / "公安_户籍人口.csv").open(encoding="gb18030", newline="") as file:
        police = list(csv.reader(file))
    right = [
        (police[int(row["行号"]) - 1], known[row["人员标识"]])
        for row in truth
        if row["文件"] == "公安_户籍人口.csv" and row["人员标识"] and not row["差错"]
    ]
    assert right and all(
        line[2] == person["name"] and line[4] == person["document"] for line, person in right
    )
    big = (tmp_path / f"公安_户籍人口_{PEOPLE + 100}人.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(big) == PEOPLE + 101


def test_the_layouts_are_those_that_people_meet(mapped: None, tmp_path: Path) -> None:
    filling.fill(PEOPLE, by=BY, at=AT, progress=silently)
    paths = {
        path.name[:2]: path
        for path, _ in exporting.write_files(tmp_path, truth=False, people=0, seed=1, on=AT.date())
    }
    welfare = load_workbook(paths["民政"]).active
    assert welfare is not None
    assert {str(area) for area in welfare.merged_cells.ranges} >= {"A1:I1", "B3:E3", "A3:A4", "G3:I3"}
    old = CalamineWorkbook.from_path(paths["卫健"]).get_sheet_by_index(0).to_python()
    assert old[2][1] == "姓名" and all(int(row[4]) >= 65 for row in old[3:] if row[4])
    survey = CalamineWorkbook.from_path(paths["社区"]).get_sheet_by_index(0).to_python()
    assert any("-" in str(row[0]) for row in survey[2:])
    labour = CalamineWorkbook.from_path(paths["人社"])
    assert all(name.endswith("街道") for name in labour.sheet_names)
