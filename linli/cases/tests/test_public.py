"""What a resident without an account can do, and what nobody learns from the public pages."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from linli.cases import commands, rules, states
from linli.cases.commands import Intake, ReporterFacts
from linli.cases.commands.public import use_code
from linli.cases.forms import public as forms
from linli.cases.models import Case, OneTimeCode, Reporter
from linli.cases.queries.public import SENTENCES, STATES, code_to_send, receipt_of
from linli.cases.tasks import send_one_code
from linli.cases.views.public.asking import RESIDENT
from linli.kernel.audit.kinds import KINDS
from linli.kernel.audit.record import Subject, record
from linli.kernel.files.models import StoredFile
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PHONE = "13885100001"
RIGHT = ReporterFacts(name="王秀英", phone=PHONE)


def plain(page: Any) -> str:
    """A page without its tokens against forgery, which are never the same twice, and without its own address."""
    return re.sub(r'("X-CSRFToken": |value=)"([\w-]{64}|/t/[^"]*)"', "", page.content.decode())


def photo() -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(target, "JPEG")
    return SimpleUploadedFile("IMG_2024.jpg", target.getvalue(), "image/jpeg")


def opened_before(monkeypatch: pytest.MonkeyPatch) -> str:
    """A form that was opened a minute ago."""
    signed = forms.signing.TimestampSigner(salt=forms.SALT)
    monkeypatch.setattr("django.core.signing.time.time", lambda: timezone.now().timestamp() - 60)
    token = signed.sign("form")
    monkeypatch.undo()
    return token


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    return opened_before(monkeypatch)


def written(token: str, **changed: Any) -> dict[str, Any]:
    words = {
        "kind": "help",
        "text": "小区门口垃圾成堆，臭味很大",
        "place": "友谊花园社区",
        "started": token,
        "phone": PHONE,
    }
    return words | changed


def taken(cast: Cast, **given: Any) -> Case:
    """A case reported by telephone, at its community."""
    given = {"reporter": RIGHT, "category": cast.category("0201"), "text": "小区门口垃圾成堆"} | given
    intake = Intake(channel="hotline", place=cast.unit("520103019001001"), **given)
    return commands.receive(intake, by=cast.actors["operator"], at=timezone.now() - timedelta(hours=5))


def answered(cast: Cast, **given: Any) -> Case:
    """A case that its unit has answered, and that a grid worker has checked."""
    case, at = taken(cast, **given), timezone.now() - timedelta(hours=4)
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=at)
    commands.dispatch(
        case_id=case.pk,
        lead=cast.unit("520103019001"),
        by=cast.actors["dispatcher"],
        at=at,
        reason="内部理由",
    )
    commands.sign(case_id=case.pk, by=cast.actors["community"], at=at)
    commands.submit(
        case_id=case.pk,
        result="垃圾已清运，增加一个桶",
        by=cast.actors["community"],
        at=at + timedelta(hours=1),
    )
    return commands.check(
        case_id=case.pk, passed=True, note="内部核查意见", by=cast.actors["grid"], at=at + timedelta(hours=2)
    )


def test_a_resident_reports_without_an_account_and_gets_a_receipt(
    cast: Cast, client: Client, token: str
) -> None:
    answer = client.post(reverse("cases:public_report"), written(token, photos=[photo(), photo()]))
    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("cases:receipt", args=[case.public_code]),
    )
    assert (case.channel, case.kind, case.place.code) == ("web", "help", "520103019002")
    assert case.lead is not None and case.lead.code == "520103019002", (
        "one rule decides: it is dispatched at once"
    )
    assert StoredFile.objects.filter(subject_id=case.pk, purpose="report").count() == 2
    page = client.get(answer["Location"]).content.decode()
    assert "<svg" in page and case.number in page
    assert client.get(reverse("cases:receipt_paper", args=[case.public_code, "80"])).status_code == 200


def test_a_tipoff_is_not_dispatched_by_itself_and_its_words_do_not_come_back(
    cast: Cast, client: Client, token: str
) -> None:
    client.post(
        reverse("cases:public_report"),
        written(token, kind="tipoff", about="冠竹苑社区", text="社区干部收了垃圾清运公司的红包"),
    )
    case = Case.objects.get()
    assert (case.state, case.about.code if case.about else "") == ("received", "520103019001")
    assert Reporter.objects.get().wants_secrecy
    for name, more in (("track", []), ("receipt", []), ("receipt_paper", ["a5"])):
        assert (
            "红包"
            not in client.get(reverse(f"cases:{name}", args=[case.public_code, *more])).content.decode()
        )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": ""}, "您要办哪一种事"),
        ({"text": "坏"}, "发生了什么事"),
        ({"place": ""}, "请写明在哪里"),
        ({"phone": "12"}, "电话号码不对"),
        ({"website": "http://spam.example"}, "不要用自动填表"),
        ({"started": ""}, "发送得太快了"),
    ],
)
def test_a_mistake_is_named_and_what_was_written_stays(
    cast: Cast, client: Client, token: str, changed: dict[str, str], said: str
) -> None:
    answer = client.post(
        reverse("cases:public_report"),
        written(token, text="楼道灯不亮了三天", **{k: v for k, v in changed.items() if k != "text"})
        | changed,
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Case.objects.exists()
    assert changed.get("text", "楼道灯不亮了三天") in answer.content.decode()


def test_a_form_sent_back_at_once_is_no_persons(cast: Cast, client: Client) -> None:
    answer = client.post(reverse("cases:public_report"), written(forms.started_now()))
    assert answer.status_code == 422 and "发送得太快了" in answer.content.decode()


def test_one_sender_may_send_only_so_many_in_an_hour(cast: Cast, client: Client, token: str) -> None:
    codes = [client.post(reverse("cases:public_report"), written(token)).status_code for _ in range(11)]
    assert codes == [302] * 10 + [422]


def test_a_picture_that_is_none_keeps_nothing(cast: Cast, client: Client, token: str) -> None:
    bad = SimpleUploadedFile("a.jpg", b"MZ not a picture", "image/jpeg")
    answer = client.post(reverse("cases:public_report"), written(token, photos=[photo(), bad]))
    assert answer.status_code == 422 and not Case.objects.exists() and not StoredFile.objects.exists()


def test_every_wrong_code_gets_the_same_answer_and_then_none(cast: Cast, client: Client) -> None:
    taken(cast)
    pages = [
        client.get(reverse("cases:track", args=[code]))
        for code in ("0000-0000-0000", "x", "ZZZZZZZZZZZZ", "1")
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({plain(page) for page in pages}) == 1
    client.get(reverse("cases:track", args=["ZZZZZZZZZZZ1"]))
    assert client.get(reverse("cases:track", args=["ZZZZZZZZZZZ2"])).status_code == 429


def test_a_code_may_be_typed_as_it_was_read_out(cast: Cast, client: Client) -> None:
    case = taken(cast)
    Case.objects.filter(pk=case.pk).update(public_code="01AB01AB01AB")
    answer = client.get(reverse("cases:find"), {"code": "ol ab-oi ab ｏ1ab".replace("ｏ", "o")})
    assert answer["Location"] == reverse("cases:track", args=["01AB01AB01AB"])
    assert client.get(answer["Location"]).status_code == 200


def test_the_receipt_says_who_has_it_and_until_when_but_nothing_written_for_colleagues(
    cast: Cast, client: Client
) -> None:
    case = answered(cast)
    page = client.get(reverse("cases:track", args=[case.public_code])).content.decode()
    assert "冠竹苑社区" in page and "垃圾已清运，增加一个桶" in page and "已交给冠竹苑社区办理" in page
    assert reverse("territory:card", args=["520103019001001"]) in page
    for hidden in (
        "内部理由",
        "内部核查意见",
        PHONE,
        "王秀英",
        *(user.display_name for user in cast.users.values()),
    ):
        assert hidden not in page


@pytest.mark.parametrize("name", sorted(name for name in KINDS if name.startswith("case.")))
def test_no_event_shows_a_note_a_name_or_an_undeclared_value(cast: Cast, client: Client, name: str) -> None:
    case = taken(cast)
    values = {
        key: f"机密{key}"
        for key in (
            "category",
            "fields",
            "result",
            "reason",
            "ends_by",
            "due",
            "step",
            "outcome",
            "granted",
            "words",
            "name",
            "assist",
        )
    }
    allowed = SENTENCES[name][1] if name in SENTENCES else ()
    values |= {
        key: f"公开{key}" if key in allowed else f"机密{key}"
        for key in ("lead", "unit", "channel", "reached")
    }
    record(
        name,
        subject=Subject("case", case.pk, case.number, case.place_path),
        by=cast.actors["clerk"],
        at=timezone.now(),
        before=values,
        after=values,
        note="机密批注",
    )
    page = client.get(reverse("cases:track", args=[case.public_code])).content.decode()
    assert "机密" not in page and "秦川" not in page
    assert all(f"公开{key}" in page for key in allowed)


def test_every_state_has_public_words() -> None:
    assert set(STATES) == {state.code for state in states.STATES}


def test_not_solved_takes_the_case_up_again_once_and_then_a_supervisor_decides(
    cast: Cast, client: Client
) -> None:
    case = answered(cast)
    sent = {"resolved": "0", "satisfied": "1", "reasons": ["unsolved"], "words": "又堆起来了"}
    answer = client.post(reverse("cases:rate", args=[case.public_code]), sent)
    assert answer["Location"] == reverse("cases:track", args=[case.public_code])
    case.refresh_from_db()
    assert (case.state, case.supervised, case.reopen_count) == ("handling", True, 1)
    at = timezone.now()
    commands.submit(case_id=case.pk, result="又清了一次", by=cast.actors["community"], at=at)
    commands.check(case_id=case.pk, passed=True, note="", by=cast.actors["grid"], at=at)
    client.post(reverse("cases:rate", args=[case.public_code]), sent)
    case.refresh_from_db()
    assert (case.state, case.resolved) == ("closed", False)


def test_an_answer_is_rated_once(cast: Cast, client: Client) -> None:
    case = answered(cast)
    good = {"resolved": "1", "satisfied": "5"}
    assert client.post(reverse("cases:rate", args=[case.public_code]), good).status_code == 302
    again = client.post(reverse("cases:rate", args=[case.public_code]), good)
    assert again.status_code == 422
    assert case.callbacks.count() == 1


def test_a_rating_comes_at_most_so_many_days_after_the_end() -> None:
    now = timezone.now()
    with pytest.raises(rules.Refused, match="15 天"):
        rules.may_rate(now - timedelta(days=20), None, now - timedelta(days=16), now, 15)
    rules.may_rate(now - timedelta(days=20), None, now - timedelta(days=14), now, 15)


def test_the_questions_are_not_asked_where_they_may_not_be_answered(cast: Cast) -> None:
    case = answered(cast)
    commands.close(case_id=case.pk, note="审定", by=cast.actors["supervisor"], at=timezone.now())
    soon, late = (
        receipt_of(case.public_code, timezone.now()),
        receipt_of(case.public_code, timezone.now() + timedelta(days=16)),
    )
    assert soon is not None and soon.may_rate and late is not None and not late.may_rate


def test_a_word_can_be_added_until_the_end(cast: Cast, client: Client) -> None:
    case = taken(cast)
    url = reverse("cases:word", args=[case.public_code])
    assert client.post(url, {"words": "今天下午我在家"}).status_code == 302
    assert "您补充了说明" in client.get(reverse("cases:track", args=[case.public_code])).content.decode()
    assert client.post(url, {"words": ""}).status_code == 422
    assert [client.post(url, {"words": "再说一句"}).status_code for _ in range(5)] == [302] * 4 + [422]


def ask(client: Client, number: str, phone: str = PHONE) -> Any:
    return client.post(reverse("cases:ask_code"), {"number": number, "phone": phone}, follow=True)


def test_number_and_phone_open_the_receipt_only_with_the_code_from_the_phone(
    cast: Cast, client: Client
) -> None:
    case = taken(cast)
    ask(client, case.number, "138 8510 0001")
    code = OneTimeCode.objects.get()
    found = code_to_send(code.pk)
    assert found is not None
    phone, secret, _case = found
    assert phone == PHONE
    send_one_code(code.pk)
    assert code_to_send(code.pk) is None, "a code is sent once"
    answer = client.post(reverse("cases:use_code"), {"secret": secret})
    assert answer["Location"] == reverse("cases:track", args=[case.public_code])
    assert use_code(number=case.number, secret=secret, by=RESIDENT, at=timezone.now()) is None, (
        "a code opens once"
    )


def test_a_number_with_another_phone_gets_the_same_answer_and_no_code(cast: Cast, client: Client) -> None:
    case = taken(cast)
    right, wrong, none = (
        ask(client, case.number),
        ask(Client(), case.number, "13900000000"),
        ask(Client(), "20200101-000001"),
    )
    assert len({plain(page) for page in (right, wrong, none)}) == 1
    assert OneTimeCode.objects.count() == 1


def test_a_few_wrong_codes_lock_the_number_even_for_the_right_one(cast: Cast, client: Client) -> None:
    case = taken(cast)
    ask(client, case.number)
    found = code_to_send(OneTimeCode.objects.get().pk)
    assert found is not None
    secret = found[1]
    wrong = "111111" if secret != "111111" else "222222"
    for _ in range(5):
        assert client.post(reverse("cases:use_code"), {"secret": wrong}).status_code == 422
    locked = client.post(reverse("cases:use_code"), {"secret": secret})
    assert locked.status_code == 422 and "输错次数太多" in locked.content.decode()


def test_a_code_is_over_after_its_minutes(cast: Cast, client: Client) -> None:
    case = taken(cast)
    ask(client, case.number)
    found = code_to_send(OneTimeCode.objects.get().pk)
    assert found is not None
    later = timezone.now() + timedelta(minutes=6)
    assert use_code(number=case.number, secret=found[1], by=RESIDENT, at=later) is None


def test_a_merged_case_says_who_has_the_main_one_and_gets_its_answer(cast: Cast, client: Client) -> None:
    main, follower = taken(cast), taken(cast, text="同一处垃圾")
    commands.merge(case_id=follower.pk, into_id=main.pk, by=cast.actors["dispatcher"], at=timezone.now())
    shown = receipt_of(follower.public_code, timezone.now())
    assert shown is not None and shown.state == STATES["merged"]
    assert main.number not in client.get(reverse("cases:track", args=[follower.public_code])).content.decode()


def test_a_signed_out_visitor_lands_on_the_public_front_page(client: Client) -> None:
    assert client.get("/")["Location"] == reverse("cases:public_home")
