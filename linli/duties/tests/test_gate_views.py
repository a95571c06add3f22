"""The pages of the gate: who reads them, what they say, and that a refusal by the rules is shown in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from linli.duties import commands
from linli.duties.models import Application, Bypass, Opinion, Refusal
from linli.duties.rules.gate import first_start
from linli.duties.tests.gates import STREET, bypassed, drafted, moved, published, refused
from linli.duties.workbench import SECTIONS
from linli.kernel.audit.models import Event
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.files.models import StoredFile
from linli.kernel.files.tests.samples import docx
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db


def entered(cast: Cast, who: str) -> Client:
    """A browser of somebody of the cast."""
    client = Client()
    client.force_login(cast.users[who])
    return client


def said(client: Client, address: str, status: int = 200) -> str:
    """What a page says."""
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def written(**changes: Any) -> dict[str, Any]:
    """What a clerk writes into the form of an application."""
    starts = first_start(timezone.localdate(), 30, calendar_for())
    return {
        "department": "D01", "title": "户外广告设施摸底登记", "kind": "survey", "what": "登记位置和尺寸", "basis": "条例第十一条", "places": [STREET],
        "starts_on": f"{starts:%Y-%m-%d}", "ends_on": f"{starts + timedelta(days=200):%Y-%m-%d}", "often": "quarter", "alternatives": "部件普查缺尺寸",
        "headings": "", "rows": "1", "visit": "20", **changes,
    }  # fmt: skip


def test_a_clerk_writes_an_application_sees_its_weight_and_sends_it(cast: Cast) -> None:
    clerk = entered(cast, "clerk")
    answer = clerk.post("/duties/gate/new/", written())
    row = Application.objects.get()
    assert answer["Location"] == f"/duties/gate/{row.number}/"
    page = said(clerk, f"/duties/gate/{row.number}/")
    assert "入户走访" in page and "提交申请" in page and "准予准入" not in page
    clerk.post(f"/duties/gate/{row.number}/do/submit/")
    row.refresh_from_db()
    assert row.state == "applied"


def test_what_the_rules_refuse_is_shown_in_their_words_and_nothing_is_lost(cast: Cast) -> None:
    answer = entered(cast, "clerk").post("/duties/gate/new/", written(visit=""))
    assert answer.status_code == 422
    assert "至少填一项" in answer.content.decode() and "户外广告设施摸底登记" in answer.content.decode()


def test_a_draft_is_changed_and_an_application_that_is_sent_is_not(cast: Cast) -> None:
    row, clerk = drafted(cast), entered(cast, "clerk")
    clerk.post(f"/duties/gate/{row.number}/change/", written(title="改过的", version=row.version))
    row.refresh_from_db()
    assert row.title == "改过的"
    moved(cast, drafted(cast, title="提交了的"), "submit")
    sent = Application.objects.get(title="提交了的")
    assert clerk.post(f"/duties/gate/{sent.number}/change/", written(version=sent.version)).status_code == 422


def test_a_community_agrees_with_one_press_and_takes_it_back(cast: Cast) -> None:
    row, community = moved(cast, drafted(cast), "submit", "ask"), entered(cast, "community")
    page = said(community, f"/duties/gate/{row.number}/opinion/")
    assert "每年约" in page and page.count('name="stance"') == 3
    community.post(f"/duties/gate/{row.number}/opinion/", {"stance": "agree", "words": ""})
    mine = Opinion.objects.get(unit__code=cast.actors["community"].unit)
    assert mine.stance == "agree"
    community.post(f"/duties/gate/{row.number}/opinion/back/")
    mine.refresh_from_db()
    assert mine.stance == ""
    assert (
        community.post(f"/duties/gate/{row.number}/opinion/", {"stance": "against", "words": ""}).status_code
        == 422
    )


def test_the_page_of_an_application_shows_who_spoke_and_who_is_silent(cast: Cast) -> None:
    row = moved(cast, drafted(cast), "submit", "ask")
    commands.give_opinion(
        number=row.number, stance="against", words="人手不足", by=cast.actors["community"], at=MONDAY
    )
    page = said(entered(cast, "gate"), f"/duties/gate/{row.number}/")
    assert "人手不足" in page and "还没有表态的 2 个单位" in page


def test_a_step_without_its_reason_is_told_so(cast: Cast) -> None:
    row = moved(cast, drafted(cast), "submit")
    answer = entered(cast, "gate").post(f"/duties/gate/{row.number}/do/send_back/", {"note": ""}, follow=True)
    assert "请填写：理由" in answer.content.decode()


def test_nobody_sees_an_application_that_is_not_for_them(cast: Cast) -> None:
    row = moved(cast, drafted(cast), "submit")
    for who in ("builder", "community"):
        said(entered(cast, who), f"/duties/gate/{row.number}/", 404)


def test_a_task_is_refused_in_two_fields_and_the_click_is_taken_back(cast: Cast) -> None:
    community = entered(cast, "community")
    community.post(
        "/duties/refusals/new/", {"department": "D03", "title": "下载应用并截图上报", "channel": "group"}
    )
    row = Refusal.objects.get()
    page = said(community, f"/duties/refusals/{row.number}/")
    assert "清单中没有条目列明此事" in page and "不计入社区的任何考核" in page and "撤回拒收" in page
    community.post(f"/duties/refusals/{row.number}/back/")
    row.refresh_from_db()
    assert row.state == "taken_back"


def test_the_county_answers_a_refusal_and_attempts_are_counted_by_department(cast: Cast) -> None:
    row, county = refused(cast), entered(cast, "gate")
    refused(cast, who="stranger")
    county.post(f"/duties/refusals/{row.number}/do/uphold/", {"note": ""})
    row.refresh_from_db()
    assert row.state == "upheld"
    if timezone.localdate().year == MONDAY.year:
        page = said(county, "/duties/refusals/departments/")
        assert "云岩区市场监督管理局" in page and "冠竹苑" not in page


def test_a_head_lets_an_emergency_through_and_the_county_reviews_it(cast: Cast) -> None:
    until = timezone.localdate() + timedelta(days=3)
    head = entered(cast, "head")
    head.post("/duties/bypasses/new/", {
        "department": "D02", "title": "危房排查", "reason": "红色预警", "places": [STREET], "ends_on": f"{until:%Y-%m-%d}",
    })  # fmt: skip
    row = Bypass.objects.get()
    assert "今天结束" in said(head, f"/duties/bypasses/{row.number}/")
    Bypass.objects.update(
        starts_on=row.starts_on - timedelta(days=9), ends_on=row.starts_on - timedelta(days=2)
    )
    county = entered(cast, "gate")
    assert "事后复核" in said(county, f"/duties/bypasses/{row.number}/")
    county.post(f"/duties/bypasses/{row.number}/review/", {"verdict": "justified", "words": "属实"})
    row.refresh_from_db()
    assert row.verdict == "justified"


def test_the_public_page_tells_what_was_decided_and_why_but_not_what_is_still_open(cast: Cast) -> None:
    no = moved(cast, drafted(cast, title="安装率统计"), "submit", "refuse")
    moved(cast, drafted(cast, title="还在办的"), "submit")
    waiting = moved(cast, drafted(cast, title="还没有公布的"), "submit", "ask", "admit")
    yes = published(cast)
    bypassed(cast)
    page = said(Client(), "/duties/public/gate/")
    assert "安装率统计" in page and yes.title in page and "强降雨期间危房排查" in page
    assert "还在办的" not in page and "还没有公布的" not in page
    assert "理由写明" in said(Client(), f"/duties/public/gate/{no.number}/")
    said(Client(), f"/duties/public/gate/{waiting.number}/", 404)


def test_the_workbench_has_what_waits_and_nothing_else(cast: Cast) -> None:
    moved(cast, drafted(cast), "submit", "ask")
    drafted(cast, title="草稿")
    refused(cast)

    def titles(who: str) -> list[str]:
        return [
            task.title
            for provide in SECTIONS
            for section in provide(cast.actors[who], MONDAY)
            for task in section.tasks
        ]

    assert titles("community") == ["户外广告设施摸底登记"]
    assert titles("gate") == ["户外广告设施摸底登记", "下载安装反诈应用并截图上报"]
    assert titles("clerk") == ["草稿"]
    assert titles("builder") == []


def test_the_paper_is_the_form_of_the_county(cast: Cast) -> None:
    page = said(entered(cast, "clerk"), f"/duties/gate/{published(cast).number}/paper/")
    assert "申请准入社区工作事项审批表" in page and "附条件准入" in page


def test_files_go_with_an_application_until_it_is_sent_in(cast: Cast) -> None:
    row = drafted(cast)
    clerk, address = entered(cast, "clerk"), f"/duties/gate/{row.number}/"
    file = SimpleUploadedFile("关于开展摸底的通知.docx", docx(), content_type="application/octet-stream")
    clerk.post(f"{address}files/", {"uploads": [file]})
    kept = StoredFile.objects.get(subject_kind="gate_application", subject_id=row.pk)
    assert "关于开展摸底的通知.docx" in said(clerk, address)
    answer = clerk.get(f"/files/{kept.pk}/")
    assert answer.status_code == 200 and b"".join(answer.streaming_content).startswith(b"PK")
    assert entered(cast, "community").get(f"/files/{kept.pk}/").status_code == 404, (
        "a draft is the department's own"
    )
    refused_file = clerk.post(
        f"{address}files/", {"uploads": [SimpleUploadedFile("a.exe", b"MZ...")]}, follow=True
    )
    assert "请上传照片" in refused_file.content.decode()
    assert "请先选择文件" in clerk.post(f"{address}files/", follow=True).content.decode()
    moved(cast, row, "submit")
    late = clerk.post(f"{address}files/{kept.pk}/remove/", follow=True)
    assert (
        "已经提交的申请不能修改" in late.content.decode() and StoredFile.objects.filter(pk=kept.pk).exists()
    )
    moved(cast, row, "recall")
    clerk.post(f"{address}files/{kept.pk}/remove/")
    assert not StoredFile.objects.filter(pk=kept.pk).exists()
    events = [
        event.name
        for event in Event.objects.filter(subject_kind="gate_application")
        if event.name.startswith("file.")
    ]
    assert events == ["file.stored", "file.removed"]


def test_a_matter_that_is_needed_longer_is_applied_for_anew_in_its_own_words(cast: Cast) -> None:
    row, clerk = published(cast), entered(cast, "clerk")
    address = f"/duties/gate/new/?from={row.number}"
    assert address in said(clerk, f"/duties/gate/{row.number}/")
    form = clerk.get(address).context["form"]
    assert form["title"].value() == row.title and form["what"].value() == row.what
    first = form["starts_on"].value()
    assert first > row.ends_on and form["ends_on"].value() - first == row.ends_on - row.starts_on
    assert not form["trial_until"].value()
    draft = drafted(cast)
    assert "?from=" not in said(clerk, f"/duties/gate/{draft.number}/"), "a draft is changed, not followed"
    assert "?from=" not in said(entered(cast, "community"), f"/duties/gate/{row.number}/")
    assert clerk.get("/duties/gate/new/?from=ZR2026-9999").status_code == 404
