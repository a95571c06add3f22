"""What is masked opens for a purpose and leaves a trace; many persons leave in a file after a second person has agreed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.kernel.audit.models import Event
from linli.kernel.norms.commands import Change, set_norm
from linli.kernel.privacy.models import Request
from linli.kernel.registers.exporting import runs
from linli.kernel.registers.models import Export, ExportFile
from linli.registry.models import Person
from linli.registry.tests.district import PHONE, citizen_id, settle
from tests.cast import TESTER, Cast
from tests.journeys.stage import Stage, behind_the_scene, box, whole, worked_off

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

NUMBER = citizen_id(0, 1935)
MASKED = f"{NUMBER[:6]}********{NUMBER[-4:]}"
ALLOWED = 20
"""Rows that leave without a second person; thirty persons are on the list."""
DECIDED = "registers.decided"
"""The job that makes, or puts aside, the files of which a second person has decided."""


@pytest.fixture
def person(cast: Cast) -> Person:
    """王秀英, the first of the thirty-two people of the district."""
    with behind_the_scene():
        return Person.objects.get(pk=settle(cast).people[0])


def limit(cast: Cast) -> None:
    """From today on, fewer rows leave without a second person than the list has."""
    change = Change(
        key="protection.export.rows", value=ALLOWED, unit="条", source="通知", valid_from=timezone.localdate()
    )
    with behind_the_scene():
        set_norm(change=change, by=cast.actors["admin"], at=timezone.now())


def export_now() -> Export:
    """The one export, as it stands in the database."""
    with behind_the_scene():
        return Export.objects.get()


def looks_of(name: str) -> list[Event]:
    """The events of a name that stand in the database."""
    with behind_the_scene():
        return list(Event.objects.filter(name=name))


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_masked_number_opens_for_a_purpose_and_the_auditor_sees_who_looked_at_whom_and_why(
    stage: Stage, person: Person, size: str
) -> None:
    page = stage.enter("keeper", size)
    page.goto(f"/people/{person.uid}/")
    sealed = page.locator("#sealed")
    expect(sealed).to_contain_text(MASKED)
    expect(sealed).to_contain_text("138****0001")
    whole(page)
    sealed.get_by_role("link", name="查看").click()
    purpose = box(page, "查看用途")
    expect(purpose).to_be_visible()
    whole(page)
    assert NUMBER not in page.content() and PHONE not in page.content()
    sealed.get_by_role("button", name="查看").click()
    page.wait_for_load_state("networkidle")
    assert NUMBER not in page.content() and PHONE not in page.content(), "without a purpose nothing is shown"
    assert looks_of("privacy.revealed") == []
    purpose.select_option(label="入户走访核对")
    sealed.get_by_role("button", name="查看").click()
    expect(sealed).to_contain_text(NUMBER)
    expect(sealed).to_contain_text(PHONE)
    expect(sealed).to_contain_text("已记录本次查看")
    whole(page)
    (look,) = looks_of("privacy.revealed")
    assert look.actor_id == stage.cast.users["keeper"].pk and look.subject_id == person.pk
    assert look.after == {"field": "证件号码、电话", "purpose": "入户走访核对"}
    page.goto(f"/people/{person.uid}/")
    expect(page.locator("#sealed")).to_contain_text(MASKED)
    assert NUMBER not in page.content() and PHONE not in page.content(), "the next time it is masked again"
    overseen(stage, size)


def overseen(stage: Stage, size: str) -> None:
    """The auditor finds the look in the list of looks, and among the looks at this person, and never the number itself."""
    auditor = stage.enter("auditor", size)
    auditor.goto("/protection/looks/")
    look = auditor.locator("tbody tr", has_text="查看了证件号码、电话")
    expect(look).to_have_count(1)
    for words in ("白露", "王**", "用途：入户走访核对"):
        expect(look).to_contain_text(words)
    whole(auditor)
    look.get_by_role("link", name="王**").click()
    expect(auditor.locator("tbody tr", has_text="入户走访核对")).to_contain_text("白露")
    assert NUMBER not in auditor.content() and PHONE not in auditor.content()
    whole(auditor)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_more_persons_than_the_norm_leave_in_a_marked_file_after_a_second_person_has_agreed(
    stage: Stage, person: Person, tmp_path: Path, size: str
) -> None:
    limit(stage.cast)
    page = stage.enter("keeper", size)
    asked(page)
    agreed(stage, size)
    page.reload()
    expect(page.get_by_role("link", name="下载", exact=True)).to_have_count(0)
    assert worked_off(DECIDED) == 1
    page.reload()
    with page.expect_download() as file:
        page.get_by_role("link", name="下载", exact=True).click()
    assert file.value.suggested_filename.endswith(".xlsx")
    file.value.save_as(tmp_path / "file.xlsx")
    marked(tmp_path / "file.xlsx", export_now())
    page.reload()
    expect(page.locator("main tbody tr")).to_contain_text("白露")
    whole(page)
    row = export_now()
    with behind_the_scene():
        request = Request.objects.get()
        assert [each.by_label for each in row.downloads.all()] == [row.by_label]
        assert not bytes(ExportFile.objects.get().content).startswith(b"PK"), "it lies sealed"
    assert (row.state, row.rows, request.used) == ("ready", 30, 30)
    assert len(looks_of("register.export_downloaded")) == 1
    watched(stage, row, size)
    over(page, row)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_what_the_second_person_refuses_leaves_nobody_a_file_and_says_why(
    stage: Stage, person: Person, size: str
) -> None:
    limit(stage.cast)
    page = stage.enter("keeper", size)
    asked(page)
    second = stage.enter("supervisor", size)
    second.goto("/protection/")
    second.get_by_role("link", name="导出个人信息").first.click()
    second.get_by_role("button", name="不同意", exact=True).click()
    expect(box(second, "审批意见")).to_have_attribute("aria-invalid", "true")
    with behind_the_scene():
        assert Request.objects.get().state == "waiting", "a refusal has its reason"
    box(second, "审批意见").fill("范围过大，请按社区分次申请")
    second.get_by_role("button", name="不同意", exact=True).click()
    expect(second.locator("#toasts")).to_contain_text("已回复不同意")
    assert worked_off(DECIDED) == 1
    page.reload()
    expect(page.locator(".l-note-risk")).to_have_text("范围过大，请按社区分次申请")
    expect(page.get_by_role("link", name="下载", exact=True)).to_have_count(0)
    whole(page)
    with behind_the_scene():
        assert not ExportFile.objects.exists()
    assert export_now().state == "refused"


def over(page: Page, row: Export) -> None:
    """When its days are over the file cannot be taken any more, not even by who asked for it."""
    page.goto(f"/exports/{row.pk}/")
    assert row.expires_at is not None
    with behind_the_scene():
        assert not runs.expired(row.expires_at - timedelta(seconds=1), timedelta()).exists()
        due = [each.pk for each in runs.expired(row.expires_at, timedelta())]
        assert runs.destroy(due, TESTER, row.expires_at) == 1
        assert not ExportFile.objects.exists()
    expect(page.get_by_role("link", name="下载", exact=True)).to_be_visible()
    page.get_by_role("link", name="下载", exact=True).evaluate("link => link.removeAttribute('download')")
    page.get_by_role("link", name="下载", exact=True).click()
    expect(page.locator("body")).to_contain_text("文件还没有生成，或已到期销毁")
    expect(page.get_by_role("link", name="下载", exact=True)).to_have_count(0)
    expect(page.locator("main tbody tr")).to_contain_text("白露")


def asked(page: Page) -> None:
    """The keeper asks for every person of the list, and learns that a second person has to agree."""
    page.goto("/people/")
    page.locator("summary", has_text="导出所见").click()
    page.locator("a[href*='format=xlsx']").click()
    expect(page.get_by_text("须由管辖范围包含本单位的另一名审批人同意后生成")).to_be_visible()
    whole(page)
    page.get_by_text("人口统计核对", exact=True).click()
    page.get_by_role("button", name="申请导出").click()
    expect(page.get_by_role("button", name="申请导出")).to_be_visible()
    with behind_the_scene():
        assert not Export.objects.exists(), "so many need a reason"
    page.get_by_text("人口统计核对", exact=True).click()
    box(page, "理由").fill("汛期转移核对，用后删除")
    page.get_by_role("button", name="申请导出").click()
    expect(page.get_by_text("已提交审批。同意后自动生成，并通知您。")).to_be_visible()
    expect(page.get_by_role("link", name="下载", exact=True)).to_have_count(0)
    whole(page)
    row = export_now()
    with behind_the_scene():
        assert not ExportFile.objects.exists()
        assert Request.objects.get().state == "waiting"
    assert (row.state, row.rows) == ("asked", 30)
    page.goto(f"/protection/requests/{row.request_id}/")
    expect(page.get_by_role("button", name="撤回申请")).to_be_visible()
    expect(page.get_by_role("button", name="同意", exact=True)).to_have_count(0)
    page.goto(f"/exports/{row.pk}/")


def agreed(stage: Stage, size: str) -> None:
    """The supervisor of the county finds the request among what waits, reads what it is for, and agrees."""
    second = stage.enter("supervisor", size)
    second.goto("/protection/")
    second.get_by_role("link", name="导出个人信息").first.click()
    expect(second.get_by_text("汛期转移核对，用后删除")).to_be_visible()
    expect(second.get_by_text("人口统计核对")).to_be_visible()
    whole(second)
    box(second, "审批意见").fill("同意，仅限本次")
    second.get_by_role("button", name="同意", exact=True).click()
    expect(second.locator("#toasts")).to_contain_text("已同意")
    with behind_the_scene():
        request = Request.objects.get()
    assert (request.state, request.answer) == ("approved", "同意，仅限本次")
    assert request.decided_by == stage.cast.users["supervisor"].pk != request.asked_by


def marked(path: Path, row: Export) -> None:
    """The cover says what, when and who; every sheet names the person on paper, and the rows are masked as on the page."""
    book = openpyxl.load_workbook(path)
    cover, data = book.worksheets
    said = {f"{label}": f"{words}" for label, words in cover.iter_rows(max_col=2, values_only=True)}
    assert row.made_at is not None
    time = f"{timezone.localtime(row.made_at):%Y-%m-%d %H:%M}"
    assert said["条件"] == row.conditions and "在册" in said["条件"] and said["行数"] == "30"
    assert said["导出时间"] == time and "白露" in said["导出人"] and said["用途"] == "人口统计核对"
    for words in ("白露", time, "人口统计核对"):
        assert words in said["水印"]
    for sheet in (cover, data):
        for part in (sheet.oddHeader, sheet.oddFooter):
            assert "白露" in part.left.text and "人口统计核对" in part.left.text
    lines = list(data.iter_rows(values_only=True))
    assert lines[0][0] == lines[-1][0] == said["水印"] and len(lines) == 1 + 1 + 30 + 1
    assert ("王秀英", MASKED) in {(line[0], line[3]) for line in lines}
    assert NUMBER not in f"{lines}" and PHONE not in f"{lines}"


def watched(stage: Stage, row: Export, size: str) -> None:
    """The auditor sees the file in the list of those that left and who took it, and cannot take it; nor can who agreed."""
    auditor = stage.enter("auditor", size)
    auditor.goto("/protection/exports/")
    line = auditor.locator("main tbody tr")
    expect(line).to_have_count(1)
    for words in ("人员", "白露", "30", "人口统计核对"):
        expect(line).to_contain_text(words)
    whole(auditor)
    line.get_by_role("link", name="人员").click()
    expect(auditor.locator("main tbody tr")).to_contain_text("白露")
    expect(auditor.get_by_role("link", name="下载", exact=True)).to_have_count(0)
    whole(auditor)
    for who in ("auditor", "supervisor"):
        answer = stage.enter(who, size).request.get(f"/exports/{row.pk}/file/")
        assert answer.status == 404
