"""Whoever left a mobile number gets the answer as a text, once; a tip-off's text says nothing of the matter."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from linli.cases import commands, rules
from linli.cases.commands import Intake, ReporterFacts
from linli.cases.commands.answering import text_answer
from linli.cases.commands.keeping import KEEPER
from linli.cases.models import Case, Reporter
from linli.cases.queries.public import receipt_of
from linli.cases.queries.texts import TEXTS
from linli.cases.tasks import UNDO_SECONDS, SomeFailed, send_answers
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.audit.subscriptions import deliver
from linli.kernel.notices import commands as notices
from linli.kernel.notices.tests.receiver import Receiver, listening
from linli.kernel.privacy.commands import forget
from tests.cast import MONDAY, Cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),  # Apprise looks for it
]

FIRST, SECOND = "13885100001", "13885100002"
ANSWER = "垃圾已清运，增加一个桶"


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job begins with a fresh connection; here it works within the test's own transaction."""
    monkeypatch.setattr("linli.kernel.jobs.job.close_old_connections", lambda: None)


@pytest.fixture
def phones(cast: Cast) -> Iterator[Receiver]:
    """The county's channel for texts leads to a receiver; the number is the last part of the address."""
    found = Receiver()
    with listening(found):
        notices.add_channel(
            unit_code="520103", title="短信", kind="sms", address=f"{found.address}{{phone}}", by=cast.actors["admin"], at=MONDAY,
        )  # fmt: skip
        yield found


def texts(phones: Receiver) -> list[str]:
    return [str(sent["message"]) for sent in phones.got]


def taken(cast: Cast, phone: str = FIRST, **given: Any) -> Case:
    given = {
        "text": "小区门口垃圾成堆",
        "category": cast.category("0201"),
        "kind": "complaint",
        "channel": "web",
    } | given
    who = given.pop("reporter", ReporterFacts(name="王秀英", phone=phone))
    intake = Intake(place=cast.unit("520103019001001"), reporter=who, **given)
    return commands.receive(intake, by=cast.actors["operator"], at=timezone.now())


def merged(cast: Cast, main: Case, phone: str = SECOND, **given: Any) -> Case:
    case = taken(cast, phone, **given)
    return commands.merge(case_id=case.pk, into_id=main.pk, by=cast.actors["dispatcher"], at=timezone.now())


def closed(cast: Cast, case: Case, result: str = ANSWER) -> Case:
    """Done by its unit, and closed by the supervisor without a call: nobody has told the reporter yet."""
    at, dispatcher, community = timezone.now(), cast.actors["dispatcher"], cast.actors["community"]
    commands.accept(case_id=case.pk, by=dispatcher, at=at)
    commands.dispatch(case_id=case.pk, lead=cast.unit("520103019001"), by=dispatcher, at=at)
    commands.sign(case_id=case.pk, by=community, at=at)
    commands.submit(case_id=case.pk, result=result, by=community, at=at)
    return commands.close(case_id=case.pk, note="审定", by=cast.actors["supervisor"], at=at)


def answers() -> list[int]:
    rows = Event.objects.filter(name="case.answer_sent").order_by("pk")
    return list(rows.values_list("pk", flat=True))


def test_the_answer_goes_to_the_reporters_phone_and_the_case_says_so(cast: Cast, phones: Receiver) -> None:
    case = closed(cast, taken(cast))
    send_answers(event_ids=answers())
    [text] = texts(phones)
    assert case.number in text and "已办结" in text and ANSWER in text
    assert case.public_code not in text, "the code of the receipt is not on the way"
    shown = receipt_of(case.public_code, timezone.now())
    assert shown is not None and "已用短信答复您" in [step.words for step in shown.steps]


def test_the_reporters_of_merged_cases_get_it_too_each_with_the_own_number(
    cast: Cast, phones: Receiver
) -> None:
    main = taken(cast)
    follower = merged(cast, main)
    closed(cast, main)
    send_answers(event_ids=answers())
    assert len(texts(phones)) == 2
    for number in (main.number, follower.number):
        assert [number in text for text in texts(phones)].count(True) == 1
    assert all(ANSWER in text for text in texts(phones))


def test_who_was_told_at_the_telephone_is_not_told_again(cast: Cast, phones: Receiver) -> None:
    case = taken(cast, channel="hotline")
    commands.explain(case_id=case.pk, note="请到窗口办理", by=cast.actors["operator"], at=timezone.now())
    assert answers() == []


def test_an_answer_goes_once_however_often_the_job_runs(cast: Cast, phones: Receiver) -> None:
    closed(cast, taken(cast))
    for _ in range(3):
        send_answers(event_ids=answers())
    assert len(texts(phones)) == 1


def test_a_worker_killed_before_it_wrote_that_it_sent_sends_again_and_then_no_more(
    cast: Cast, phones: Receiver
) -> None:
    closed(cast, taken(cast))
    [event] = answers()
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        text_answer(event_id=event, by=Actor.system("测试"), at=timezone.now())
        raise KeyboardInterrupt
    for _ in range(2):
        send_answers(event_ids=[event])
    assert len(texts(phones)) == 2


def test_an_answer_that_does_not_go_through_is_tried_again_and_holds_up_no_other(
    cast: Cast, phones: Receiver
) -> None:
    closed(cast, taken(cast))
    closed(cast, taken(cast, SECOND))
    phones.accepts = False
    with pytest.raises(SomeFailed):
        send_answers(event_ids=answers())
    assert len(texts(phones)) == 2, "the second is tried although the first was refused"
    assert not Event.objects.filter(name="case.answer_texted").exists()
    phones.accepts = True
    send_answers(event_ids=answers())
    assert Event.objects.filter(name="case.answer_texted").count() == 2


def test_an_answer_waits_as_long_as_it_can_be_taken_back(cast: Cast) -> None:
    waiting: list[tuple[str, int]] = []
    deliver([(1, "case.answer_sent")], lambda task, ids, delay: waiting.append((task, delay)))
    assert waiting == [("cases.send_answers", UNDO_SECONDS)]


def test_an_answer_that_was_taken_back_is_not_sent(cast: Cast, phones: Receiver) -> None:
    case = taken(cast)
    commands.void(case_id=case.pk, note="不属于受理范围", by=cast.actors["dispatcher"], at=timezone.now())
    commands.restore(case_id=case.pk, by=cast.actors["dispatcher"], at=timezone.now())
    send_answers(event_ids=answers())
    assert texts(phones) == []


def test_what_is_taken_up_again_is_answered_to_nobody_until_it_is_done_anew(
    cast: Cast, phones: Receiver
) -> None:
    main = taken(cast)
    merged(cast, main)
    closed(cast, main)
    early = answers()
    supervisor, community, at = cast.actors["supervisor"], cast.actors["community"], timezone.now()
    commands.reopen(case_id=main.pk, note="没有清完", by=supervisor, at=at)
    send_answers(event_ids=early)
    assert texts(phones) == []
    commands.submit(case_id=main.pk, result="第二次清运完毕", by=community, at=at)
    commands.close(case_id=main.pk, note="审定", by=supervisor, at=at)
    send_answers(event_ids=answers())
    assert len(texts(phones)) == 2 and all("第二次清运完毕" in text for text in texts(phones))


def test_a_case_that_stands_by_itself_again_gets_no_answer_of_another(cast: Cast, phones: Receiver) -> None:
    main = taken(cast)
    follower = merged(cast, main)
    closed(cast, main)
    commands.unmerge(case_id=follower.pk, by=cast.actors["dispatcher"], at=timezone.now())
    send_answers(event_ids=answers())
    assert [main.number in text for text in texts(phones)] == [True]


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "tipoff"},
        {"reporter": ReporterFacts(name="王秀英", phone=FIRST, wants_secrecy=True)},
    ],
)
def test_the_text_of_a_tip_off_or_of_who_asked_for_secrecy_says_nothing_of_the_matter(
    cast: Cast, phones: Receiver, given: dict[str, Any]
) -> None:
    case = closed(cast, taken(cast, **given))
    send_answers(event_ids=answers())
    [text] = texts(phones)
    assert case.number in text and "查进度" in text
    assert not any(word in text for word in (ANSWER, "垃圾", "举报", "反映", "办结", case.public_code))


def test_who_follows_a_tip_off_is_told_nothing_of_it_by_text(cast: Cast, phones: Receiver) -> None:
    main = taken(cast, kind="tipoff")
    merged(cast, main)
    closed(cast, main)
    send_answers(event_ids=answers())
    assert len(texts(phones)) == 2 and not any(ANSWER in text for text in texts(phones))


def test_who_left_no_mobile_number_or_is_forgotten_gets_no_text(cast: Cast, phones: Receiver) -> None:
    closed(cast, taken(cast, "0851-86500000"))
    gone = closed(cast, taken(cast, SECOND))
    forget(key_id=Reporter.objects.get(case=gone).key_id, by=KEEPER, at=timezone.now())
    send_answers(event_ids=answers())
    assert texts(phones) == []


def test_a_long_answer_is_cut_for_the_telephone(cast: Cast, phones: Receiver) -> None:
    closed(cast, taken(cast), result="已经清运。\n" * 200)
    send_answers(event_ids=answers())
    [text] = texts(phones)
    assert len(text) < 280 and "…" in text and "\n" not in text


@pytest.mark.parametrize(
    ("phone", "reached"),
    [
        ("13885100001", True),
        ("+86 138 8510 0001", True),
        ("0851-86500000", False),
        ("12345", False),
        ("", False),
    ],
)
def test_texts_go_to_mobile_numbers(phone: str, reached: bool) -> None:
    assert rules.takes_texts(phone) is reached


def test_every_text_uses_known_fields_and_the_neutral_one_the_number_alone() -> None:
    rows = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    fields = {
        key: {name for _, name, _, _ in string.Formatter().parse(row["words"]) if name}
        for key, row in rows.items()
        if isinstance(row, dict)
    }
    assert fields == {
        "code": {"code", "number"},
        "answer": {"number", "state", "answer"},
        "answer_neutral": {"number"},
    }
