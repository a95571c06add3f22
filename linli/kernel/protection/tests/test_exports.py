"""Personal data leaves for a purpose, marked, for a time, and in number only if a second person agrees."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from linli.kernel.audit.models import Event
from linli.kernel.norms.commands import Change, set_norm
from linli.kernel.privacy import commands as privacy
from linli.kernel.privacy.models import Request
from linli.kernel.privacy.tests.protocol import forget_due
from linli.kernel.registers.exporting import runs, sheet
from linli.kernel.registers.kit import Column
from linli.kernel.registers.models import Export, ExportFile
from linli.kernel.registers.register import register
from linli.kernel.registers.tasks import decided
from linli.kernel.registers.tests import probe
from tests.cast import Cast

URL = "/list/people/"


@pytest.fixture
def leader(client: Client, cast: Cast) -> Client:
    """Sees a list of forty persons."""
    probe.make_table()
    probe.make_rows()

    @register
    class People(probe.ProbeRegister):
        name = "people"
        title = "人员试验"
        importer = None
        personal = True

    client.force_login(cast.users["leader"])
    return client


def take(client: Client, query: str = "", **fields: str) -> Any:
    """Ask for what the list shows."""
    return client.post(f"{URL}take/?{query}", {"purpose": "visit", **fields})


def limit(cast: Cast, rows: int) -> None:
    """From today on, so many rows leave without a second person."""
    change = Change(
        key="protection.export.rows",
        value=rows,
        unit="条",
        source="通知",
        valid_from=timezone.localdate(),
    )
    set_norm(change=change, by=cast.actors["admin"], at=timezone.now())


def opened(client: Client, row: Export) -> list[list[list[Any]]]:
    """The sheets of the file."""
    answer = client.get(f"/exports/{row.pk}/file/")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return [book.get_sheet_by_index(place).to_python() for place in range(len(book.sheet_names))]


def test_a_list_of_persons_offers_the_marked_workbook_alone_and_asks_what_for(leader: Client) -> None:
    body = leader.get(URL).content.decode()
    assert "format=xlsx" in body and "format=csv" not in body and "format=geojson" not in body
    for wanted in ("xlsx", "csv", "geojson"):
        answer = leader.get(URL, {"format": wanted, "state": "open"})
        assert answer.status_code == 302 and answer["Location"].startswith(f"{URL}take/?")
    assert "用途" in leader.get(f"{URL}take/?state=open").content.decode()
    assert leader.post(f"{URL}take/", {"purpose": "好奇"}).status_code == 422
    assert not Export.objects.exists()


def test_the_file_says_who_took_what_when_and_what_for_on_every_sheet(leader: Client) -> None:
    take(leader, "state=open")
    row = Export.objects.get()
    cover, data = opened(leader, row)
    said = dict(line[:2] for line in cover)
    assert said["条件"] == "状态:办理中" and said["用途"] == "入户走访核对" and said["行数"] == "14"
    assert "江河" in data[0][0] and "入户走访核对" in data[0][0] and data[-1][0] == data[0][0]
    assert data[1][:2] == ["编号", "标题"] and len(data) == 1 + 1 + 14 + 1
    with zipfile.ZipFile(io.BytesIO(leader.get(f"/exports/{row.pk}/file/").content)) as book:
        for part in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
            text = book.read(part).decode()
            ElementTree.fromstring(text)
            assert "江河" in text.partition("<oddHeader>")[2] and "江河" in text.partition("<oddFooter>")[2]


def test_the_content_lies_sealed_and_only_who_asked_takes_it_each_time_written_down(
    leader: Client, cast: Cast
) -> None:
    take(leader)
    row, kept = Export.objects.get(), ExportFile.objects.get()
    assert b"PK" not in bytes(kept.content)[:200]
    opened(leader, row)
    opened(leader, row)
    assert row.downloads.count() == 2
    assert Event.objects.filter(name="register.export_downloaded").count() == 2
    assert Event.objects.get(name="register.personal_exported").after["rows"] == 40
    other = Client()
    other.force_login(cast.users["supervisor"])
    assert other.get(f"/exports/{row.pk}/file/").status_code == 404
    assert other.get(f"/exports/{row.pk}/").status_code == 404
    auditor = Client()
    auditor.force_login(cast.users["auditor"])
    assert "江河" in auditor.get(f"/exports/{row.pk}/").content.decode()
    assert auditor.get(f"/exports/{row.pk}/file/").status_code == 404
    assert "人员试验" in auditor.get("/protection/exports/").content.decode()
    assert "人员试验" in leader.get("/exports/").content.decode()


def test_a_file_whose_time_is_over_is_gone_for_good(leader: Client) -> None:
    take(leader)
    row = Export.objects.get()
    assert row.key_id is not None
    assert forget_due("registers.exports", timezone.now()) == 0
    Export.objects.update(expires_at=timezone.now())
    assert leader.get(f"/exports/{row.pk}/file/").status_code == 302, "not even before it is destroyed"
    assert forget_due("registers.exports", timezone.now()) == 1
    row.refresh_from_db()
    assert row.state == "gone" and not ExportFile.objects.exists()
    with pytest.raises(privacy.Forgotten):
        privacy.open_key(row.key_id)


def test_more_rows_than_the_norm_leave_after_a_second_person_has_agreed(leader: Client, cast: Cast) -> None:
    limit(cast, 20)
    take(leader, "state=open")
    assert Export.objects.get().state == "ready", "fourteen rows need nobody"
    assert take(leader).status_code == 422, "more need a reason"
    take(leader, reason="汛期转移核对")
    row = Export.objects.get(request_id__isnull=False)
    assert row.state == "asked" and "人员试验" in Request.objects.get().selection
    assert leader.get(f"/exports/{row.pk}/file/").status_code == 302
    request = Request.objects.get()
    privacy.decide(
        request_id=request.pk, approve=True, answer="", by=cast.actors["supervisor"], at=timezone.now()
    )
    decided.func.__wrapped__(event_ids=[Event.objects.get(name="privacy.request_approved").pk])
    row.refresh_from_db()
    assert row.state == "ready" and row.rows == 40
    assert len(opened(leader, row)[1]) == 1 + 1 + 40 + 1
    request.refresh_from_db()
    assert request.used == 40


def test_an_export_that_was_refused_is_never_made(leader: Client, cast: Cast) -> None:
    limit(cast, 20)
    take(leader, reason="看看")
    request = Request.objects.get()
    with pytest.raises(Exception, match="没有获得同意"):
        runs.make(export_id=Export.objects.get().pk, by=cast.actors["leader"], at=timezone.now())
    privacy.decide(
        request_id=request.pk, approve=False, answer="无依据", by=cast.actors["supervisor"], at=timezone.now()
    )
    decided.func.__wrapped__(event_ids=[Event.objects.get(name="privacy.request_refused").pk])
    row = Export.objects.get()
    assert (row.state, row.problem) == ("refused", "无依据")


def test_of_more_rows_than_were_agreed_to_only_so_many_leave(leader: Client, cast: Cast) -> None:
    limit(cast, 20)
    take(leader, reason="核对")
    request = Request.objects.get()
    probe.Probe.objects.create(
        code="P999", title="后来的", state="open", path="520103/01/", received_at=timezone.now()
    )
    privacy.decide(
        request_id=request.pk, approve=True, answer="", by=cast.actors["supervisor"], at=timezone.now()
    )
    decided.func.__wrapped__(event_ids=[Event.objects.get(name="privacy.request_approved").pk])
    assert Export.objects.get().rows == 40


def test_a_sheet_holds_every_kind_of_cell_as_it_is() -> None:
    columns = [
        Column("text", "文字"),
        Column("number", "数", kind="number"),
        Column("money", "钱", kind="money"),
        Column("day", "日", kind="date"),
        Column("at", "时间", kind="datetime"),
    ]
    texts = ["=1+1", "a<b>&c", " 空格 ", "坏\x00字", "x" * 40_000, ""]
    at = datetime(2026, 11, 27, 9, 30)

    class Row:
        def __init__(self, text: str) -> None:
            self.text, self.number, self.money, self.day, self.at = text, 7, 1.5, at.date(), at

    cover = sheet.Cover("名册", "全部", len(texts), "甲", at)
    with sheet.write(cover, columns, [Row(text) for text in texts]) as file:
        rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(1).to_python()
    assert rows[0] == ["文字", "数", "钱", "日", "时间"]
    assert [row[0] for row in rows[1:]] == ["=1+1", "a<b>&c", " 空格 ", "坏字", "x" * 32_767, ""]
    assert all(row[1:] == [7, 1.5, at.date(), at] for row in rows[1:])
