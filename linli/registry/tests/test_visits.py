"""Visits of homes: what is asked, what becomes of the answers, and what happens when two people answer at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.models import Event
from linli.registry.commands import persons, switches, visits
from linli.registry.commands.answering import Answer
from linli.registry.commands.sealing import register_key
from linli.registry.commands.undoing import undo_change
from linli.registry.models import Change, Freshness, Household, Person, Question, Residence, Visit
from linli.registry.queries.freshness import shares
from linli.registry.queries.knowing import known_of
from linli.registry.queries.sealed import Opener
from linli.registry.queries.visits import Item, Sheet, calls_below, home_for, sheet_of, walks
from linli.registry.rules.asking import Why
from linli.registry.rules.life import Refused
from linli.registry.tests.factories import (
    OTHER_GRID,
    OWN_GRID,
    TODAY,
    broken,
    family,
    person,
    place,
    seen_by,
    with_verb,
)
from linli.territory.models import Unit
from tests.cast import MONDAY, TESTER, Cast, assemble

LATER = MONDAY + timedelta(days=500)


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    made = assemble()
    yield made
    assert broken() == []


@pytest.fixture
def home(cast: Cast) -> Household:
    return family(cast)[0]


def sheet(household: Household, on: date = TODAY) -> Sheet:
    return sheet_of(household, None, on, Opener())


def item(household: Household, name: str, code: str, on: date = TODAY) -> Item:
    somebody = next(each for each in sheet(household, on).people if each.known.person.name == name)
    return next(each for each in somebody.items if each.code == code)


def uid_of(name: str) -> UUID:
    return Person.objects.get(name=name).uid


def answer(household: Household, name: str, code: str, how: str, value: str = "", on: date = TODAY) -> Answer:
    """An answer to what the page showed."""
    return Answer(uid_of(name), code, how, value, item(household, name, code, on).token)


def call(
    cast: Cast, household: Household, *answers: Answer, key: str = "k1", outcome: str = "met", at=MONDAY
) -> visits.Visited:  # type: ignore[no-untyped-def]
    with seen_by(cast.actors["grid"]) as by:
        return visits.record_visit(
            home=str(household.uid), outcome=outcome, answers=answers, key=key, by=by, at=at
        )


def held(name: str) -> dict[str, str | None]:
    pk = Person.objects.get(name=name).pk
    return known_of([pk], Opener())[pk].facts


def ask_by_department(cast: Cast, name: str, element: str, theirs: str) -> Question:
    """What an import leaves behind where a department says something else."""
    key = register_key()
    row = Person.objects.get(name=name)
    return Question.objects.create(
        record_kind="person", record_id=row.pk, element=element, why="conflict", asked_by=Unit.objects.get(code="D02"),
        basis="城镇住房保障办法", sealed=key.seal(f'{{"theirs": "{theirs}"}}', "question"), key_id=key.id, path=row.path, asked_at=MONDAY,
    )  # fmt: skip


def test_the_page_of_a_home_asks_for_what_is_missing_and_nothing_else(home: Household) -> None:
    found = {
        each.known.person.name: {item.code: item.pending.why for item in each.items}
        for each in sheet(home).people
    }
    assert found == {
        "张伟": {"phones": Why.MISSING, "education": Why.MISSING, "work": Why.MISSING},
        "李春梅": {"education": Why.MISSING, "work": Why.MISSING},
        "张小明": {"phones": Why.MISSING, "education": Why.MISSING, "work": Why.MISSING},
    }


def test_each_question_says_what_for_and_on_which_basis(home: Household) -> None:
    for each in sheet(home).people:
        for one in each.items:
            assert one.pending.purpose and one.pending.basis


def test_after_a_year_the_telephone_is_asked_again(home: Household) -> None:
    later = LATER.date()
    assert item(home, "李春梅", "phones", later).pending.why == Why.STALE
    assert item(home, "李春梅", "phones", later).shown == "138****0001"


def test_the_questions_of_departments_come_into_the_same_visit(cast: Cast, home: Household) -> None:
    ask_by_department(cast, "李春梅", "birth", "1980-02-15")
    asked = item(home, "李春梅", "birth")
    assert (asked.pending.why, asked.offered, asked.asked_by) == (
        Why.CONFLICT,
        "1980-02-15",
        "云岩区住房和城乡建设局",
    )
    assert asked.pending.basis == "城镇住房保障办法"


def test_an_answer_is_written_as_told_at_the_door(cast: Cast, home: Household) -> None:
    made = call(
        cast,
        home,
        answer(home, "张伟", "phones", "value", "139 8510 0002"),
        answer(home, "张伟", "education", "value", "本科"),
    )
    assert (made.visit.asked, made.visit.answered, made.conflicts) == (8, 2, [])
    assert held("张伟")["phones"] == "13985100002"
    assert Change.objects.filter(origin="visit", what="visited").count() == 1
    assert not [each for each in sheet(home).people[0].items if each.code in ("phones", "education")]


def test_a_visit_is_one_event_whatever_was_answered(cast: Cast, home: Household) -> None:
    before = Event.objects.count()
    call(
        cast,
        home,
        answer(home, "张伟", "phones", "value", "13985100002"),
        answer(home, "李春梅", "work", "value", "金龙商贸"),
    )
    assert [each.name for each in Event.objects.order_by("pk")[before:]] == ["registry.visited"]


def test_what_is_confirmed_is_fresh_again_and_no_value_changes(cast: Cast, home: Household) -> None:
    on = LATER.date()
    confirmed = answer(home, "李春梅", "phones", "same", on=on)
    before = held("李春梅")
    made = call(cast, home, confirmed, at=LATER)
    assert (made.visit.confirmed, made.visit.answered) == (1, 0)
    assert held("李春梅") == before
    somebody = next(each for each in sheet(home, on).people if each.known.person.name == "李春梅")
    assert "phones" not in {each.code for each in somebody.items}
    assert "residence_kind" in {each.code for each in somebody.items}


def test_who_says_no_is_not_asked_again_and_no_is_only_taken_where_the_law_allows_it(
    cast: Cast, home: Household
) -> None:
    made = call(cast, home, answer(home, "张伟", "phones", "no"))
    assert made.visit.refused == 1
    assert "phones" not in {each.code for each in sheet(home).people[0].items}
    assert Question.objects.filter(state="refused", element="phones").count() == 1
    with pytest.raises(Refused, match="依法应当登记"), transaction.atomic():
        call(cast, home, answer(home, "张伟", "residence_kind", "no", on=LATER.date()), key="k2", at=LATER)


def test_nobody_at_home_counts_and_no_visit_wanted_lets_the_home_rest(cast: Cast, home: Household) -> None:
    assert call(cast, home, outcome="not_home").visit.outcome == "not_home"
    with seen_by(cast.actors["grid"]) as by:
        assert [each.last.outcome for each in calls_below(by, by.scope, TODAY) if each.last] == ["not_home"]
    call(cast, home, outcome="refused", key="k2", at=MONDAY + timedelta(hours=1))
    with seen_by(cast.actors["grid"]) as by:
        assert calls_below(by, by.scope, TODAY) == []
        assert len(calls_below(by, by.scope, TODAY + timedelta(days=90))) == 1


def test_the_same_key_is_the_same_visit(cast: Cast, home: Household) -> None:
    answers = [answer(home, "张伟", "phones", "value", "13985100002")]
    first, second = call(cast, home, *answers), call(cast, home, *answers)
    assert first.visit.pk == second.visit.pk
    assert Visit.objects.count() == 1 and Change.objects.filter(origin="visit").count() == 1


def test_a_record_that_changed_meanwhile_is_not_overwritten_and_both_values_are_shown(
    cast: Cast, home: Household
) -> None:
    offline = [
        answer(home, "李春梅", "work", "value", "金龙商贸"),
        answer(home, "张伟", "work", "value", "市一中"),
    ]
    with seen_by(cast.actors["community"]) as by:
        persons.correct(
            person_id=Person.objects.get(name="李春梅").pk,
            values={"work": "宏福超市"},
            origin="community",
            by=by,
            at=MONDAY,
            on=TODAY,
        )
    made = call(cast, home, *offline)
    assert [(each.name, each.title, each.ours, each.theirs) for each in made.conflicts] == [
        ("李春梅", "工作单位", "宏福超市", "金龙商贸")
    ]
    assert (held("李春梅")["work"], held("张伟")["work"]) == ("宏福超市", "市一中")
    asked = item(home, "李春梅", "work")
    assert (asked.pending.why, asked.shown, asked.offered) == (Why.CONFLICT, "宏福超市", "金龙商贸")
    assert [each.theirs for each in call(cast, home, *offline).conflicts] == ["金龙商贸"], (
        "the answer that got lost shows it again"
    )


def test_what_was_confirmed_and_changed_meanwhile_is_shown_with_what_was_confirmed(
    cast: Cast, home: Household
) -> None:
    on = LATER.date()
    offline = answer(home, "李春梅", "phones", "same", on=on)
    with seen_by(cast.actors["community"]) as by:
        pk = Person.objects.get(name="李春梅").pk
        persons.correct(
            person_id=pk, values={"phones": "13985100009"}, origin="community", by=by, at=LATER, on=on
        )
    made = call(cast, home, offline, at=LATER)
    assert [(each.ours, each.theirs) for each in made.conflicts] == [("139****0009", "138****0001")]
    assert held("李春梅")["phones"] == "13985100009"


def test_the_same_answer_by_two_people_is_no_conflict(cast: Cast, home: Household) -> None:
    offline = answer(home, "李春梅", "work", "value", "宏福超市")
    with seen_by(cast.actors["community"]) as by:
        pk = Person.objects.get(name="李春梅").pk
        persons.correct(
            person_id=pk, values={"work": "宏福超市"}, origin="community", by=by, at=MONDAY, on=TODAY
        )
    assert call(cast, home, offline).conflicts == []


def test_a_conflict_is_settled_at_the_door_either_way(cast: Cast, home: Household) -> None:
    question = ask_by_department(cast, "李春梅", "birth", "1980-02-15")
    call(cast, home, answer(home, "李春梅", "birth", "theirs"))
    question.refresh_from_db()
    assert (question.state, held("李春梅")["birth"]) == ("answered", "1980-02-15")
    other = ask_by_department(cast, "李春梅", "sex", "1")
    call(cast, home, answer(home, "李春梅", "sex", "same"), key="k2")
    other.refresh_from_db()
    assert (other.state, held("李春梅")["sex"]) == ("answered", "2")


def test_an_answer_that_cannot_be_says_of_whom_it_is_and_nothing_is_taken(
    cast: Cast, home: Household
) -> None:
    right, wrong = (
        answer(home, "张伟", "work", "value", "市一中"),
        answer(home, "张伟", "phones", "value", "12"),
    )
    with pytest.raises(Refused, match="张伟：联系电话"), transaction.atomic():
        call(cast, home, right, wrong)
    assert not Visit.objects.exists()
    assert held("张伟")["work"] is None


def test_who_lives_there_is_said_with_one_touch_and_who_has_moved_waits_for_the_community(
    cast: Cast, home: Household
) -> None:
    son = Person.objects.get(name="张小明")
    Residence.objects.filter(person=son).exclude(kind="registered").update(valid_to=TODAY)
    assert item(home, "张小明", "address").pending.why == Why.MISSING
    call(cast, home, answer(home, "张小明", "address", "here"))
    assert Residence.objects.get(person=son, valid_to=None, kind="usual").dwelling_id == home.dwelling_id
    on = LATER.date()
    made = call(
        cast,
        home,
        answer(home, "张伟", "address", "value", "贵阳市南明区花果园 1 栋", on=on),
        key="k2",
        at=LATER,
    )
    assert [each.title for each in made.conflicts] == ["现住址"]
    assert Residence.objects.filter(
        person__name="张伟", valid_to=None, kind="usual", dwelling=home.dwelling_id
    ).exists()


def test_people_without_a_household_are_visited_in_their_home(cast: Cast) -> None:
    where = place("802")
    person(cast, "王伟", "1", at_home=where)
    with seen_by(cast.actors["grid"]) as by:
        key = f"d{where.dwelling_id}"
        (found,) = calls_below(by, by.scope, TODAY)
        assert (found.key, found.people) == (key, 1)
        household, dwelling = home_for(by, key) or (None, None)
        asked = sheet_of(household, dwelling, TODAY, Opener()).people[0].items
        told = [
            Answer(
                uid_of("王伟"), "work", "value", "金龙商贸", next(i for i in asked if i.code == "work").token
            )
        ]
        visits.record_visit(home=key, outcome="met", answers=told, key="k1", by=by, at=MONDAY)
    assert held("王伟")["work"] == "金龙商贸"


def test_homes_are_listed_in_the_order_in_which_one_walks(cast: Cast) -> None:
    for name, room in (("王春", "1102"), ("王夏", "201"), ("王秋", "202")):
        person(cast, name, "1", at_home=place(room))
    with seen_by(cast.actors["grid"]) as by:
        (walk,) = walks(calls_below(by, by.scope, TODAY))
    assert [each.room for each in walk.calls] == ["201", "202", "1102"]


def test_a_home_with_nothing_to_ask_is_not_on_the_list(cast: Cast, home: Household) -> None:
    answers = [
        Answer(
            each.known.person.uid,
            one.code,
            "value",
            {"phones": "13985100002", "education": "本科", "work": "市一中"}[one.code],
            one.token,
        )
        for each in sheet(home).people
        for one in each.items
    ]
    call(cast, home, *answers)
    with seen_by(cast.actors["grid"]) as by:
        assert calls_below(by, by.scope, TODAY) == []


def test_homes_of_others_are_neither_listed_nor_visited(cast: Cast, home: Household) -> None:
    with seen_by(cast.actors["stranger"]) as by:
        assert home_for(by, str(home.uid)) is None
        with pytest.raises(NotAllowed), transaction.atomic():
            visits.record_visit(home=str(home.uid), outcome="not_home", key="k1", by=by, at=MONDAY)
        assert calls_below(by, by.scope, TODAY) == []
    call(cast, home, outcome="not_home")
    with seen_by(cast.actors["stranger"]):
        assert not Visit.objects.exists()
    with seen_by(cast.actors["clerk"]) as by, pytest.raises(NotAllowed):
        calls_below(by, "", TODAY)


def test_the_freshness_of_a_grid_is_that_of_its_people(cast: Cast, home: Household) -> None:
    person(
        cast,
        "王伟",
        "1",
        at_home=place("101", OTHER_GRID),
        phones="13885100003",
        education="本科",
        work="市一中",
        as_="street",
    )
    visits.measure_freshness(path="", by=TESTER, at=MONDAY)
    by_code = {
        each.node.code: each
        for each in shares([cast.unit(OWN_GRID), cast.unit(OTHER_GRID), cast.unit("520103")])
    }
    own = by_code[OWN_GRID]
    asked = sum(len(each.items) for each in sheet(home).people)
    assert own.asked - own.fresh == asked
    assert by_code["520103"].asked == own.asked + by_code[OTHER_GRID].asked
    visits.measure_freshness(path="", by=TESTER, at=LATER)
    again = {each.node.code: each for each in shares([cast.unit(OWN_GRID)])}[OWN_GRID]
    assert again.share < own.share and Freshness.objects.filter(measured_on=LATER.date()).exists()


def test_whoever_sets_a_value_answers_the_question_and_taking_it_back_asks_it_again(
    cast: Cast, home: Household
) -> None:
    wife, by = Person.objects.get(name="李春梅"), cast.actors["community"]
    question = ask_by_department(cast, "李春梅", "phones", "13885109999")
    other = ask_by_department(cast, "李春梅", "work", "贵阳第一中学")

    def states() -> list[tuple[str, str]]:
        return [
            (row.state, row.settled_by)
            for row in Question.objects.filter(pk__in=[question.pk, other.pk]).order_by("pk")
        ]

    with seen_by(by):
        persons.correct(
            person_id=wife.pk,
            values={"phones": "13885107777"},
            origin="visit",
            by=by,
            at=MONDAY,
            on=MONDAY.date(),
        )
    assert states() == [("answered", by.label), ("open", "")]
    with seen_by(by):
        undo_change(change_id=Change.objects.latest("pk").pk, by=by, at=MONDAY + timedelta(days=1))
    assert states() == [("open", ""), ("open", "")]


def test_a_conflict_about_a_switched_field_is_answered_where_the_field_is_set(
    cast: Cast, home: Household
) -> None:
    wife, keeper = Person.objects.get(name="李春梅"), with_verb(cast, "street", "registry.switch")
    when = {"by": keeper, "at": MONDAY, "on": MONDAY.date()}
    switches.switch_on(element="marital", basis="条例", purpose="登记", until=date(2027, 1, 1), **when)
    switches.set_trait(person_id=wife.pk, element="marital", value="已婚", **when)
    for value in ("已婚", "未婚"):
        asked = ask_by_department(cast, "李春梅", "marital", "10")
        switches.set_trait(person_id=wife.pk, element="marital", value=value, **when)
        asked.refresh_from_db()
        assert (asked.state, asked.settled_by) == ("answered", keeper.label)
