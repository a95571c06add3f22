"""Requests from a sheet: placed, categorised, dispatched, checked for repetition, and never twice."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from linli.cases.importers import CaseImporter
from linli.cases.models import Case, Reporter
from linli.kernel.audit.models import Event
from linli.kernel.registers.importing.runs import table_of
from linli.kernel.registers.models import ImportRun
from linli.kernel.registers.tasks import write_rows
from linli.shell.cli.cases import cases
from linli.shell.cli.sheets import BY
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

ROWS = [
    ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "点赞数"],
    [
        "1001",
        "A001",
        "井盖没了",
        "2019/2/28 11:25:05",
        "\n\t\t路中间的井盖没了，冠竹苑社区门口，很危险\n\t\t",
        "3",
    ],
    ["1002", "A002", "问题", "2019-11-13 11:20:21", "想问一下办事大厅几点开门", "0"],
    ["1003", "A003", "井盖没了", "2019-03-01 09:00:00", "路中间的井盖没了，冠竹苑社区门口，很危险", "0"],
    ["1004", "A004", "井盖没了", "2019-08-01 09:00:00", "路中间的井盖没了，冠竹苑社区门口，很危险", "0"],
    ["1005", "A005", "没有时间", "去年夏天", "楼下餐馆很吵", "0"],
    ["1006", "A006", "没有内容", "2019-08-01", "", "0"],
]


def sheet(folder: Path, encoding: str = "gb18030") -> Path:
    """The rows as a CSV of an old system."""
    path = folder / "留言.csv"
    with path.open("w", encoding=encoding, newline="") as out:
        csv.writer(out).writerows(ROWS)
    return path


def run(*arguments: object) -> str:
    """The command line."""
    result = CliRunner().invoke(cases, ["import", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_sheet_comes_in_sorted_and_what_one_rule_decides_is_dispatched(cast: Cast, tmp_path: Path) -> None:
    assert "新增 3，已有或重复 1，退回 2" in run(sheet(tmp_path))
    first, asked = Case.objects.get(source_id="1001"), Case.objects.get(source_id="1002")
    assert (first.category and first.category.code, first.state, first.lead and first.lead.code) == (
        "0101",
        "dispatched",
        "D02",
    )
    assert first.place and first.place.code == "520103019001"
    assert first.text == "路中间的井盖没了，冠竹苑社区门口，很危险"
    assert first.received_at == datetime.fromisoformat("2019-02-28T11:25:05+08:00")
    assert (asked.category, asked.state) == (None, "received")


def test_where_nobody_may_write_beside_the_sheet_the_rows_come_back_where_the_command_was_typed(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    (there / "留言.csv-退回.csv").mkdir(parents=True)
    monkeypatch.chdir(here)
    assert "退回 2" in run(sheet(there))
    assert "没有时间" in (here / "留言.csv-退回.csv").read_text(encoding="utf-8-sig")


def test_the_second_time_nothing_is_added(cast: Cast, tmp_path: Path) -> None:
    path = sheet(tmp_path)
    run(path)
    assert "新增 0，已有或重复 4，退回 2" in run(path)
    assert Case.objects.count() == 3


def test_the_same_words_next_day_are_the_same_and_months_later_a_new_case(cast: Cast, tmp_path: Path) -> None:
    path = sheet(tmp_path)
    run(path)
    assert not Case.objects.filter(source_id="1003").exists()
    assert Case.objects.filter(source_id="1004").exists()
    assert "1003" in path.with_name("留言.csv-重复.csv").read_text("utf-8-sig")


def test_rejected_rows_are_written_beside_the_file_with_reasons(cast: Cast, tmp_path: Path) -> None:
    path = sheet(tmp_path)
    run(path)
    with path.with_name("留言.csv-退回.csv").open(encoding="utf-8-sig", newline="") as written:
        found = {row["留言编号"]: row for row in csv.DictReader(written)}
    assert set(found) == {"1005", "1006"}
    assert "受理时间" in found["1005"]["原因"] and "诉求内容" in found["1006"]["原因"]


def test_a_dry_run_writes_nothing(cast: Cast, tmp_path: Path) -> None:
    assert "新增 3" in run(sheet(tmp_path), "--dry-run")
    assert not Case.objects.exists()
    assert not Event.objects.filter(name="case.imported").exists()


def test_an_import_is_one_event_and_every_case_its_own(cast: Cast, tmp_path: Path) -> None:
    run(sheet(tmp_path))
    assert Event.objects.get(name="case.imported").after == {"count": 3, "same": 1, "rejected": 2}
    assert Event.objects.filter(name="case.received").count() == 3


def test_whoever_wrote_is_sealed_under_a_key_of_their_own(cast: Cast, tmp_path: Path) -> None:
    run(sheet(tmp_path))
    told = list(Reporter.objects.all())
    assert len({row.key_id for row in told}) == 3
    assert all(b"A00" not in bytes(row.name or b"") for row in told)


def test_an_import_that_was_cut_off_goes_on_where_it_stopped(cast: Cast, tmp_path: Path) -> None:
    path, importer = sheet(tmp_path), CaseImporter()
    table = table_of(importer, path.read_bytes())
    begun = [row.incoming for row in importer.judge(table.rows[:1], table.layout, BY, set()) if row.incoming]
    importer.apply(begun, by=BY, at=MONDAY)
    assert "新增 2，已有或重复 2，退回 2" in run(path)
    assert Case.objects.count() == 3


def test_two_sources_may_use_the_same_numbers(cast: Cast, tmp_path: Path) -> None:
    path = sheet(tmp_path)
    run(path, "--source", "市平台")
    path.write_text("编号,时间,内容\n1001,2024-05-06 07:08,另一件事情：路灯坏了\n", encoding="utf-8")
    assert "新增 1" in run(path, "--source", "省平台")


def test_a_file_without_the_columns_is_refused_in_words(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    result = CliRunner().invoke(cases, ["import", str(path)])
    assert result.exit_code == 1
    assert "缺少这些列" in result.output


def test_the_page_takes_the_same_file(client: Client, cast: Cast, tmp_path: Path) -> None:
    client.force_login(cast.users["dispatcher"])
    upload = SimpleUploadedFile("留言.csv", sheet(tmp_path).read_bytes())
    client.post("/list/cases/import/", {"file": upload})
    found = ImportRun.objects.get()
    assert (found.new, found.same, found.rejected) == (3, 1, 2)
    client.post(f"/list/cases/import/{found.pk}/confirm/")
    job: Any = write_rows.func
    job.__wrapped__(run_id=str(found.pk))
    assert Case.objects.count() == 3
    assert Event.objects.get(name="case.imported").actor_id == cast.users["dispatcher"].pk


def test_a_second_sheet_with_the_words_of_an_open_case_waits_for_a_person(cast: Cast, tmp_path: Path) -> None:
    run(sheet(tmp_path))
    path = tmp_path / "now.csv"
    today = f"{timezone.localdate():%Y-%m-%d}"
    words = "路中间的井盖又没了，冠竹苑社区门口"
    path.write_text(f"编号,时间,内容\n1,{today},{words}\n2,2019-06-06,{words}\n", encoding="utf-8")
    run(path, "--source", "市平台")
    assert list(
        Case.objects.filter(source="市平台").order_by("source_id").values_list("state", flat=True)
    ) == ["dispatched", "received"]
