"""That somebody is in a care group is known to those alone whose verbs open the group, whichever way they look."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import sentence_of
from linli.registry.commands import cares, persons
from linli.registry.commands.undoing import NotUndoable, undo_change
from linli.registry.models import Change, Person, RawRow
from linli.registry.queries.history import sources_of, timeline
from linli.registry.rules.elements import elements
from linli.registry.tests.factories import TODAY, citizen_id, person, seen_by, with_verb
from linli.registry.tests.files import home, source_of, taken_in
from tests.cast import MONDAY, Cast, assemble

WHEN = {"at": MONDAY, "on": TODAY}
LATER = MONDAY + timedelta(hours=1)
LI = {"name": "李梅", "document": citizen_id(date(1980, 2, 14), "2"), "address": "冠竹苑3栋2单元501"}
ZHANG = {"name": "张伟", "document": citizen_id(date(1978, 5, 12), "1"), "address": "冠竹苑3栋2单元501"}
BIT = elements("person")["care"].mask


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


@pytest.fixture
def helped(cast: Cast) -> Person:
    """Somebody who came into a care group, left it, came again, and of whom that was taken back."""
    who, by = person(cast, "李春梅"), cast.actors["community"]
    first = cares.add_care(person_id=who.pk, group="disabled", basis="残疾证", by=by, **WHEN)
    cares.end_care(care_id=first.pk, by=by, **WHEN)
    cares.add_care(person_id=who.pk, group="disabled", basis="残疾证", by=by, **WHEN)
    undo_change(change_id=Change.objects.filter(what="care_added").order_by("-pk")[0].pk, by=by, at=LATER)
    return who


def test_the_audit_says_of_a_care_group_what_it_says_of_a_telephone(cast: Cast, helped: Person) -> None:
    told = {
        (each.name, sentence_of(each))
        for each in Event.objects.filter(subject_id=helped.pk).order_by("pk")[1:]
    }
    persons.correct(
        person_id=helped.pk,
        values={"phones": "13885100009"},
        origin="visit",
        by=cast.actors["street"],
        **WHEN,
    )
    last = Event.objects.latest("pk")
    assert told == {(last.name, sentence_of(last)), ("registry.undone", "撤销了“更正”")}


def test_the_changes_of_a_care_group_are_rows_for_whose_verb_opens_it(cast: Cast, helped: Person) -> None:
    assert Change.objects.filter(record_id=helped.pk).count() == 5
    for name, number in (("community", 5), ("grid", 1)):
        with seen_by(cast.actors[name]):
            assert Change.objects.filter(record_id=helped.pk).count() == number


def test_no_change_says_in_clear_that_it_wrote_a_care_group(cast: Cast) -> None:
    home()
    keeper = cast.actors["keeper"]
    taken_in(source_of("police", keeper), [LI, ZHANG], keeper)
    told = [{**LI, "care": "低保"}, {**ZHANG, "care": "低保", "phones": "12608517777"}]
    taken_in(source_of("civil_affairs", keeper), told, keeper, at=LATER)
    brought = Change.objects.filter(what="imported", origin="civil_affairs")
    assert [each for each in Change.objects.all() if each.wrote & BIT] == []
    assert [bool(each.mark) for each in brought.order_by("wrote")] == [True, False]


def test_a_file_that_speaks_of_care_groups_is_no_source_for_who_may_not_know_of_all(cast: Cast) -> None:
    home()
    keeper = cast.actors["keeper"]
    taken_in(source_of("civil_affairs", keeper), [{**LI, "care": "低保"}, {**ZHANG, "care": None}], keeper)
    some = replace(cast.actors["grid"], verbs=cast.actors["grid"].verbs | {"care.minimum_allowance"})
    for by, knows in ((cast.actors["community"], True), (cast.actors["grid"], False), (some, False)):
        with seen_by(by):
            assert Person.objects.count() == 2
            for who in Person.objects.all():
                assert RawRow.objects.filter(record_id=who.pk).exists() == knows
                assert bool(timeline(who, by=by, today=TODAY)) == knows
                assert bool(sources_of(who, by=by, today=TODAY)) == knows


def test_who_takes_something_else_back_is_not_told_that_a_care_group_stands_on_it(cast: Cast) -> None:
    by = with_verb(cast, "grid", "registry.change")
    who = person(cast, "李春梅")
    with seen_by(cast.actors["community"]) as community:
        cares.add_care(person_id=who.pk, group="disabled", basis="残疾证", by=community, **WHEN)
    with seen_by(by), pytest.raises(NotUndoable) as refused:
        undo_change(change_id=Change.objects.get(what="added").pk, by=by, at=LATER)
    assert "关爱" not in str(refused.value) and "更正" in str(refused.value)
    hidden = Change.objects.get(what="care_added").pk
    with seen_by(by), pytest.raises(NotAllowed, match="没有这次变更"):
        undo_change(change_id=hidden, by=by, at=LATER)
