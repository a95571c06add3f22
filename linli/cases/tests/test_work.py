"""The page of a case and the inbox as people use them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from linli.cases import commands
from linli.cases.commands import Intake, ReporterFacts
from linli.cases.models import Case
from linli.kernel.audit.models import Event
from linli.kernel.files.models import StoredFile
from linli.kernel.files.tests.samples import photo
from linli.kernel.norms import freshness
from linli.kernel.privacy.context import set_viewer
from linli.kernel.registers.engines.columns import ColumnEngine
from linli.kernel.registers.engines.sql import SqlEngine
from linli.kernel.registers.engines.store import ColumnStore
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.register import get as register_named
from linli.kernel.registers.selection import Selection
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NAME, PHONE = "王秀英", "13885100001"
HTMX = {"HTTP_HX_REQUEST": "true"}


def received(cast: Cast, text: str = "物业不开电梯", code: str = "0301", **given: Any) -> Case:
    """A call, taken down an hour ago."""
    intake = Intake(
        channel="hotline", text=text, category=cast.category(code), place=cast.unit("520103019001001"),
        reporter=ReporterFacts(name=NAME, phone=PHONE), **given,
    )  # fmt: skip
    return commands.receive(intake, by=cast.actors["operator"], at=timezone.now() - timedelta(hours=1))


def dispatched(cast: Cast, lead: str = "D02", **given: Any) -> Case:
    """A call with the department of buildings, not yet signed."""
    case = received(cast, **given)
    at = timezone.now() - timedelta(minutes=50)
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=at)
    return commands.dispatch(case_id=case.pk, lead=cast.unit(lead), by=cast.actors["dispatcher"], at=at)


def handled(cast: Cast, **given: Any) -> Case:
    """A call that the department of buildings has signed."""
    return commands.sign(
        case_id=dispatched(cast, **given).pk,
        by=cast.actors["builder"],
        at=timezone.now() - timedelta(minutes=40),
    )


def page(case: Case, name: str = "case", *more: str) -> str:
    """The address of a page of the case."""
    return reverse(f"cases:{name}", args=[case.number, *more])


def signed_in(client: Client, cast: Cast, who: str) -> Client:
    """The browser of a person of the cast."""
    client.force_login(cast.users[who])
    return client


def text_of(response: Any) -> str:
    """The page as text."""
    return str(response.content.decode())


def test_the_page_says_what_where_who_has_it_and_why_that_date(cast: Cast, client: Client) -> None:
    case = dispatched(cast)
    shown = text_of(signed_in(client, cast, "builder").get(page(case)))
    for words in (
        "物业不开电梯",
        "冠竹苑社区第一网格",
        "云岩区住房和城乡建设局",
        "待签收",
        "签收时限",
        "为什么是这个日期",
        "任务派遣",
    ):
        assert words in shown


def test_a_case_of_others_is_not_there(cast: Cast, client: Client) -> None:
    case = dispatched(cast)
    browser = signed_in(client, cast, "stranger")
    addresses = [
        page(case),
        page(case, "paper"),
        page(case, "place"),
        page(case, "reporter"),
        page(case, "do", "sign"),
    ]
    assert [browser.get(address).status_code for address in addresses] == [404] * 5
    assert browser.post(page(case, "do", "sign")).status_code == 404


def test_the_clerk_signs_with_one_press(cast: Cast, client: Client) -> None:
    case = dispatched(cast)
    answer = signed_in(client, cast, "builder").post(
        page(case, "do", "sign"), {"version": case.version}, follow=True
    )
    assert "已签收" in text_of(answer)
    case.refresh_from_db()
    assert (case.state, case.signed_at is not None) == ("handling", True)


def test_who_sees_the_case_but_does_not_have_it_is_refused(cast: Cast, client: Client) -> None:
    case = dispatched(cast)
    assert signed_in(client, cast, "operator").post(page(case, "do", "sign")).status_code == 403
    refused = signed_in(client, cast, "community").post(page(case, "do", "sign"))
    assert refused.status_code == 422 and "本案由其他单位主办" in text_of(refused)
    case.refresh_from_db()
    assert case.state == "dispatched"


def test_a_step_that_the_state_does_not_allow_says_so(cast: Cast, client: Client) -> None:
    case = dispatched(cast)
    answer = signed_in(client, cast, "dispatcher").post(
        page(case, "do", "accept"), {"category": "0301", "kind": "help", "urgency": "normal"}
    )
    assert answer.status_code == 422 and "不能受理立案" in text_of(answer)


def test_a_department_matter_is_not_sent_to_a_community_and_the_entry_is_named(
    cast: Cast, client: Client
) -> None:
    case = received(cast, text="餐馆卖过期食品", code="0302")
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=timezone.now())
    answer = signed_in(client, cast, "dispatcher").post(
        page(case, "do", "dispatch"), {"lead": "520103019001", "reason": "就近"}, **HTMX
    )
    assert answer.status_code == 422 and "C004" in text_of(answer)


def test_a_case_that_somebody_else_moved_is_not_overwritten(cast: Cast, client: Client) -> None:
    case = dispatched(cast)
    old = case.version
    commands.sign(case_id=case.pk, by=cast.actors["builder"], at=timezone.now())
    answer = signed_in(client, cast, "dispatcher").post(page(case, "do", "recall"), {"version": old}, **HTMX)
    assert answer.status_code == 409 and "刚刚被他人处理过" in text_of(answer) and "处置中" in text_of(answer)
    case.refresh_from_db()
    assert case.state == "handling"


def test_a_dispatch_is_taken_back_by_the_toast(cast: Cast, client: Client) -> None:
    case = received(cast)
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=timezone.now())
    browser = signed_in(client, cast, "dispatcher")
    browser.post(page(case, "do", "dispatch"), {"lead": "D02", "reason": ""})
    said = text_of(browser.get(page(case)))
    assert page(case, "do", "recall") in said and "撤回" in said
    after = browser.post(page(case, "do", "recall"), {"next": reverse("cases:list")})
    case.refresh_from_db()
    assert (case.state, after.url) == ("filed", reverse("cases:list"))


def test_a_step_does_not_lead_away_from_the_site(cast: Cast, client: Client) -> None:
    case = dispatched(cast)
    after = signed_in(client, cast, "builder").post(
        page(case, "do", "sign"), {"next": "https://elsewhere.example/"}
    )
    assert after.url == page(case)


def test_accepting_puts_the_category_right_first(cast: Cast, client: Client) -> None:
    case = received(cast)
    given = {"category": "0302", "kind": "complaint", "urgency": "urgent"}
    signed_in(client, cast, "dispatcher").post(page(case, "do", "accept"), given)
    case.refresh_from_db()
    assert (case.state, case.category.code, case.urgency) == ("filed", "0302", "urgent")


def test_the_reporter_is_masked_and_shown_only_for_a_purpose_that_is_written_down(
    cast: Cast, client: Client
) -> None:
    case = handled(cast)
    browser = signed_in(client, cast, "builder")
    assert PHONE not in text_of(browser.get(page(case))) and "王**" in text_of(browser.get(page(case)))
    assert PHONE not in text_of(browser.get(page(case, "reporter"), **HTMX))
    assert browser.post(page(case, "reporter"), {"purpose": "curiosity"}, **HTMX).status_code == 422
    assert PHONE in text_of(browser.post(page(case, "reporter"), {"purpose": "contact"}, **HTMX)).replace(
        " ", ""
    )
    look = Event.objects.get(name="case.reporter_seen")
    assert (look.subject_id, look.after["purpose"]) == (case.pk, "联系诉求人核实或答复")
    assert NAME not in str(look.after) and PHONE not in str(look.after)


def test_a_leader_sees_the_case_and_not_who_spoke(cast: Cast, client: Client) -> None:
    case = handled(cast)
    browser = signed_in(client, cast, "leader")
    assert "您的岗位不显示诉求人信息" in text_of(browser.get(page(case)))
    assert browser.post(page(case, "reporter"), {"purpose": "contact"}).status_code == 403


def test_who_reported_an_offence_is_hidden_from_the_unit_and_on_paper(cast: Cast, client: Client) -> None:
    case = handled(cast, kind="tipoff")
    browser = signed_in(client, cast, "builder")
    for name in ("case", "paper", "reporter"):
        shown = text_of(browser.get(page(case, name)))
        assert "举报人信息依法保密" in shown and "王**" not in shown and "138****" not in shown


def test_photos_come_with_the_result_and_stand_in_the_timeline(cast: Cast, client: Client) -> None:
    case = handled(cast)
    picture = SimpleUploadedFile("a.jpg", photo("JPEG"), "image/jpeg")
    browser = signed_in(client, cast, "builder")
    browser.post(page(case, "do", "submit_to_callback"), {"result": "已修好", "photos": picture})
    case.refresh_from_db()
    kept = StoredFile.objects.get(subject_kind="case", subject_id=case.pk)
    assert (case.state, case.result, kept.purpose) == ("calling", "已修好", "after")
    shown = text_of(browser.get(page(case)))
    assert shown.count(reverse("files:thumbnail", args=[kept.pk, 320])) == 2, (
        "in the gallery and beside the answer"
    )
    assert "添加处置后" not in shown, "one line for the answer with its photo, not two"
    opened = browser.get(reverse("files:show", args=[kept.pk]))
    assert opened.status_code == 200 and b"".join(opened.streaming_content)[:3] == b"\xff\xd8\xff"
    assert signed_in(client, cast, "stranger").get(reverse("files:show", args=[kept.pk])).status_code == 404


def test_a_result_whose_photo_is_refused_is_not_half_sent(cast: Cast, client: Client) -> None:
    case = handled(cast)
    movie = SimpleUploadedFile("a.jpg", b"\0\0\0\x18ftypmp42" + b"\0" * 100, "image/jpeg")
    good = SimpleUploadedFile("b.jpg", photo("JPEG"), "image/jpeg")
    answer = signed_in(client, cast, "builder").post(
        page(case, "do", "submit"), {"result": "已修好", "photos": [good, movie]}
    )
    case.refresh_from_db()
    assert answer.status_code == 422 and "不接收视频" in text_of(answer) and "已修好" in text_of(answer)
    assert case.state == "handling" and not StoredFile.objects.exists()


def test_more_time_is_asked_for_decided_and_moves_the_date(cast: Cast, client: Client) -> None:
    case = handled(cast)
    before = case.resolve_due_at
    signed_in(client, cast, "builder").post(page(case, "do", "extend"), {"amount": 2, "reason": "等配件"})
    browser = signed_in(client, cast, "arbiter")
    assert "等配件" in text_of(browser.get(page(case)))
    browser.post(page(case, "do", "decide"), {"granted": "yes", "decision": "情况属实"})
    case.refresh_from_db()
    assert before is not None and case.resolve_due_at > before


def test_supervision_is_sent_and_answered_by_the_unit(cast: Cast, client: Client) -> None:
    case = handled(cast)
    asked = {"step": "order", "unit": "D02", "words": "三日内办结"}
    signed_in(client, cast, "supervisor").post(page(case, "do", "supervise"), asked)
    signed_in(client, cast, "builder").post(page(case, "do", "answer"), {"answer": "今天派人"})
    row = case.supervisions.get()
    assert (row.step, row.answer) == ("order", "今天派人")
    assert "今天派人" in text_of(client.get(page(case)))


def test_the_inbox_opens_the_next_case_after_a_step(cast: Cast, client: Client) -> None:
    first, second = dispatched(cast), dispatched(cast, text="第二件")
    browser = signed_in(client, cast, "builder")
    shown = text_of(browser.get(reverse("cases:inbox")))
    assert f"case-{first.pk}" in shown and f"case-{second.pk}" in shown
    answer = browser.post(page(first, "do", "sign"), {"box": "sign", "version": first.version}, **HTMX)
    assert answer.status_code == 204 and f'"linli:next": "case-{first.pk}"' in answer["HX-Trigger"]
    assert f"case-{first.pk}" not in text_of(browser.get(reverse("cases:inbox") + "?box=sign"))


def test_a_step_that_leaves_the_case_in_its_list_shows_it_again(cast: Cast, client: Client) -> None:
    case = handled(cast)
    given = {"box": "handle", "way": "phone", "reached": "yes", "words": "约明天上门"}
    answer = signed_in(client, cast, "builder").post(page(case, "do", "contact"), given, **HTMX)
    assert (
        answer["HX-Retarget"] == "#detail"
        and "约明天上门" in text_of(answer)
        and "linli:next" not in answer["HX-Trigger"]
    )


def test_the_inbox_sorts_what_is_late_returned_and_supervised(cast: Cast, client: Client) -> None:
    late, returned, watched = handled(cast), dispatched(cast), handled(cast)
    Case.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=1))
    commands.return_case(
        case_id=returned.pk, reason="不属本单位", by=cast.actors["builder"], at=timezone.now()
    )
    commands.supervise(
        case_id=watched.pk,
        step="remind",
        unit=cast.unit("D02"),
        words="抓紧",
        by=cast.actors["supervisor"],
        at=timezone.now(),
    )
    browser = signed_in(client, cast, "builder")
    for box, case in (("overdue", late), ("returned", returned), ("supervised", watched)):
        shown = text_of(browser.get(reverse("cases:inbox") + f"?box={box}"))
        assert [f"case-{each.pk}" in shown for each in (late, returned, watched)].count(True) == 1
        assert f"case-{case.pk}" in shown


def test_who_handles_no_cases_has_no_inbox(cast: Cast, client: Client) -> None:
    assert signed_in(client, cast, "leader").get(reverse("cases:inbox")).status_code == 403


def test_a_longer_way_and_a_longer_list_cost_no_more_questions(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, "SECONDS", 3600.0)
    case = handled(cast)
    browser = signed_in(client, cast, "builder")
    short = {address: questions(browser, address) for address in (page(case), reverse("cases:inbox"))}
    for number in range(3):
        commands.contact(
            case_id=case.pk,
            way="phone",
            reached=True,
            words=f"{number}",
            by=cast.actors["builder"],
            at=timezone.now(),
        )
        handled(cast)
    long = {address: questions(browser, address) for address in short}
    assert long == short and max(short.values()) <= 34


def questions(browser: Client, address: str) -> int:
    """How often a page asks the database once it has read its tables into memory."""
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        browser.get(address)
    return len(captured)


def test_the_list_in_memory_shows_each_person_what_the_policy_shows(cast: Cast) -> None:
    handled(cast)
    handled(cast, kind="tipoff")
    received(cast, kind="tipoff")
    register = register_named("cases")
    engine = ColumnEngine(ColumnStore(register, own=True))
    for actor in cast.actors.values():
        ask = Ask(actor, timezone.now())
        set_viewer(actor)
        allowed = set(register.rows_for(actor).values_list("pk", flat=True))
        assert {row.pk for row in engine.rows(register, Selection(), ask)} == allowed
        assert engine.total(register, Selection(), ask) == len(allowed), (
            "the count is not wider than the rows"
        )


def test_a_case_was_open_on_each_day_from_the_one_it_came_on_to_the_one_before_it_ended(cast: Cast) -> None:
    register, midnight = register_named("cases"), timezone.make_aware(datetime(2026, 10, 31))
    known = {
        "came later": (midnight + timedelta(days=1, minutes=1), None),
        "came that day": (midnight + timedelta(hours=23), None),
        "ended that day": (midnight - timedelta(days=9), midnight + timedelta(hours=20)),
        "ended the day after": (midnight - timedelta(days=9), midnight + timedelta(days=1, hours=1)),
    }
    for title, (came, ended) in known.items():
        row = received(cast)
        Case.objects.filter(pk=row.pk).update(title=title, received_at=came, closed_at=ended)
    set_viewer(cast.actors["supervisor"])
    selection = Selection.parse(register, QueryDict("open_on=2026-10-31&open_on=no-day"))
    ask = Ask(cast.actors["supervisor"], timezone.now())
    for engine in (SqlEngine(), ColumnEngine(ColumnStore(register, own=True))):
        found = {row.title for row in engine.answer(register, selection, ask).rows}
        assert found == {"came that day", "ended the day after"}


def test_a_case_that_was_taken_up_again_had_ended_in_between(cast: Cast) -> None:
    case, register = handled(cast), register_named("cases")
    supervisor, ended = cast.actors["supervisor"], timezone.make_aware(datetime(2026, 10, 20, 9))
    Case.objects.filter(pk=case.pk).update(received_at=ended - timedelta(days=9))
    steps = ((ended, ended + timedelta(days=20)), (ended + timedelta(days=30), ended + timedelta(days=40)))
    for closed_at, reopened_at in steps:
        commands.submit(case_id=case.pk, result="已修好", by=cast.actors["builder"], at=closed_at)
        commands.close(case_id=case.pk, note="审定", by=supervisor, at=closed_at)
        Case.objects.filter(pk=case.pk).update(reopen_count=0)
        commands.reopen(case_id=case.pk, note="没有解决", by=supervisor, at=reopened_at)
    set_viewer(supervisor)
    days = {
        "2026-10-19": 1,
        "2026-10-20": 0,
        "2026-11-08": 0,
        "2026-11-09": 1,
        "2026-11-18": 1,
        "2026-11-20": 0,
        "2026-11-29": 1,
    }
    for engine in (SqlEngine(), ColumnEngine(ColumnStore(register, own=True))):
        for day, count in days.items():
            selection = Selection.parse(register, QueryDict(f"open_on={day}"))
            assert engine.total(register, selection, Ask(supervisor, timezone.now())) == count, day
