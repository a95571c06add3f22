"""Are they one person? Decided by people, carried out at once, taken back at any time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.marks import mark
from linli.registry.commands import cares, intakes, reviews
from linli.registry.models import Care, Change, Membership, Pair, Person, RawRow, Residence
from linli.registry.queries.history import timeline
from linli.registry.queries.reviews import decided_for, pairs_for
from linli.registry.rules.life import Refused
from linli.registry.rules.tables import titles
from linli.registry.tests.factories import (
    OTHER_GRID,
    PASSING,
    TODAY,
    everything,
    person,
    seen_by,
    with_verb,
    without_verb,
)
from linli.registry.tests.files import examined, home, source_of, taken_in
from linli.registry.tests.test_intakes import LI, TABLES, ZHANG, rows_of
from tests.cast import MONDAY, Cast, assemble
from tests.lists import enter

LATER = MONDAY + timedelta(hours=5)
CARES = [f"care.{group}" for group in titles("care_groups")]


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def second(cast: Cast) -> Actor:
    """Another keeper of the data."""
    return replace(cast.actors["keeper"], user_id=cast.users["street"].pk, label="田野")


def doubtful(cast: Cast) -> Pair:
    """A number of the register that a file has under another name."""
    home()
    keeper = cast.actors["keeper"]
    taken_in(source_of("other", keeper), [LI, ZHANG], keeper)
    changed = {**LI, "name": "赵国庆", "phones": "12608517777", "work": "退休"}
    taken_in(source_of("civil_affairs", keeper), [changed], keeper, at=MONDAY + timedelta(hours=1))
    return Pair.objects.get()


def test_a_risky_merge_takes_two_people(cast: Cast) -> None:
    pair, keeper = doubtful(cast), cast.actors["keeper"]
    assert reviews.decide(pair_id=pair.pk, same=True, by=keeper, at=LATER).state == Pair.State.PROPOSED
    assert Person.objects.get(pk=pair.left_id).work == LI["work"]
    with pytest.raises(Refused, match="另一个人复核"):
        reviews.decide(pair_id=pair.pk, same=True, by=keeper, at=LATER)
    assert reviews.decide(pair_id=pair.pk, same=True, by=second(cast), at=LATER).state == Pair.State.SAME
    assert Person.objects.get(pk=pair.left_id).work == "退休"
    assert RawRow.objects.get(pk=pair.row_id).record_id == pair.left_id


def test_a_decision_taken_back_leaves_everything_as_it_was(cast: Cast) -> None:
    pair = doubtful(cast)
    before = rows_of(*TABLES)
    reviews.decide(pair_id=pair.pk, same=True, by=cast.actors["keeper"], at=LATER)
    reviews.decide(pair_id=pair.pk, same=True, by=second(cast), at=LATER)
    reviews.undo_decision(pair_id=pair.pk, by=cast.actors["keeper"], at=LATER)
    after = rows_of(*TABLES)
    for tables in (before, after):
        for row in tables[0]:
            row.pop("confirmed_on")
    assert after == before
    assert Pair.objects.get().state == Pair.State.OPEN


def test_one_number_under_two_names_that_are_two_people_goes_back_to_its_office(cast: Cast) -> None:
    pair = doubtful(cast)
    reviews.decide(pair_id=pair.pk, same=False, by=cast.actors["keeper"], at=LATER)
    row = RawRow.objects.get(pk=pair.row_id)
    assert row.verdict == "rejected"
    assert "document:of_another" in row.reasons
    assert Person.objects.count() == 2


def test_a_decided_pair_is_not_decided_again(cast: Cast) -> None:
    pair = doubtful(cast)
    reviews.decide(pair_id=pair.pk, same=False, by=cast.actors["keeper"], at=LATER)
    with pytest.raises(Refused, match="已经有人核对过"):
        reviews.decide(pair_id=pair.pk, same=True, by=second(cast), at=LATER)


def test_who_may_not_review_decides_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        reviews.decide(pair_id=doubtful(cast).pk, same=True, by=cast.actors["grid"], at=LATER)


def test_two_records_of_one_person_become_one_and_two_again(cast: Cast) -> None:
    home()
    keeper = cast.actors["keeper"]
    taken_in(source_of("police", keeper), [LI, ZHANG], keeper)
    without = {
        "name": "李春梅",
        "birth": "1980-02-14",
        "sex": "女",
        "phones": "12608519999",
        "address": "友谊花园 1栋",
    }
    left = Person.objects.get(name="李春梅")
    taken_in(
        source_of("community", keeper),
        [without, {"name": "陈一", "phones": "12608510003"}],
        keeper,
        at=MONDAY + timedelta(hours=1),
    )
    right = (
        Person.objects.exclude(pk=left.pk).get(name="李春梅")
        if Person.objects.filter(name="李春梅").count() > 1
        else Person.objects.get(name="陈一")
    )
    pair = Pair.objects.create(left=left, right=right, weight=20, probability=0.9, risky=True, found_at=LATER)
    before = rows_of(Person, Residence, Membership)
    reviews.decide(pair_id=pair.pk, same=True, by=keeper, at=LATER)
    reviews.decide(pair_id=pair.pk, same=True, by=second(cast), at=LATER)
    right.refresh_from_db()
    assert (right.state, right.merged_into_id) == ("merged", left.pk)
    reviews.undo_decision(pair_id=pair.pk, by=keeper, at=LATER)
    after = rows_of(Person, Residence, Membership)
    for tables in (before, after):
        for row in tables[0]:
            row.pop("confirmed_on")
    assert after == before


def test_the_care_groups_of_who_stood_twice_follow_unseen_and_go_back(cast: Cast) -> None:
    community, keeper = cast.actors["community"], without_verb(cast, "keeper", *CARES)
    left, right = person(cast, "李春梅"), person(cast, "李春眉")
    for who, groups in ((left, ["disabled"]), (right, ["disabled", "elderly_alone", "orphan"])):
        for group in groups:
            cares.add_care(person_id=who.pk, group=group, basis="证件", by=community, at=MONDAY, on=TODAY)
    ended = Care.objects.filter(person=right).latest("pk")
    cares.end_care(care_id=ended.pk, by=community, at=MONDAY, on=TODAY)
    pair = Pair.objects.create(left=left, right=right, weight=20, probability=0.9, risky=True, found_at=LATER)
    before, told = everything(but=PASSING), Change.objects.count()
    with seen_by(keeper):
        assert not Care.objects.exists()
        reviews.decide(pair_id=pair.pk, same=True, by=keeper, at=LATER)
    other = replace(keeper, user_id=cast.users["street"].pk, label="田野")
    with seen_by(other):
        reviews.decide(pair_id=pair.pk, same=True, by=other, at=LATER)
        assert not Care.objects.exists()
        assert all(
            "关爱" not in value.title
            for each in timeline(left, by=other, today=TODAY)
            for value in each.values
        )
    assert Change.objects.count() > told
    assert Care.objects.filter(person=left).count() == 3
    assert [each.mark for each in Care.objects.filter(person=right)] == [mark("care", "disabled")]
    with seen_by(keeper):
        reviews.undo_decision(pair_id=pair.pk, by=keeper, at=LATER)
    assert everything(but=PASSING) == before


def test_the_register_is_searched_for_people_who_stand_in_it_twice(cast: Cast) -> None:
    home()
    keeper = cast.actors["keeper"]
    taken_in(source_of("police", keeper), [LI, ZHANG], keeper)
    person = Person.objects.get(name="李春梅")
    Person.objects.filter(pk=person.pk).update(document=None, document_mark=None, document_tail=None)
    twin = Person.objects.get(pk=person.pk)
    twin.pk = None
    twin.uid = "00000000-0000-4000-8000-000000000001"
    twin.save(force_insert=True)
    Residence.objects.create(person=twin, kind="usual", address=LI["address"], path=twin.path)
    assert reviews.find_duplicates(by=Actor.system("测试"), at=LATER) == 1
    assert reviews.find_duplicates(by=Actor.system("测试"), at=LATER) == 0
    assert not Change.objects.exists()


def test_the_review_page_shows_both_masked_and_a_decision_can_be_undone(cast: Cast) -> None:
    pair = doubtful(cast)
    client = enter(cast, "keeper")
    page = client.get(reverse("registry:reviews")).content.decode()
    assert "赵**" in page
    assert "赵国庆" not in page
    assert LI["document"] not in page
    assert "须复核" in page
    answer = client.post(
        reverse("registry:review_decide", args=[pair.pk, "different"]), headers={"HX-Request": "true"}
    )
    told = json.loads(answer.headers["HX-Trigger"])
    assert told["linli:next"] == f"pair-{pair.pk}"
    client.post(told["linli:toast"]["undo"])
    pair.refresh_from_db()
    assert pair.state == Pair.State.OPEN


def test_a_decision_that_was_sent_before_the_script_had_the_form_in_hand_is_said_on_the_next_page(
    cast: Cast,
) -> None:
    pair = doubtful(cast)
    client = enter(cast, "keeper")
    page = client.post(reverse("registry:review_decide", args=[pair.pk, "different"]), follow=True)
    assert "已确认不是同一人" in page.content.decode()
    (undo,) = (message.extra_tags[5:] for message in page.context["messages"])
    gone = client.post(undo, {"next": "https://elsewhere.example/"})
    assert gone["Location"] == reverse("registry:reviews"), "never to another site"
    pair.refresh_from_db()
    assert pair.state == Pair.State.OPEN


def test_the_neighbouring_community_is_shown_no_pair(cast: Cast) -> None:
    pair = doubtful(cast)
    page = enter(cast, "stranger").get(reverse("registry:reviews")).content.decode()
    assert "没有待核对的记录" in page
    answer = enter(cast, "stranger").post(reverse("registry:review_decide", args=[pair.pk, "same"]))
    assert answer.status_code == 404


def test_the_pairs_of_a_file_that_is_not_in_yet_wait_for_nobody(cast: Cast) -> None:
    home()
    keeper, other = cast.actors["keeper"], second(cast)
    taken_in(source_of("other", keeper), [LI], keeper)
    changed = {**LI, "name": "赵国庆", "phones": "12608517777", "work": "退休"}
    file = examined(source_of("civil_affairs", keeper), [changed], keeper, at=MONDAY + timedelta(hours=1))
    for by in (keeper, other):
        with seen_by(by):
            assert Pair.objects.count() == 1 and not pairs_for(by).exists()
    intakes.confirm(intake_id=file.pk, by=keeper, at=MONDAY)
    intakes.apply_batch(intake_id=file.pk, by=keeper, at=MONDAY)
    for by in (keeper, other):
        with seen_by(by):
            assert pairs_for(by).count() == 1


def test_a_decision_about_a_record_of_elsewhere_is_not_taken_back(cast: Cast) -> None:
    by = with_verb(cast, "community", "registry.review")
    left, right = person(cast, "李春梅"), person(cast, "李春眉")
    Person.objects.filter(pk=left.pk).update(
        path=cast.unit(OTHER_GRID).path, registered_path=cast.unit(OTHER_GRID).path
    )
    pair = Pair.objects.create(
        left=left,
        right=right,
        weight=20,
        probability=0.9,
        risky=True,
        found_at=LATER,
        state=Pair.State.DIFFERENT,
    )
    with seen_by(by):
        assert Pair.objects.exists() and not decided_for(by).exists()
    assert decided_for(cast.actors["keeper"]).get() == pair
