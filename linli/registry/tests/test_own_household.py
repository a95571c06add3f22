"""A household looks after its own record: by the slip and a telephone of its own, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.privacy import context
from linli.registry.commands import invitations, persons
from linli.registry.commands.answering import Answer
from linli.registry.models import Change, Household, Invitation, Person, Question
from linli.registry.queries.own import door_of, own_code_to_send, own_household
from linli.registry.rules.life import Refused
from linli.registry.tests.factories import family, person, place, seen_by
from linli.registry.tests.test_visits import held
from tests.cast import MONDAY, TESTER, Cast, assemble

RESIDENT = Actor.public("居民本人（自助登记）")


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    yield assemble()


@pytest.fixture
def home(cast: Cast) -> Household:
    return family(cast)[0]


def given(cast: Cast, household: Household, at: Any = MONDAY) -> str:
    """The code that the community gave."""
    with seen_by(cast.actors["community"]) as by:
        return invitations.invite(household_id=household.pk, by=by, at=at).code


def secret_of(code: str, at: Any = MONDAY) -> str:
    """The code that goes to 李春梅's telephone."""
    row = invitations.send_own_code(
        code=code, person_id=Person.objects.get(name="李春梅").pk, by=RESIDENT, at=at
    )
    told = own_code_to_send(row.pk)
    assert told is not None and told[0] == "13885100001"
    return told[1]


def answer(code: str, name: str, element: str, how: str, value: str = "") -> Answer:
    shown = own_household(code, MONDAY, MONDAY.date())
    assert shown is not None
    own = next(each for each in shown.people if each.person.name == name)
    item = next(each for each in [*own.asked, *own.fresh] if each.code == element)
    return Answer(own.person.uid, element, how, value, item.token)


def test_only_who_visits_the_household_gives_it_a_code_and_only_its_mark_is_kept(
    cast: Cast, home: Household
) -> None:
    code = given(cast, home)
    assert len(code) == 16 and code.encode() not in bytes(Invitation.objects.get().mark)
    with seen_by(cast.actors["stranger"]) as by, pytest.raises(NotAllowed), transaction.atomic():
        invitations.invite(household_id=home.pk, by=by, at=MONDAY)


def test_before_the_second_code_nothing_is_told_but_masked_telephones(cast: Cast, home: Household) -> None:
    shown = door_of(given(cast, home), MONDAY)
    assert shown is not None and [words for _, words in shown.phones] == ["李** 138****0001"]


def test_a_code_ends_after_its_days_after_a_new_one_and_after_too_many_tries(
    cast: Cast, home: Household
) -> None:
    first = given(cast, home)
    assert door_of(first, MONDAY + timedelta(days=15)) is None
    second = given(cast, home)
    assert door_of(first, MONDAY) is None
    secret = secret_of(second)
    wrong = "000000" if secret != "000000" else "111111"
    for _ in range(5):
        assert door_of(second, MONDAY) is not None
        assert invitations.use_own_code(code=second, secret=wrong, by=RESIDENT, at=MONDAY) is None
    assert door_of(second, MONDAY) is None


def test_a_one_time_code_opens_once_and_only_for_minutes(cast: Cast, home: Household) -> None:
    code = given(cast, home)
    secret = secret_of(code)
    late = MONDAY + timedelta(minutes=11)
    assert invitations.use_own_code(code=code, secret=secret, by=RESIDENT, at=late) is None
    assert invitations.use_own_code(code=code, secret=secret, by=RESIDENT, at=MONDAY) is not None
    assert invitations.use_own_code(code=code, secret=secret, by=RESIDENT, at=MONDAY) is None


def test_a_code_is_sent_to_telephones_of_the_household_alone(cast: Cast, home: Household) -> None:
    other = person(cast, "王伟", "1", at_home=place("101"), phones="13985100003")
    with pytest.raises(Refused, match="没有登记手机号"), transaction.atomic():
        invitations.send_own_code(code=given(cast, home), person_id=other.pk, by=RESIDENT, at=MONDAY)


def test_a_resident_sees_the_own_household_alone_with_numbers_masked(cast: Cast, home: Household) -> None:
    person(cast, "王伟", "1", at_home=place("101"), phones="13985100003")
    code = given(cast, home)
    context.set_viewer(RESIDENT)
    shown = own_household(code, MONDAY, MONDAY.date())
    assert not Person.objects.exists(), "outside the door the public sees nobody"
    context.set_viewer(TESTER)
    assert shown is not None
    assert {each.person.name for each in shown.people} == {"张伟", "李春梅", "张小明"}
    told = {line.title: line for each in shown.people if each.person.name == "李春梅" for line in each.told}
    assert told["联系电话"].value == "138****0001" and told["联系电话"].source == "社区（村）"


def test_what_nobody_knew_is_taken_as_told_by_the_resident(cast: Cast, home: Household) -> None:
    code = given(cast, home)
    answers = [
        answer(code, "张伟", "phones", "value", "139 8510 0002"),
        answer(code, "李春梅", "phones", "same"),
    ]
    context.set_viewer(RESIDENT)
    taken = invitations.correct_own(code=code, answers=answers, by=RESIDENT, at=MONDAY)
    context.set_viewer(TESTER)
    assert taken.left == [] and held("张伟")["phones"] == "13985100002"
    assert {each.origin for each in Change.objects.filter(what__in=["self_reported", "confirmed"])} == {
        "self"
    }
    event = Event.objects.get(name="registry.self_reported")
    assert (event.after["answered"], event.after["confirmed"]) == ("1", "1")


def test_what_another_source_is_believed_for_waits_for_the_community(cast: Cast, home: Household) -> None:
    wife = Person.objects.get(name="李春梅")
    with seen_by(cast.actors["community"]) as by:
        persons.correct(
            person_id=wife.pk,
            values={"work": "宏福超市"},
            origin="human_resources",
            by=by,
            at=MONDAY,
            on=MONDAY.date(),
        )
    code = given(cast, home)
    taken = invitations.correct_own(
        code=code, answers=[answer(code, "李春梅", "work", "value", "金龙商贸")], by=RESIDENT, at=MONDAY
    )
    assert [(each.ours, each.theirs) for each in taken.left] == [("宏福超市", "金龙商贸")]
    assert held("李春梅")["work"] == "宏福超市"
    assert Question.objects.filter(state="open", element="work", why="conflict").count() == 1


def test_nobody_corrects_somebody_of_another_household(cast: Cast, home: Household) -> None:
    other = person(cast, "王伟", "1", at_home=place("101"), phones="13985100003")
    code = given(cast, home)
    with pytest.raises(Refused, match="不在这一户"), transaction.atomic():
        invitations.correct_own(
            code=code, answers=[Answer(other.uid, "work", "value", "假的", "")], by=RESIDENT, at=MONDAY
        )


def test_the_pages_lead_through_both_doors_and_out_again(cast: Cast, home: Household, client: Client) -> None:
    code = given(cast, home, timezone.now())
    page = reverse("registry:own", args=[code])
    assert "张小明" not in client.get(page).content.decode()
    assert client.get(reverse("registry:own_copy", args=[code])).status_code == 302
    wife = Person.objects.get(name="李春梅")
    assert client.post(page, {"phone": str(wife.pk)}).status_code == 302
    context.set_viewer(TESTER)
    told = own_code_to_send(Invitation.objects.get(ended_at=None).pk)
    assert told is not None
    assert client.post(page, {"secret": "12345"}).status_code == 422
    assert client.post(page, {"secret": told[1]}).status_code == 302
    shown = client.get(page).content.decode()
    assert "张小明" in shown and "13885100001" not in shown
    names = re.findall(r'name="token-([0-9a-f]{32}-work)" value="([0-9a-f]+)"', shown)
    assert client.post(page, {}).status_code == 422
    assert (
        client.post(page, {f"token-{names[0][0]}": names[0][1], f"value-{names[0][0]}": "市一中"}).status_code
        == 302
    )
    copy = client.get(reverse("registry:own_copy", args=[code])).content.decode()
    assert "市一中" in copy and "本人申报" in copy
    client.post(reverse("registry:own_leave", args=[code]))
    assert "张小明" not in client.get(page).content.decode()
    context.set_viewer(TESTER)
    assert Event.objects.filter(name="registry.own_copied").count() == 1


def test_guessing_codes_is_stopped(client: Client, cast: Cast) -> None:
    statuses = [client.get(reverse("registry:own", args=[f"{n:016}"])).status_code for n in range(7)]
    assert statuses[0] == 404 and statuses[-1] == 429
