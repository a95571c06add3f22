"""What a machine may do, and what it is told when it may not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from linli.cases.api.moves import MOVES
from linli.cases.api.schemas import Verb
from linli.cases.models import Case
from linli.cases.tests.test_public import photo
from linli.kernel.accounts import tokens
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.files.models import StoredFile
from tests.cast import MONDAY, START, Cast

pytestmark = pytest.mark.django_db

VERBS = ["case.view", "case.take", "case.screen", "case.dispatch", "case.merge"]


class Machine:
    """A client with a token."""

    def __init__(self, client: Client, token: str) -> None:
        self.client, self.token = client, token

    def post(self, path: str, body: dict[str, Any], key: str = "key-00000001") -> Any:
        return self.client.post(
            f"/api/v1{path}", json.dumps(body), content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", "Idempotency-Key": key},
        )  # fmt: skip

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})


def token(cast: Cast, scope: str = "520103", verbs: list[str] = VERBS) -> str:
    """A token of a unit of the small district."""
    _, text = tokens.make_token(
        name=f"测试{scope}", unit_code=scope, scope=cast.unit(scope).path, verbs=verbs, starts_on=START,
        ends_on=START.replace(year=2036), by=cast.actors["security"], at=MONDAY,
    )  # fmt: skip
    return text


@pytest.fixture
def machine(cast: Cast, client: Client) -> Machine:
    """A machine of the county."""
    return Machine(client, token(cast))


BODY = {
    "text": "冠竹苑门口垃圾成堆",
    "category": "0201",
    "reporter": {"name": "王秀英", "phone": "13885100001"},
}


def test_a_machine_takes_a_case_down_and_one_rule_dispatches_it(machine: Machine, cast: Cast) -> None:
    answer = machine.post("/cases", BODY | {"category": "0101", "text": "井盖没了"})
    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["lead"]) == ("dispatched", "D02")


def test_the_same_key_again_gives_the_same_case(machine: Machine) -> None:
    first, second = machine.post("/cases", BODY), machine.post("/cases", BODY)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["number"] == second.json()["number"]
    assert Case.objects.count() == 1


def test_the_same_key_with_another_content_is_refused(machine: Machine) -> None:
    machine.post("/cases", BODY)
    answer = machine.post("/cases", BODY | {"text": "另一件事"})
    assert answer.status_code == 422
    assert "幂等键" in answer.json()["detail"]


def test_the_reporter_never_comes_out(machine: Machine) -> None:
    number = machine.post("/cases", BODY).json()["number"]
    for answer in (machine.get(f"/cases/{number}"), machine.get("/cases")):
        assert "王秀英" not in answer.content.decode()
        assert "13885100001" not in answer.content.decode()


def test_a_machine_of_another_community_does_not_find_the_case(
    machine: Machine, cast: Cast, client: Client
) -> None:
    number = machine.post("/cases", BODY | {"place_text": ""}).json()["number"]
    stranger = Machine(client, token(cast, "520103019002", ["case.view"]))
    assert stranger.get(f"/cases/{number}").status_code == 404
    assert stranger.get("/cases").json()["items"] == []


def test_without_a_token_or_with_an_ended_one_nothing_is_answered(cast: Cast, client: Client) -> None:
    assert client.get("/api/v1/cases").status_code == 401
    row, text = tokens.make_token(
        name="旧", unit_code="520103", scope="520103/", verbs=["case.view"], starts_on=START, ends_on=START + timedelta(days=1),
        by=cast.actors["security"], at=MONDAY,
    )  # fmt: skip
    assert Machine(client, text).get("/cases").status_code == 401


def test_no_machine_may_give_rights_or_read_the_audit(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        token(cast, verbs=["audit.view"])


def test_a_move_that_the_table_does_not_have_is_refused_in_words(machine: Machine) -> None:
    number = machine.post("/cases", BODY).json()["number"]
    answer = machine.post(f"/cases/{number}/moves", {"verb": "uphold", "note": "x"}, key="move-0001")
    assert answer.status_code in {403, 409}
    assert answer.json()["detail"]


def test_a_move_that_is_sent_again_with_its_key_is_taken_once(machine: Machine) -> None:
    number = machine.post("/cases", BODY | {"category": "0301"}).json()["number"]
    answers = [machine.post(f"/cases/{number}/moves", {"verb": "accept"}, key="move-0001") for _ in range(2)]
    assert [(a.status_code, a.json()["state"]) for a in answers] == [(200, "filed")] * 2
    assert answers[0].json()["version"] == answers[1].json()["version"]
    other = machine.post(f"/cases/{number}/moves", {"verb": "unfile"}, key="move-0001")
    assert other.status_code == 422 and "幂等键" in other.json()["detail"]


def test_a_move_that_was_refused_may_be_sent_again_with_the_same_key(machine: Machine) -> None:
    number = machine.post("/cases", BODY | {"category": "0301"}).json()["number"]
    path, body = f"/cases/{number}/moves", {"verb": "dispatch", "unit": "D02"}
    assert machine.post(path, body, key="move-0001").status_code == 409, "it is not accepted yet"
    machine.post(path, {"verb": "accept"}, key="move-0002")
    assert machine.post(path, body, key="move-0001").json()["state"] == "dispatched"


def test_a_file_that_is_sent_again_with_its_key_is_kept_once(machine: Machine) -> None:
    number = machine.post("/cases", BODY).json()["number"]
    headers = {"Authorization": f"Bearer {machine.token}", "Idempotency-Key": "file-0001"}
    sent = [
        machine.client.post(f"/api/v1/cases/{number}/files", {"file": photo()}, headers=headers)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json() == sent[1].json()
    assert StoredFile.objects.count() == 1


def test_a_file_is_not_refused_where_it_is_the_store_that_does_not_answer(
    machine: Machine, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = machine.post("/cases", BODY).json()["number"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    settings.S3_BUCKET, settings.S3_ENDPOINT = "linli", "http://127.0.0.1:9"
    headers = {"Authorization": f"Bearer {machine.token}", "Idempotency-Key": "file-0001"}
    answer = machine.client.post(f"/api/v1/cases/{number}/files", {"file": photo()}, headers=headers)
    assert answer.status_code == 503 and answer.json()["code"] == "unavailable"
    settings.S3_BUCKET = ""
    again = machine.client.post(f"/api/v1/cases/{number}/files", {"file": photo()}, headers=headers)
    assert again.status_code == 201, "the key may be used again: nothing was kept"


def test_a_tip_off_is_taken_from_a_machine_that_may_not_see_it_afterwards(cast: Cast, client: Client) -> None:
    taker = Machine(client, token(cast, verbs=["case.view", "case.take"]))
    answer = taker.post("/cases", BODY | {"kind": "tipoff"})
    assert answer.status_code == 201
    assert taker.get(f"/cases/{answer.json()['number']}").status_code == 404


def test_a_list_goes_on_where_the_page_ended(machine: Machine) -> None:
    numbers = {machine.post("/cases", BODY, key=f"key-{n:08d}").json()["number"] for n in range(55)}
    first = machine.get("/cases").json()
    second = machine.get(f"/cases?cursor={first['next']}").json()
    assert {row["number"] for row in first["items"] + second["items"]} == numbers
    assert second["next"] is None


def test_every_verb_of_the_interface_has_its_command() -> None:
    assert set(MOVES) == set(Verb.__args__)


def test_a_case_costs_few_queries(machine: Machine, django_assert_max_num_queries: Any) -> None:
    machine.post("/cases", BODY)
    with django_assert_max_num_queries(28):
        machine.post("/cases", BODY, key="key-00000002")
