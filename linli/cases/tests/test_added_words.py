"""What a reporter adds reaches whoever has the matter, at the case that this unit may read; a tip-off's words stay closed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.cases import commands, rules
from linli.cases.commands import Intake
from linli.cases.commands.public import add_word
from linli.cases.models import Case
from linli.cases.queries.public import receipt_of
from linli.cases.tasks import tell_one
from linli.cases.telling import BY_EVENT
from linli.cases.views.public.asking import RESIDENT
from linli.kernel.audit.models import Event
from linli.kernel.notices.models import Notice
from tests.cast import Cast

pytestmark = pytest.mark.django_db

WORDS = "今天下午三点以后家里有人"
HERE, THERE = "520103019001001", "520103019002001"


def taken(cast: Cast, place: str = HERE, **given: Any) -> Case:
    given = {"text": "小区门口垃圾成堆", "category": cast.category("0201"), "kind": "complaint"} | given
    intake = Intake(channel="hotline", place=cast.unit(place), **given)
    return commands.receive(intake, by=cast.actors["operator"], at=timezone.now())


def handled(cast: Cast, lead: str = "520103019001", **given: Any) -> Case:
    """A case that a unit has signed."""
    case, at, dispatcher = taken(cast, **given), timezone.now(), cast.actors["dispatcher"]
    commands.accept(case_id=case.pk, by=dispatcher, at=at)
    commands.dispatch(case_id=case.pk, lead=cast.unit(lead), by=dispatcher, at=at)
    who = {"520103019001": "community", "D02": "builder"}[lead]
    return commands.sign(case_id=case.pk, by=cast.actors[who], at=at)


def merged(cast: Cast, main: Case, **given: Any) -> Case:
    """A case from the other community that follows the main one."""
    case = taken(cast, THERE, **given)
    return commands.merge(case_id=case.pk, into_id=main.pk, by=cast.actors["dispatcher"], at=timezone.now())


def add(case: Case) -> list[Notice]:
    """The reporter adds a word, and the worker tells of it; returns what is told."""
    last = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
    add_word(case_id=case.pk, words=WORDS, by=RESIDENT, at=timezone.now())
    for event in Event.objects.filter(pk__gt=last, name__in=BY_EVENT).order_by("pk"):
        tell_one(event, Case.objects.get(pk=event.subject_id or 0), timezone.now())
    return list(Notice.objects.select_related("user"))


def page(cast: Cast, who: str, case: Case) -> tuple[int, str]:
    client = Client()
    client.force_login(cast.users[who])
    answer = client.get(reverse("cases:case", args=[case.number]))
    return answer.status_code, answer.content.decode()


def test_a_word_added_to_a_case_is_told_to_the_unit_that_has_it(cast: Cast) -> None:
    case = handled(cast)
    told = add(case)
    assert [notice.user for notice in told] == [cast.users["community"]]
    assert case.number in told[0].title


def test_a_word_added_to_a_merged_case_is_told_to_the_unit_of_the_main_one(cast: Cast) -> None:
    main = handled(cast)
    follower = merged(cast, main)
    [told] = add(follower)
    assert told.user == cast.users["community"]
    assert main.number in told.title and told.url == reverse("cases:case", args=[main.number])
    assert follower.number not in f"{told.title}{told.body}{told.url}"


def test_the_unit_reads_the_words_at_the_main_case_and_nothing_else_of_the_merged_one(cast: Cast) -> None:
    main = handled(cast, lead="D02", category=cast.category("0301"))
    follower = merged(cast, main, text="三号楼也有同样的事")
    add(follower)
    status, shown = page(cast, "builder", main)
    assert status == 200 and WORDS in shown
    assert follower.number not in shown and "三号楼" not in shown
    assert page(cast, "builder", follower)[0] in {403, 404}


def test_each_reporter_sees_only_the_own_words_on_the_receipt(cast: Cast) -> None:
    main = handled(cast)
    follower = merged(cast, main)
    add(follower)
    own, other = (
        receipt_of(follower.public_code, timezone.now()),
        receipt_of(main.public_code, timezone.now()),
    )
    assert own is not None and "您补充了说明" in [step.words for step in own.steps]
    assert other is not None and "您补充了说明" not in [step.words for step in other.steps]


def test_a_word_added_where_no_unit_has_the_main_case_yet_waits_there(cast: Cast, client: Client) -> None:
    main = taken(cast)
    follower = merged(cast, main)
    assert add(follower) == []
    assert WORDS in page(cast, "dispatcher", main)[1]


def test_what_a_tip_off_adds_goes_to_those_who_screen_and_not_to_the_unit(cast: Cast) -> None:
    main = handled(cast)
    follower = merged(cast, main, kind="tipoff", text="有人长期收受好处")
    told = add(follower)
    assert [notice.user for notice in told] == [cast.users["dispatcher"]]
    assert follower.number in told[0].title and WORDS not in told[0].body
    assert WORDS not in page(cast, "community", main)[1]
    assert WORDS in page(cast, "dispatcher", follower)[1]


@pytest.mark.parametrize(
    ("kind", "about", "main_kind", "audience", "passed"),
    [
        ("complaint", "", "complaint", ["D02"], True),
        ("complaint", "D02", "complaint", ["D02"], True),
        ("tipoff", "D01", "complaint", ["D02"], False),
        ("tipoff", "D01", "tipoff", ["D02"], True),
        ("tipoff", "D02", "tipoff", ["D03", "D02"], False),
        ("tipoff", "", "tipoff", ["D02"], False),
    ],
)
def test_a_tip_offs_words_go_only_to_a_tip_off_in_which_the_unit_it_speaks_of_has_no_part(
    kind: str, about: str, main_kind: str, audience: list[str], passed: bool
) -> None:
    assert rules.word_may_be_passed_on(kind, about, main_kind, audience) is passed
