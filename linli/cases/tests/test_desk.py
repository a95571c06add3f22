"""The hotline desk, the boards and proposals, as the people at them use them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document

from linli.cases import commands, rules
from linli.cases.commands import Intake, ProposalFacts, ReporterFacts
from linli.cases.models import Case, ParkedCall, Proposal
from linli.cases.queries.calls import words_of
from linli.cases.queries.similar import similar_cases
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.privacy.commands import Forgotten
from linli.kernel.privacy.context import set_viewer
from linli.kernel.privacy.models import DataKey
from linli.kernel.privacy.tests.protocol import forget_due
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db

PHONE = "13885100001"
RUBBISH = "冠竹苑小区门口垃圾成堆,臭味很大,三天没有人清运"
CALL = {
    "channel": "hotline",
    "phone": PHONE,
    "name": "王秀英",
    "text": RUBBISH,
    "place": "520103019001001",
    "place_text": "冠竹苑社区",
}
HTMX = {"HTTP_HX_REQUEST": "true"}


def sit(client: Client, cast: Cast, who: str) -> Client:
    """Somebody sits down at the desk."""
    client.force_login(cast.users[who])
    return client


def taken(
    cast: Cast,
    *,
    text: str = RUBBISH,
    code: str | None = "0201",
    phone: str = PHONE,
    by: str = "operator",
    **more: Any,
) -> Case:
    """A case that somebody has taken down just now."""
    intake = Intake(
        channel="hotline", text=text, category=cast.category(code) if code else None, place=cast.unit("520103019001001"),
        reporter=ReporterFacts("王秀英", phone), **more,
    )  # fmt: skip
    return commands.receive(intake, by=cast.actors[by], at=timezone.now())


def filed(cast: Cast, **given: Any) -> Case:
    """A case that waits for a unit."""
    case = taken(cast, **given)
    return commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=timezone.now())


def latest() -> Case:
    return Case.objects.select_related("lead").latest("pk")


def test_a_call_that_one_rule_decides_is_with_its_unit_before_the_caller_hangs_up(
    client: Client, cast: Cast
) -> None:
    answer = sit(client, cast, "operator").post(reverse("cases:desk"), CALL)
    case = latest()
    assert answer.url == f"{reverse('cases:desk')}?done={case.number}&channel=hotline"
    assert (case.state, case.lead.name, case.category.code) == ("dispatched", "冠竹苑社区", "0201")
    page = client.get(answer.url).content.decode()
    assert case.number in page and case.public_code in page


def test_an_operator_may_keep_a_case_from_going_by_rule(client: Client, cast: Cast) -> None:
    sit(client, cast, "operator").post(reverse("cases:desk"), CALL | {"what": "hold"})
    assert latest().state == "received"


def test_a_question_is_answered_on_the_telephone_and_the_case_is_closed(client: Client, cast: Cast) -> None:
    sit(client, cast, "operator").post(
        reverse("cases:desk"), CALL | {"what": "explain", "note": "每天早上六点清运"}
    )
    assert (latest().state, latest().result) == ("explained", "每天早上六点清运")


def test_an_answer_without_words_is_not_taken_and_what_was_typed_stays(client: Client, cast: Cast) -> None:
    answer = sit(client, cast, "operator").post(reverse("cases:desk"), CALL | {"what": "explain"})
    assert answer.status_code == 422
    assert RUBBISH in answer.content.decode() and not Case.objects.exists()


def test_an_emergency_is_led_to_its_number(client: Client, cast: Cast) -> None:
    sit(client, cast, "operator").post(
        reverse("cases:desk"), CALL | {"what": "refer", "referral": "119", "note": "请立即拨打 119"}
    )
    assert latest().state == "referred"


def test_a_dispatcher_at_the_desk_receives_files_and_dispatches_in_one_press_and_can_take_it_back(
    client: Client, cast: Cast
) -> None:
    sit(client, cast, "dispatcher").post(
        reverse("cases:desk"), CALL | {"what": "dispatch", "lead": "云岩区综合行政执法局"}
    )
    case = latest()
    assert (case.state, case.lead.code) == ("dispatched", "D01")
    client.post(reverse("cases:desk_undo", args=[case.number, "recall"]))
    assert latest().state == "filed"


def test_who_may_not_take_calls_does_not_reach_the_desk(client: Client, cast: Cast) -> None:
    assert sit(client, cast, "clerk").get(reverse("cases:desk")).status_code == 403


def test_the_desk_says_category_unit_reason_and_place_while_the_call_is_typed(
    client: Client, cast: Cast
) -> None:
    page = (
        sit(client, cast, "operator")
        .post(reverse("cases:desk_glance"), CALL | {"category": ""})
        .content.decode()
    )
    for said in ("暴露垃圾", "登记后自动派遣", "冠竹苑社区", "C002", "办结时限"):
        assert said in page


def test_a_half_typed_form_with_mistakes_still_gets_suggestions(client: Client, cast: Cast) -> None:
    page = sit(client, cast, "operator").post(
        reverse("cases:desk_glance"), {"text": "垃圾没人清运", "phone": "abc", "category": "没有这一类"}
    )
    assert page.status_code == 200 and "暴露垃圾" in page.content.decode()


def test_the_history_of_a_number_is_shown_and_the_look_is_written_down(client: Client, cast: Cast) -> None:
    case = taken(cast)
    page = (
        sit(client, cast, "operator")
        .post(reverse("cases:desk_history"), {"phone": "138 8510 0001"})
        .content.decode()
    )
    assert case.title in page and PHONE not in page
    event = Event.objects.get(name="case.looked_up")
    assert event.actor_id == cast.users["operator"].pk and PHONE not in event.subject_label


def test_an_open_case_with_like_words_nearby_is_offered_with_the_reasons(cast: Cast) -> None:
    first = taken(cast)
    taken(cast, text="电梯坏了两天没人修,老人上不去楼", code="0301")
    found = similar_cases(
        cast.actors["operator"],
        text="小区门口垃圾成堆没有人清运",
        place_path=first.place_path,
        at=timezone.now(),
        category_id=first.category_id,
    )
    assert [each.case.pk for each in found] == [first.pk]
    assert any("垃圾成堆" in reason for reason in found[0].reasons)


def test_a_tip_off_is_never_offered_as_similar(cast: Cast) -> None:
    first = taken(cast, kind="tipoff")
    for who in ("operator", "dispatcher", "community"):
        assert not similar_cases(
            cast.actors[who],
            text=RUBBISH,
            place_path=first.place_path,
            at=timezone.now(),
            category_id=first.category_id,
        )


def test_a_similar_case_outside_ones_scope_shows_no_more_than_number_category_place_and_state(
    cast: Cast,
) -> None:
    first = taken(cast)
    found = similar_cases(
        cast.actors["stranger"],
        text=RUBBISH,
        place_path=first.place_path,
        at=timezone.now(),
        category_id=first.category_id,
    )
    assert [each.may_open for each in found] == [False]


def finished(cast: Cast, case: Case) -> Case:
    """A case whose unit has done it, and whose reporter is content."""
    at, dispatcher, community = timezone.now(), cast.actors["dispatcher"], cast.actors["community"]
    commands.accept(case_id=case.pk, by=dispatcher, at=at)
    commands.dispatch(case_id=case.pk, lead=cast.unit("520103019001"), by=dispatcher, at=at)
    commands.sign(case_id=case.pk, by=community, at=at)
    commands.submit(case_id=case.pk, result="已清运", by=community, at=at)
    commands.check(case_id=case.pk, passed=True, note="", by=cast.actors["grid"], at=at)
    operator = cast.actors["operator"]
    return commands.call_back(case_id=case.pk, reached=True, resolved=True, satisfied=5, by=operator, at=at)


def test_a_second_caller_is_merged_in_one_press_and_gets_the_same_answer(client: Client, cast: Cast) -> None:
    main = taken(cast)
    sit(client, cast, "operator").post(
        reverse("cases:desk"), CALL | {"phone": "13885100002", "what": "merge", "into": main.pk}
    )
    second = latest()
    assert (second.state, second.merged_into_id) == ("merged", main.pk)
    main = finished(cast, main)
    second.refresh_from_db()
    assert (second.result, second.closed_at) == ("已清运", main.closed_at)
    assert list(Event.objects.filter(name="case.answer_sent").values_list("subject_id", flat=True)) == [
        second.pk
    ]


def test_a_merge_can_be_taken_back(client: Client, cast: Cast) -> None:
    main, second = taken(cast), taken(cast, phone="13885100002")
    commands.merge(case_id=second.pk, into_id=main.pk, by=cast.actors["operator"], at=timezone.now())
    sit(client, cast, "operator").post(reverse("cases:desk_undo", args=[second.number, "unmerge"]))
    second.refresh_from_db()
    main.refresh_from_db()
    assert (second.state, second.merged_into_id, main.merged_count) == ("received", None, 0)


def test_what_stands_by_itself_again_has_no_answer_of_another_case(cast: Cast) -> None:
    main, second = taken(cast), taken(cast, phone="13885100002")
    commands.merge(case_id=second.pk, into_id=main.pk, by=cast.actors["operator"], at=timezone.now())
    finished(cast, main)
    commands.unmerge(case_id=second.pk, by=cast.actors["operator"], at=timezone.now())
    second.refresh_from_db()
    assert (second.state, second.result, second.closed_at) == ("received", "", None)


def test_a_new_request_is_not_put_away_under_a_case_that_is_done(cast: Cast) -> None:
    main, second = finished(cast, taken(cast)), taken(cast, phone="13885100002")
    with pytest.raises(rules.Refused, match="已经办完"):
        commands.merge(case_id=second.pk, into_id=main.pk, by=cast.actors["operator"], at=timezone.now())


def test_what_is_typed_is_kept_sealed_and_comes_back_and_is_destroyed_when_sent(
    client: Client, cast: Cast
) -> None:
    sit(client, cast, "operator").post(reverse("cases:desk_keep"), CALL)
    row = ParkedCall.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM cases_parkedcall")
        stored = bytes(cursor.fetchone()[0])
    for secret in (PHONE, "王秀英", "垃圾"):
        assert secret.encode() not in stored
    assert words_of(row)["phone"] == PHONE
    assert PHONE in client.get(reverse("cases:desk"), {"call": row.pk}).content.decode()
    client.post(reverse("cases:desk"), CALL | {"call": row.pk})
    assert not ParkedCall.objects.exists()
    assert DataKey.objects.get(pk=row.key_id).destroyed_at is not None
    with pytest.raises(Forgotten):
        words_of(row)


def test_a_parked_call_is_seen_by_nobody_else(client: Client, cast: Cast) -> None:
    sit(client, cast, "operator").post(reverse("cases:desk_park"), CALL)
    row = ParkedCall.objects.get()
    assert row.parked
    page = sit(client, cast, "dispatcher").get(reverse("cases:desk"), {"call": row.pk}).content.decode()
    assert PHONE not in page
    client.post(reverse("cases:desk_drop", args=[row.pk]))
    assert ParkedCall.objects.exists()


def test_calls_whose_time_is_over_are_forgotten(cast: Cast) -> None:
    now = timezone.now()
    commands.keep_call(words=CALL, by=cast.actors["operator"], at=now - timedelta(days=1))
    commands.keep_call(words=CALL, by=cast.actors["operator"], at=now)
    assert forget_due("cases.calls", now) == 1
    assert ParkedCall.objects.count() == 1


def test_nothing_is_kept_of_an_empty_form(client: Client, cast: Cast) -> None:
    assert (
        sit(client, cast, "operator")
        .post(reverse("cases:desk_keep"), {"channel": "hotline", "text": "  "})
        .status_code
        == 204
    )
    assert not ParkedCall.objects.exists()


def trigger(answer: Any) -> dict[str, Any]:
    """What the page is told to do next."""
    told: dict[str, Any] = json.loads(answer.headers["HX-Trigger"])
    return told


def test_screening_accepts_with_corrections_and_opens_the_next(client: Client, cast: Cast) -> None:
    case = taken(cast, code=None, text="请帮忙看看这件事怎么办")
    sit(client, cast, "dispatcher")
    assert case.title in client.get(reverse("cases:screening")).content.decode()
    form = {
        "version": case.version,
        "category": "物业服务",
        "kind": "complaint",
        "urgency": "urgent",
        "place": "520103019001",
    }
    answer = client.post(reverse("cases:screening_act", args=[case.number, "accept"]), form, **HTMX)
    assert trigger(answer)["linli:next"] == f"case-{case.number}"
    case = latest()
    assert (case.state, case.category.code, case.kind, case.urgency, case.place.code) == (
        "filed",
        "0301",
        "complaint",
        "urgent",
        "520103019001",
    )
    client.post(trigger(answer)["linli:toast"]["undo"])
    assert latest().state == "received"


@pytest.mark.parametrize(
    ("verb", "form", "state"),
    [
        ("void", {"note": "内容不清且无法联系"}, "voided"), ("explain", {"note": "按规定不予办理,已说明"}, "explained"),
        ("refer", {"note": "请向法院起诉", "referral": "court"}, "referred"), ("ask_verify", {"unit": "520103019001001"}, "verifying"),
    ],
)  # fmt: skip
def test_screening_has_other_ways_out(
    client: Client, cast: Cast, verb: str, form: dict[str, str], state: str
) -> None:
    case = taken(cast)
    sit(client, cast, "dispatcher").post(
        reverse("cases:screening_act", args=[case.number, verb]), form | {"version": str(case.version)}
    )
    assert latest().state == state


def test_a_void_without_a_reason_is_refused_with_the_words_why(client: Client, cast: Cast) -> None:
    case = taken(cast)
    answer = sit(client, cast, "dispatcher").post(
        reverse("cases:screening_act", args=[case.number, "void"]), {"version": case.version}, **HTMX
    )
    assert answer.status_code == 422 and "请写明注销的理由" in answer.content.decode()


def test_a_case_of_no_category_is_not_accepted_and_nothing_changes(client: Client, cast: Cast) -> None:
    case = taken(cast, code=None, text="请帮忙看看这件事怎么办")
    form = {"version": case.version, "kind": "help", "urgency": "critical"}
    answer = sit(client, cast, "dispatcher").post(
        reverse("cases:screening_act", args=[case.number, "accept"]), form, **HTMX
    )
    assert answer.status_code == 422 and "请先选择分类" in answer.content.decode()
    assert (latest().state, latest().urgency) == ("received", case.urgency)


def test_the_dispatch_board_suggests_with_reason_and_sends(client: Client, cast: Cast) -> None:
    case = filed(cast, code="0302", text="餐馆用过期食品")
    sit(client, cast, "dispatcher")
    page = client.get(reverse("cases:dispatching")).content.decode()
    assert "C004" in page and "云岩区市场监督管理局" in page
    form = {"version": case.version, "lead": "云岩区市场监督管理局", "assist": "云岩区综合行政执法局"}
    answer = client.post(reverse("cases:dispatching_send", args=[case.number]), form, **HTMX)
    assert (latest().state, latest().lead.code) == ("dispatched", "D03")
    assert set(latest().assignments.values_list("unit__code", flat=True)) == {"D03", "D01"}
    client.post(trigger(answer)["linli:toast"]["undo"])
    assert latest().state == "filed"


def test_a_forbidden_unit_is_told_before_it_is_pressed_and_refused_after(client: Client, cast: Cast) -> None:
    case = filed(cast, code="0302", text="餐馆用过期食品")
    sit(client, cast, "dispatcher")
    told = client.post(
        reverse("cases:dispatching_may", args=[case.number]), {"lead": "冠竹苑社区"}
    ).content.decode()
    assert "C004" in told and "不得派给冠竹苑社区" in told
    answer = client.post(
        reverse("cases:dispatching_send", args=[case.number]),
        {"version": case.version, "lead": "冠竹苑社区"},
        **HTMX,
    )
    assert answer.status_code == 422 and "不得派给" in answer.content.decode()


def test_the_second_of_two_dispatchers_is_told_that_it_was_done(client: Client, cast: Cast) -> None:
    case = filed(cast)
    seen = case.version
    commands.dispatch(case_id=case.pk, lead=cast.unit("D01"), by=cast.actors["arbiter"], at=timezone.now())
    answer = sit(client, cast, "dispatcher").post(
        reverse("cases:dispatching_send", args=[case.number]), {"version": seen, "lead": "D02"}, **HTMX
    )
    assert answer.status_code == 409 and "刚刚被他人处理过" in answer.content.decode()
    assert latest().lead.code == "D01"


def test_clear_cases_go_together_and_a_changed_one_stays(client: Client, cast: Cast) -> None:
    cases = [filed(cast), filed(cast, phone="13885100002")]
    picks = [f"{cases[0].number}:{cases[0].version}", f"{cases[1].number}:{cases[1].version - 1}"]
    sit(client, cast, "dispatcher").post(reverse("cases:dispatching_batch"), {"pick": picks})
    assert [Case.objects.get(pk=case.pk).state for case in cases] == ["dispatched", "filed"]


def objected(cast: Cast) -> Case:
    """A case whose unit does not want it."""
    case, at = filed(cast), timezone.now()
    commands.dispatch(case_id=case.pk, lead=cast.unit("D01"), by=cast.actors["dispatcher"], at=at)
    return commands.return_case(
        case_id=case.pk, reason="不属于我局职责", proposed=cast.unit("D02"), by=cast.actors["clerk"], at=at
    )


def test_a_ruling_becomes_a_precedent_for_the_next_case_of_its_kind(client: Client, cast: Cast) -> None:
    case = objected(cast)
    sit(client, cast, "arbiter")
    assert "不属于我局职责" in client.get(reverse("cases:arbitration")).content.decode()
    form = {"version": case.version, "yes": "1", "note": "按三定方案由住建局负责"}
    client.post(reverse("cases:arbitration_rule", args=[case.number]), form, **HTMX)
    assert latest().state == "filed"
    another = filed(cast, phone="13885100002")
    page = (
        sit(client, cast, "dispatcher")
        .get(reverse("cases:dispatching"), {"case": another.number})
        .content.decode()
    )
    assert "按三定方案由住建局负责" in page


def handling(cast: Cast) -> Case:
    """A case that 秦川 has signed."""
    case, at = filed(cast, code="0301", text="物业不作为"), timezone.now()
    commands.dispatch(case_id=case.pk, lead=cast.unit("D02"), by=cast.actors["dispatcher"], at=at)
    return commands.sign(case_id=case.pk, by=cast.actors["builder"], at=at)


@pytest.mark.parametrize(
    ("form", "granted", "state"),
    [({"yes": "1"}, True, "handling"), ({}, False, "handling"), ({"defer": "1"}, False, "deferred")],
)
def test_the_arbiter_grants_refuses_or_defers(
    client: Client, cast: Cast, form: dict[str, str], granted: bool, state: str
) -> None:
    case = handling(cast)
    asked = commands.request_extension(
        case_id=case.pk, amount=2, reason="等待检测报告", by=cast.actors["builder"], at=timezone.now()
    )
    sit(client, cast, "arbiter")
    assert "等待检测报告" in client.get(reverse("cases:arbitration"), {"tab": "extensions"}).content.decode()
    client.post(
        reverse("cases:arbitration_extension", args=[case.number]), form | {"note": "情况属实"}, **HTMX
    )
    asked.refresh_from_db()
    assert (asked.granted, latest().state) == (granted, state)


def calling(cast: Cast) -> Case:
    """An answered case whose reporter is to be called."""
    case = handling(cast)
    return commands.submit(case_id=case.pk, result="已约谈物业", by=cast.actors["builder"], at=timezone.now())


def test_a_happy_reporter_closes_and_an_unhappy_one_reopens(client: Client, cast: Cast) -> None:
    sit(client, cast, "operator")
    for satisfied, resolved, state in ((5, "yes", "closed"), (1, "no", "handling")):
        case = calling(cast)
        form = {
            "version": case.version,
            "reached": "yes",
            "resolved": resolved,
            "satisfied": satisfied,
            "reasons": ["办理太慢"],
        }
        client.post(reverse("cases:callback_call", args=[case.number]), form, **HTMX)
        assert latest().state == state


def test_after_as_many_tries_as_the_norm_says_an_unreached_case_closes_unasked(
    client: Client, cast: Cast
) -> None:
    case = calling(cast)
    sit(client, cast, "operator")
    states = []
    for _ in range(3):
        case = latest()
        client.post(
            reverse("cases:callback_call", args=[case.number]),
            {"version": case.version, "reached": "no"},
            **HTMX,
        )
        states.append(latest().state)
    assert states == ["calling", "calling", "closed"]
    assert latest().resolved is None


def test_the_call_back_board_masks_the_reporter(client: Client, cast: Cast) -> None:
    case = calling(cast)
    page = sit(client, cast, "operator").get(reverse("cases:callback"), {"tab": "all"}).content.decode()
    assert case.title in page and PHONE not in page


def test_at_least_the_share_of_the_norm_is_drawn_and_always_the_same_cases() -> None:
    numbers = [f"20261123-{n:06d}" for n in range(4000)]
    drawn = [number for number in numbers if rules.is_sampled(number, 10)]
    assert 0.08 < len(drawn) / len(numbers) < 0.12
    assert drawn == [number for number in numbers if rules.is_sampled(number, 10)]
    assert not any(rules.is_sampled(number, 0) for number in numbers) and all(
        rules.is_sampled(number, 100) for number in numbers
    )


@pytest.mark.parametrize("step", ["remind", "order", "notice"])
def test_the_supervisor_presses_an_overdue_unit(client: Client, cast: Cast, step: str) -> None:
    case = handling(cast)
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(hours=1))
    sit(client, cast, "supervisor")
    assert case.title in client.get(reverse("cases:supervision")).content.decode()
    form = {"version": case.version, "step": step, "unit": "D02", "note": "请立即办理"}
    client.post(reverse("cases:supervision_send", args=[case.number]), form, **HTMX)
    row = latest().supervisions.get()
    assert (row.step, row.unit.code, row.answer_by is None) == (step, "D02", step == "remind")


def proposal(cast: Cast) -> Proposal:
    """A proposal that 高原's bureau is to answer."""
    at, dispatcher = timezone.now(), cast.actors["dispatcher"]
    intake = Intake(
        channel="proposal", kind="suggestion", title="关于加强物业管理的建议", text="建议加强物业监管", category=cast.category("0301"),
        reporter=ReporterFacts("李建国", "13885100009"),
    )  # fmt: skip
    row = commands.register_proposal(
        intake, ProposalFacts("cppcc", "32", "区政协十届二次会议", date(2026, 11, 2), 3), by=dispatcher, at=at
    )
    commands.accept(case_id=row.case_id, by=dispatcher, at=at)
    commands.dispatch(case_id=row.case_id, lead=cast.unit("D02"), by=dispatcher, at=at)
    commands.sign(case_id=row.case_id, by=cast.actors["builder"], at=at)
    return row


def test_a_proposal_is_answered_by_letter_and_rated_by_its_proposer(client: Client, cast: Cast) -> None:
    row = proposal(cast)
    form = {
        "letter_number": "云住建函〔2026〕12号",
        "outcome": "B",
        "letter": "一、已开展专项检查。\n二、列入明年计划。",
    }
    asked = sit(client, cast, "builder").get(reverse("cases:proposal", args=[row.pk])).content.decode()
    assert "A 类：已经解决或采纳" in asked and "B 类：正在解决或列入计划" in asked
    client.post(reverse("cases:proposal_letter", args=[row.pk]), form)
    for page in (reverse("cases:proposals"), reverse("cases:proposal", args=[row.pk])):
        assert "B 类：正在解决或列入计划" in client.get(page).content.decode()
    assert Case.objects.get(pk=row.case_id).state == "calling"
    paper = Document(BytesIO(client.get(reverse("cases:proposal_letter_file", args=[row.pk])).content))
    words = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "云住建函〔2026〕12号" in words and "二、列入明年计划。" in words and "办理结果：B类" in words
    assert "李建国等 3 位委员：" in words
    assert "李建国" in client.get(reverse("cases:proposal_letter_print", args=[row.pk])).content.decode()
    seen = Event.objects.filter(
        name="case.reporter_seen", subject_id=row.case_id, actor_id=cast.users["builder"].pk
    )
    assert [event.after["purpose"] for event in seen] == ["书面答复", "书面答复"]
    sit(client, cast, "operator").post(
        reverse("cases:proposal_rate", args=[row.pk]), {"rating": "fair", "words": "希望尽快落实"}
    )
    row.refresh_from_db()
    case = Case.objects.get(pk=row.case_id)
    assert (row.rating, case.state, case.satisfied) == ("fair", "closed", 3)


def test_a_proposal_has_the_clocks_of_its_own_channel(cast: Cast) -> None:
    row = proposal(cast)
    clocks = {clock.kind: clock for clock in row.case.clocks.all()}
    ordinary = {clock.kind: clock for clock in handling(cast).clocks.all()}
    assert clocks["resolve"].due_at > ordinary["resolve"].due_at


def test_the_same_proposal_is_not_registered_twice(client: Client, cast: Cast) -> None:
    proposal(cast)
    form = {
        "form": "cppcc", "session": "区政协十届二次会议", "number": "32", "received_on": "2026-11-02", "name": "李建国", "phone": "13885100009",
        "joint": 1, "title": "关于加强物业管理的建议", "text": "建议加强物业监管",
    }  # fmt: skip
    answer = sit(client, cast, "dispatcher").post(reverse("cases:proposal_add"), form)
    assert answer.status_code == 422 and "已经登记过" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_dispatch_at_the_same_moment_one_wins_and_the_other_is_told(
    nothing_remembered: None,
) -> None:
    with transaction.atomic():
        set_viewer(Actor.system("测试"))
        cast = assemble()
        case = filed(cast)
    together = Barrier(2)

    def send(who: str, unit: str) -> str:
        try:
            together.wait()
            with transaction.atomic():
                set_viewer(cast.actors[who])
                commands.dispatch(
                    case_id=case.pk,
                    lead=cast.unit(unit),
                    by=cast.actors[who],
                    at=timezone.now(),
                    version=case.version,
                )
        except rules.Refused as refusal:
            return str(refusal)
        finally:
            connection.close()
        return unit

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(send, ("dispatcher", "arbiter"), ("D01", "D02")))
    with transaction.atomic():
        set_viewer(Actor.system("测试"))
        after = latest()
        assert [word for word in said if word == after.lead.code] == [after.lead.code]
        assert sum("刚刚被他人处理过" in word for word in said) == 1
        assert after.assignments.filter(ended_at=None, is_lead=True).count() == 1
