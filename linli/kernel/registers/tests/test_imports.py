"""A file on its way in: examined, confirmed, written, sent back, forgotten."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from linli.kernel.audit.models import Event
from linli.kernel.privacy.commands import Forgotten, open_key
from linli.kernel.privacy.tests.protocol import forget_due
from linli.kernel.registers.importing import runs, sheets
from linli.kernel.registers.importing.parsers import (
    parse_date,
    parse_datetime,
    parse_decimal,
    parse_flag,
    parse_integer,
    parse_text,
)
from linli.kernel.registers.models import ImportRun
from linli.kernel.registers.tasks import write_rows
from linli.kernel.registers.tests import probe
from tests.cast import Cast

URL = "/list/probe/import/"
FILE = """编号,标题,姓名,状态,户数(户),启用,备注
N001,新的一行,王某,办理中,120,2026-03-01,不认得的列
P000,路面积水0,王**,办理中,,,
P001,改了标题,李某,已办结,13,2026-01-04,
N002,缺状态,,,,,
N003,户数不对,,办理中,很多,,
N004,负数,,办理中,-5,,
N001,重复,,办理中,1,,
"""


@pytest.fixture
def leader(client: Client, cast: Cast) -> Client:
    """May import probes."""
    probe.make_table()
    probe.make_rows()
    client.force_login(cast.users["leader"])
    return client


def send(client: Client, text: str = FILE, encoding: str = "utf-8") -> ImportRun:
    """Upload a file and return its run."""
    client.post(URL, {"file": SimpleUploadedFile("名单.csv", text.encode(encoding))})
    return ImportRun.objects.latest("created_at")


def run_job(run: ImportRun) -> ImportRun:
    """What the worker does."""
    write_rows.func.__wrapped__(run_id=str(run.pk))
    run.refresh_from_db()
    return run


def test_a_file_is_examined_without_writing_anything(leader: Client) -> None:
    run = send(leader)
    assert (run.state, run.new, run.changed, run.same, run.rejected) == ("examined", 1, 1, 1, 4)
    assert probe.Probe.objects.count() == 40
    body = leader.get(f"{URL}{run.pk}/").content.decode()
    assert "改了标题" in body and "与文件中前面的行重复" in body and "户数不能为负" in body


def test_gb18030_is_read_like_utf8(leader: Client) -> None:
    assert send(leader, encoding="gb18030").new == 1


def test_a_confirmed_file_is_written_and_the_second_time_nothing_happens(leader: Client) -> None:
    run = send(leader)
    leader.post(f"{URL}{run.pk}/confirm/")
    run = run_job(run)
    assert (run.state, run.new, run.changed, run.same, run.rejected, run.position) == ("done", 1, 1, 1, 4, 7)
    assert probe.Probe.objects.get(code="N001").households == 120
    assert Event.objects.filter(name="register.imported").count() == 1
    again = send(leader)
    assert (again.new, again.changed, again.same) == (0, 0, 3)


def test_a_masked_cell_does_not_overwrite(leader: Client) -> None:
    before = probe.Probe.objects.get(code="P000").surname
    run = send(leader, "编号,标题,姓名,状态\nP000,新标题,王**,办理中\n")
    leader.post(f"{URL}{run.pk}/confirm/")
    run_job(run)
    row = probe.Probe.objects.get(code="P000")
    assert (row.title, row.surname) == ("新标题", before)


def test_rejected_rows_come_back_in_their_layout_with_reasons(leader: Client) -> None:
    run = send(leader)
    text = leader.get(f"{URL}{run.pk}/rejects/").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["编号", "标题", "姓名", "状态", "户数(户)", "启用", "备注", "退回原因"]
    assert rows[1] == ["N002", "缺状态", "", "", "", "", "", "状态：不能为空"]
    assert rows[2][-1] == "户数(户):应为数字"


def test_the_file_and_its_rejects_are_sealed_and_forgotten_on_time(leader: Client) -> None:
    run = send(leader)
    assert "缺状态".encode() not in bytes(run.rejects or b"")
    assert forget_due("registers.imports", timezone.now()) == 0
    assert forget_due("registers.imports", timezone.now() + timedelta(days=31)) == 1
    run.refresh_from_db()
    assert run.rejects is None and runs.preview_of(run) == []
    with pytest.raises(Forgotten):
        open_key(run.key_id)


def test_an_import_that_stopped_goes_on_where_it_was(leader: Client, cast: Cast) -> None:
    lines = "".join(f"M{i:03},标题{i},,办理中\n" for i in range(12))
    run = send(leader, "编号,标题,姓名,状态\n" + lines)
    leader.post(f"{URL}{run.pk}/confirm/")
    run.refresh_from_db()
    table, actor = runs.opened(run), cast.actors["leader"]
    assert runs.write_batch(run_id=run.pk, table=table, start=0, seen=set(), by=actor, at=timezone.now()) == 5
    assert runs.write_batch(run_id=run.pk, table=table, start=0, seen=set(), by=actor, at=timezone.now()) == 5
    run = run_job(run)
    assert (run.state, run.new, run.same) == ("done", 12, 0)
    assert probe.Probe.objects.filter(code__startswith="M").count() == 12


def test_only_the_one_who_sent_a_file_sees_it(leader: Client, cast: Cast) -> None:
    run = send(leader)
    other = Client()
    other.force_login(cast.users["supervisor"])
    assert other.get(f"{URL}{run.pk}/").status_code == 404
    assert other.post(f"{URL}{run.pk}/confirm/").status_code == 404


def test_a_cancelled_import_cannot_be_confirmed(leader: Client) -> None:
    run = send(leader)
    leader.post(f"{URL}{run.pk}/cancel/")
    leader.post(f"{URL}{run.pk}/confirm/")
    run.refresh_from_db()
    assert run.state == "cancelled" and probe.Probe.objects.count() == 40


@pytest.mark.parametrize(
    ("content", "words"),
    [("甲,乙\n1,2\n", "缺少这些列"), ("", "没有内容"), ("编号,标题,状态\n", "只有表头")],
)
def test_a_file_that_cannot_be_read_says_why(leader: Client, content: str, words: str) -> None:
    run = send(leader, content)
    assert run.state == "failed" and words in run.problem


def test_an_exported_workbook_is_read_back(leader: Client) -> None:
    book = b"".join(leader.get("/list/probe/", {"format": "xlsx"}).streaming_content)
    leader.post(URL, {"file": SimpleUploadedFile("名册.xlsx", book)})
    run = ImportRun.objects.latest("created_at")
    assert (run.state, run.total, run.same) == ("examined", 40, 40)


def test_a_program_is_not_a_table() -> None:
    with pytest.raises(sheets.Unreadable):
        list(sheets.read(b"\x7fELF\x00\x00"))
    with pytest.raises(sheets.Unreadable):
        list(sheets.read(b"PK\x03\x04 not a workbook"))


@pytest.mark.parametrize(
    ("parse", "cell", "value"),
    [
        (parse_text, 12.0, "12"),
        (parse_text, "'=1+1", "=1+1"),
        (parse_integer, "1,234", 1234),
        (parse_decimal, " 3.50 ", 3.5),
        (parse_date, "2026年1月2日", "2026-01-02"),
        (parse_date, 46024, "2026-01-02"),
        (parse_datetime, "2026/1/2 03:04", "2026-01-02 03:04:00+08:00"),
        (parse_flag, "是", True),
    ],
)
def test_cells_are_read_as_people_write_them(parse: Any, cell: Any, value: Any) -> None:
    assert parse(cell) == value or str(parse(cell)) == value


@pytest.mark.parametrize(
    ("parse", "cell"),
    [(parse_integer, "3.5"), (parse_date, "2026-02-30"), (parse_flag, "也许"), (parse_decimal, "NaN")],
)
def test_a_cell_that_means_nothing_is_refused(parse: Any, cell: Any) -> None:
    with pytest.raises(ValueError, match="应|没有这一天"):
        parse(cell)
