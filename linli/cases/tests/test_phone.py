"""A grid worker's telephone: what is asked, what is reported, and nothing twice."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.cases import commands
from linli.cases.models import Case
from linli.cases.tests.test_public import answered, photo, taken
from linli.kernel.files.models import StoredFile
from tests.cast import Cast

pytestmark = pytest.mark.django_db

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def worker(cast: Cast, client: Client) -> Client:
    client.force_login(cast.users["grid"])
    return client


def send(client: Client, cast: Cast, **changed: Any) -> Any:
    body = {
        "key": KEY,
        "user": cast.users["grid"].pk,
        "text": "花坛边垃圾成堆",
        "place": "",
        "point": "",
    } | changed
    return client.post(reverse("cases:phone_report"), body, headers={"X-Linli-Queue": "1"})


def waiting_for_check(cast: Cast) -> Case:
    """A case that its unit has answered and nobody has looked at yet."""
    case, at = taken(cast), timezone.now() - timedelta(hours=4)
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=at)
    commands.dispatch(case_id=case.pk, lead=cast.unit("520103019001"), by=cast.actors["dispatcher"], at=at)
    commands.sign(case_id=case.pk, by=cast.actors["community"], at=at)
    return commands.submit(
        case_id=case.pk, result="垃圾已清运", by=cast.actors["community"], at=at + timedelta(hours=1)
    )


def test_the_same_key_is_one_case_however_often_it_is_sent(cast: Cast, worker: Client) -> None:
    first, second = send(worker, cast, photos=[photo()]), send(worker, cast, photos=[photo()])
    case = Case.objects.get()
    assert first.json()["number"] == second.json()["number"] == case.number
    assert (case.channel, case.place.code) == ("grid", "520103019001001")
    assert StoredFile.objects.filter(subject_id=case.pk).count() == 1


def test_a_report_refused_may_be_mended_and_sent_with_the_same_key(cast: Cast, worker: Client) -> None:
    assert send(worker, cast, text="坏").status_code == 422
    assert send(worker, cast).status_code == 200


def test_a_report_written_by_another_account_is_not_sent_in_this_name(cast: Cast, worker: Client) -> None:
    assert send(worker, cast, user=cast.users["stranger"].pk).status_code == 409
    assert not Case.objects.exists()


def test_who_may_only_check_cannot_report(cast: Cast) -> None:
    street = Client()
    street.force_login(cast.users["street"])
    assert send(street, cast, user=cast.users["street"].pk).status_code == 403
    assert (
        reverse("cases:phone_report")
        not in street.get(reverse("cases:phone_home")).content.decode().split("l-phone-bar")[-1]
    )
    assert not Case.objects.exists()


def test_the_place_goes_with_a_report_only_when_it_was_given(cast: Cast, worker: Client) -> None:
    send(worker, cast)
    assert Case.objects.get().lon is None
    send(worker, cast, key=KEY[::-1], point="106.713500,26.578300")
    assert Case.objects.latest("id").lon == 106.7135


def test_without_scripts_the_form_is_sent_as_it_is(cast: Cast, worker: Client) -> None:
    answer = worker.post(reverse("cases:phone_report"), {"text": "路灯不亮", "place": "3 栋门口"})
    assert answer["Location"] == reverse("cases:phone_me")
    assert "路灯不亮" in worker.get(answer["Location"]).content.decode()


def test_a_check_is_asked_of_the_grid_of_the_place_and_of_no_other(cast: Cast, worker: Client) -> None:
    case = waiting_for_check(cast)
    url = reverse("cases:phone_look", args=[case.number])
    assert url in worker.get(reverse("cases:phone_home")).content.decode()
    elsewhere = Client()
    elsewhere.force_login(cast.users["stranger"])
    assert elsewhere.get(url).status_code in {403, 404}


def test_a_check_that_fails_needs_a_word_and_sends_the_case_back(cast: Cast, worker: Client) -> None:
    case = waiting_for_check(cast)
    url = reverse("cases:phone_look", args=[case.number])
    assert worker.post(url, {"passed": "0"}).status_code == 422
    assert worker.post(url, {"passed": "0", "note": "还剩一堆", "photos": [photo()]}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.rework_count) == ("handling", 1)
    assert StoredFile.objects.filter(subject_id=case.pk, purpose="check").count() == 1


def test_a_check_that_passes_needs_none(cast: Cast, worker: Client) -> None:
    case = waiting_for_check(cast)
    worker.post(reverse("cases:phone_look", args=[case.number]), {"passed": "1", "version": case.version})
    case.refresh_from_db()
    assert case.state == "calling"


def test_a_verification_goes_back_to_screening_with_what_was_seen(cast: Cast, worker: Client) -> None:
    case = taken(cast)
    commands.ask_verify(
        case_id=case.pk, unit=cast.unit("520103019001001"), by=cast.actors["dispatcher"], at=timezone.now()
    )
    worker.post(reverse("cases:phone_look", args=[case.number]), {"passed": "1", "note": "确有一堆垃圾"})
    case.refresh_from_db()
    assert case.state == "received"


def test_what_somebody_else_has_looked_at_is_gone(cast: Cast, worker: Client) -> None:
    case = answered(cast)
    assert worker.get(reverse("cases:phone_look", args=[case.number])).status_code == 404


@pytest.mark.parametrize("name", ["phone_home", "phone_report", "phone_grid", "phone_points", "phone_me"])
def test_the_pages_are_for_grid_workers(cast: Cast, worker: Client, name: str) -> None:
    assert worker.get(reverse(f"cases:{name}")).status_code == 200
    assert Client().get(reverse(f"cases:{name}")).status_code == 302
    leader = Client()
    leader.force_login(cast.users["leader"])
    assert leader.get(reverse(f"cases:{name}")).status_code == 403


def test_a_tipoff_is_not_on_the_telephone(cast: Cast, worker: Client) -> None:
    taken(cast, kind="tipoff", text="有人偷倒垃圾并给了红包")
    for name in ("phone_home", "phone_grid", "phone_points"):
        assert "红包" not in worker.get(reverse(f"cases:{name}")).content.decode()


def test_the_workbench_of_a_grid_worker_is_the_telephone(cast: Cast, worker: Client) -> None:
    assert worker.get(reverse("workbench"))["Location"] == reverse("cases:phone_home")


def test_the_pages_can_be_installed(client: Client) -> None:
    body = json.loads(client.get(reverse("cases:phone_manifest")).content)
    script = client.get(reverse("cases:phone_worker"))
    assert (body["display"], body["scope"]) == ("standalone", "/phone/")
    assert script["Content-Type"] == "text/javascript" and b"cases/phone.js" in script.content
