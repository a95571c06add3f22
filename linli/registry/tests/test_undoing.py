"""Taking a deed back: exactly what was before, for everybody it was about; or a refusal that says what stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import sentence_of
from linli.registry.commands import cares, households, life, persons
from linli.registry.commands.living import Place
from linli.registry.commands.undoing import NotUndoable, undo_change
from linli.registry.models import Change, Household, Person
from linli.registry.tests.factories import (
    OTHER_GRID,
    TODAY,
    broken,
    everything,
    family,
    person,
    place,
    seen_by,
    with_verb,
    without_verb,
)
from linli.registry.tests.lives import LENIENT, World, go_and_come_back, nothing_stays, steps, world
from tests.cast import MONDAY, Cast, assemble

WHEN = {"at": MONDAY, "on": TODAY}
LATER = MONDAY + timedelta(days=60)


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    made = assemble()
    yield made
    assert broken() == []


def latest(what: str) -> Change:
    return Change.objects.filter(what=what).latest("pk")


@pytest.fixture
def made(cast: Cast) -> World:
    return world(cast)


@settings(LENIENT, max_examples=6)
@given(steps)
def test_any_life_taken_back_step_by_step_is_as_it_was(
    made: World, chosen: list[tuple[str, int, int]]
) -> None:
    live_and_undo(made, chosen)


@pytest.mark.slow
@settings(LENIENT, max_examples=60)
@given(steps)
def test_many_lives_taken_back_step_by_step_are_as_they_were(
    made: World, chosen: list[tuple[str, int, int]]
) -> None:
    live_and_undo(made, chosen)


def live_and_undo(made: World, chosen: list[tuple[str, int, int]]) -> None:
    with nothing_stays():
        go_and_come_back(made, chosen)


def test_taking_back_says_what_was_taken_back(cast: Cast) -> None:
    _, husband, *_ = family(cast)
    by = cast.actors["community"]
    life.death(person_id=husband.pk, by=by, **WHEN)
    change = Change.objects.get(what="died", record_id=husband.pk)
    with seen_by(by):
        undoing = undo_change(change_id=change.pk, by=by, at=LATER)
    change.refresh_from_db()
    assert change.undone_by_id == undoing.pk
    assert {each.undone_by_id is not None for each in Change.objects.filter(what="died")} == {True}
    event = Event.objects.latest("pk")
    assert sentence_of(event) == "撤销了“死亡登记”"
    with pytest.raises(NotUndoable, match="已经撤销"):
        undo_change(change_id=change.pk, by=by, at=LATER)
    with pytest.raises(NotUndoable, match="不能撤销"):
        undo_change(change_id=undoing.pk, by=by, at=LATER)


def test_a_deed_is_taken_back_from_anybody_it_was_about(cast: Cast) -> None:
    house, _, wife, _ = family(cast)
    by = cast.actors["community"]
    before = everything()
    households.split_household(household_id=house.pk, head_id=wife.pk, by=by, **WHEN)
    follower = Change.objects.filter(what="household_split").latest("pk")
    undo_change(change_id=follower.pk, by=by, at=LATER)
    assert everything() == before


def test_what_something_later_stands_on_is_not_taken_back(cast: Cast) -> None:
    house, husband, wife, _ = family(cast)
    by = cast.actors["community"]
    life.move(person_id=wife.pk, place=place("301"), by=by, **WHEN)
    first = latest("moved")
    life.move(person_id=wife.pk, place=place("302"), by=by, **WHEN)
    with pytest.raises(NotUndoable, match="之后又办理了“变更住址”"):
        undo_change(change_id=first.pk, by=by, at=LATER)
    made = Change.objects.get(what="added", record_id=husband.pk)
    with pytest.raises(NotUndoable, match="之后又办理了“立户”"):
        undo_change(change_id=made.pk, by=by, at=LATER)


def test_what_does_not_stand_on_it_stays_when_a_deed_is_taken_back(cast: Cast) -> None:
    house, husband, wife, _ = family(cast)
    by = cast.actors["community"]
    persons.correct(person_id=wife.pk, values={"work": "一中"}, origin="visit", by=by, **WHEN)
    child = life.birth(household_id=house.pk, values={"name": "张小红", "sex": "2"}, by=by, **WHEN)
    persons.correct(person_id=wife.pk, values={"phones": "13885100009"}, origin="visit", by=by, **WHEN)
    undo_change(change_id=Change.objects.filter(what="corrected").earliest("pk").pk, by=by, at=LATER)
    row = everything()["person", wife.pk]
    assert (row["work"], row["phones"]) == (None, "13885100009")
    life.death(person_id=husband.pk, by=by, **WHEN)
    undo_change(change_id=latest("born").pk, by=by, at=LATER)
    assert not Person.objects.filter(pk=child.pk).exists()
    assert Household.objects.get(pk=house.pk).size == 2


def test_a_stranger_takes_nothing_back(cast: Cast) -> None:
    who = person(cast, "李春梅")
    change = Change.objects.get(record_id=who.pk)
    with seen_by(cast.actors["stranger"]) as by, pytest.raises(NotAllowed):
        undo_change(change_id=change.pk, by=by, at=LATER)


def test_a_care_group_is_taken_back_by_its_own_verb_alone(cast: Cast) -> None:
    who = person(cast, "李春梅")
    cares.add_care(person_id=who.pk, group="disabled", basis="证", by=cast.actors["community"], **WHEN)
    added = latest("care_added").pk
    with seen_by(cast.actors["grid"]) as by, pytest.raises(NotAllowed):
        undo_change(change_id=added, by=by, at=LATER)
    with seen_by(cast.actors["community"]) as by:
        undo_change(change_id=added, by=by, at=LATER)
    assert not who.cares.exists()


def test_a_transfer_is_taken_back_where_the_person_is_now(cast: Cast) -> None:
    who = person(cast, "李春梅", registered=Place(address="遵义市"))
    where = place("601", OTHER_GRID)
    sender = with_verb(cast, "community", "registry.transfer")
    with seen_by(sender) as by:
        life.move(person_id=who.pk, place=where, by=by, **WHEN)
    moved = latest("moved").pk
    with seen_by(sender) as by:
        with pytest.raises(NotAllowed):
            undo_change(change_id=moved, by=by, at=LATER)
    with (
        seen_by(without_verb(cast, "stranger", "registry.transfer")) as by,
        pytest.raises(NotAllowed, match="转入、转出"),
    ):
        undo_change(change_id=moved, by=by, at=LATER)
    with seen_by(cast.actors["street"]) as by:
        undo_change(change_id=moved, by=by, at=LATER)
    assert not Person.objects.get(pk=who.pk).path.endswith(f"{OTHER_GRID}/")
