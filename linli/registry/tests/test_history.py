"""A record on any day, what happened to it in words, and where its values come from: as far as the viewer may know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from linli.kernel.privacy.commands import forget
from linli.registry.commands import cares, life, organisations, persons, switches
from linli.registry.commands.undoing import undo_change
from linli.registry.models import Change, Membership, Person, Residence
from linli.registry.queries.history import as_of, sources_of, timeline, values_then
from linli.registry.queries.persons import then
from linli.registry.queries.sealed import Opener
from linli.registry.tests.factories import TODAY, citizen_id, family, person, place, seen_by, with_verb
from linli.registry.tests.files import FILE_DATE, source_of, taken_in
from linli.registry.tests.lives import LENIENT, World, evenings, nothing_stays, steps, world
from tests.cast import MONDAY, TESTER, Cast, assemble

WHEN = {"at": MONDAY, "on": TODAY}
BEFORE = TODAY - timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


@pytest.fixture
def made(cast: Cast) -> World:
    return world(cast)


def known(row: Person, day: date) -> dict[str, Any]:
    found = values_then(row, day)
    assert found is not None
    return {code: value for code, value in found.values.items() if value is not None}


def snapshot(day: date) -> dict[int, Any]:
    """Everybody as the record says on the evening of a day, with household and homes."""
    found, opener = {}, Opener()
    for row in Person.objects.all():
        was = values_then(row, day, opener)
        if was is not None:
            told = {code: value for code, value in was.values.items() if value is not None}
            belongs = Membership.objects.filter(then(day), person=row).values_list("household_id", flat=True)
            homes = (
                Residence.objects.filter(then(day), person=row)
                .values_list("kind", "address")
                .order_by("kind")
            )
            found[row.pk] = (was.state, told, sorted(belongs), list(homes))
    return found


@settings(LENIENT, max_examples=3)
@given(steps)
def test_a_record_as_of_each_day_is_what_it_was_on_that_day(
    made: World, chosen: list[tuple[str, int, int]]
) -> None:
    live_and_look_back(made, chosen)


@pytest.mark.slow
@settings(LENIENT, max_examples=15)
@given(steps)
def test_many_records_as_of_each_day_are_what_they_were(
    made: World, chosen: list[tuple[str, int, int]]
) -> None:
    live_and_look_back(made, chosen)


def live_and_look_back(made: World, chosen: list[tuple[str, int, int]]) -> None:
    """Look at every day again from the last."""
    with nothing_stays():
        seen = evenings(made, chosen, snapshot)
        assert {day: snapshot(day) for day in seen} == seen


def test_nobody_was_there_before_the_first_registration(cast: Cast) -> None:
    who = person(cast, "李春梅", on=date(2026, 1, 5))
    assert values_then(who, date(2026, 1, 4)) is None
    assert known(who, date(2026, 1, 5))["name"] == "李春梅"


def test_a_change_told_late_holds_from_the_day_on_which_it_happened(cast: Cast) -> None:
    who = person(cast, "李春梅", work="一中")
    by = cast.actors["community"]
    persons.correct(
        person_id=who.pk, values={"work": "三中"}, origin="visit", by=by, at=MONDAY, on=date(2026, 9, 1)
    )
    persons.correct(
        person_id=who.pk, values={"work": "二中"}, origin="self", by=by, at=MONDAY, on=date(2026, 5, 1)
    )
    who.refresh_from_db()
    assert [known(who, date(2026, month, 2))["work"] for month in (4, 5, 9)] == ["一中", "二中", "二中"]


def test_what_was_taken_back_never_was(cast: Cast) -> None:
    who = person(cast, "李春梅")
    by = cast.actors["community"]
    life.death(person_id=who.pk, by=by, at=MONDAY, on=date(2026, 5, 1))
    undo_change(change_id=Change.objects.latest("pk").pk, by=by, at=MONDAY)
    found = values_then(Person.objects.get(pk=who.pk), date(2026, 6, 1))
    assert found is not None and found.state == "present" and found.values["died_on"] is None


def test_a_person_on_a_past_day_is_shown_in_words_and_masked(cast: Cast) -> None:
    house, husband, wife, son = family(cast)
    birth = date(1980, 2, 14)
    by = cast.actors["community"]
    persons.change_document(
        person_id=wife.pk, number=citizen_id(birth, "2"), by=by, at=MONDAY, on=date(2026, 3, 1)
    )
    life.death(person_id=husband.pk, by=by, at=MONDAY, on=date(2026, 4, 1))
    with seen_by(by):
        was = as_of(Person.objects.get(pk=wife.pk), date(2026, 3, 31), by=by, today=TODAY)
    assert was is not None and was.household is not None
    assert (was.relation, was.number, was.household.pk) == ("妻", "H001", house.pk)
    assert was.values["document"] == f"520103********{citizen_id(birth, '2')[14:]}"
    assert was.values["phones"] == "138****0001" and was.values["sex"] == "女"
    assert [each.person.pk for each in was.members] == [husband.pk, wife.pk, son.pk]
    assert [each.relation for each in was.members] == ["02", "12", "20"]
    assert {row.kind for row in was.residences} == {"usual", "registered"}


def test_a_care_group_is_told_to_who_has_its_verb(cast: Cast) -> None:
    who = person(cast, "李春梅")
    cares.add_care(person_id=who.pk, group="disabled", basis="残疾证", by=cast.actors["community"], **WHEN)
    for name, sees in (("community", True), ("grid", False)):
        with seen_by(cast.actors[name]) as by:
            row = Person.objects.get(pk=who.pk)
            was = as_of(row, TODAY, by=by, today=TODAY)
            assert was is not None and was.cares == (["残疾人"] if sees else [])
            told = [entry.title for entry in timeline(row, by=by, today=TODAY)]
            assert ("登记关爱对象" in told) == sees
            assert ("care" in sources_of(row, by=by, today=TODAY)) == sees


def test_who_may_know_of_some_groups_only_is_not_told_that_there_is_one(cast: Cast) -> None:
    who = person(cast, "李春梅")
    cares.add_care(person_id=who.pk, group="disabled", basis="残疾证", by=cast.actors["community"], **WHEN)
    some = replace(cast.actors["community"], verbs=frozenset({"registry.view", "care.disabled"}))
    with seen_by(some) as by:
        row = Person.objects.get(pk=who.pk)
        assert timeline(row, by=by, today=TODAY)[0].values[0].after == "残疾人"
        assert "care" not in sources_of(row, by=by, today=TODAY)


def test_a_restricted_field_is_told_while_it_is_on(cast: Cast) -> None:
    who = person(cast, "李春梅")
    keeper, by = with_verb(cast, "street", "registry.switch"), cast.actors["community"]
    switches.switch_on(
        element="marital", basis="条例", purpose="登记", until=date(2027, 1, 1), by=keeper, **WHEN
    )
    switches.set_trait(person_id=who.pk, element="marital", value="已婚", by=by, **WHEN)
    for today, sees in ((TODAY, True), (date(2027, 1, 1), False)):
        was = as_of(who, TODAY, by=by, today=today)
        assert was is not None and was.values.get("marital") == ("已婚" if sees else None)
        assert ("marital" in sources_of(who, by=by, today=today)) == sees
        assert ("登记启用的字段" in [entry.title for entry in timeline(who, by=by, today=today)]) == sees


def test_a_timeline_says_who_did_what_and_what_was_taken_back(cast: Cast) -> None:
    who = person(cast, "李春梅", phones="13885100001")
    by = cast.actors["community"]
    persons.correct(person_id=who.pk, values={"phones": "13885100002"}, origin="self", by=by, **WHEN)
    change = Change.objects.latest("pk")
    entry = timeline(who, by=by, today=TODAY)[0]
    assert (entry.title, entry.source, entry.who, entry.change_id) == (
        "更正",
        "本人申报",
        by.label,
        change.pk,
    )
    assert [(v.title, v.before, v.after) for v in entry.values] == [
        ("联系电话", "138****0001", "138****0002")
    ]
    undo_change(change_id=change.pk, by=by, at=MONDAY + timedelta(days=1))
    undoing, undone, added = timeline(who, by=by, today=TODAY)
    assert undoing.title == "撤销" and undone.undone and undone.change_id is None and not added.undone


def test_a_value_names_the_row_of_the_file_or_the_person_that_brought_it(cast: Cast) -> None:
    place("501")
    number = citizen_id(date(1980, 2, 14), "2")
    row = {
        "name": "李春梅",
        "document": number,
        "work": "一中",
        "address": "冠竹苑3栋2单元501",
        "unit": "冠竹苑社区",
    }
    taken_in(source_of("community", cast.actors["clerk"]), [row], cast.actors["clerk"])
    who = Person.objects.get(name="李春梅")
    by = cast.actors["community"]
    persons.correct(
        person_id=who.pk,
        values={"work": "二中"},
        origin="visit",
        by=by,
        at=MONDAY + timedelta(hours=2),
        on=TODAY,
    )
    with seen_by(by):
        found = sources_of(who, by=by, today=TODAY)
        told = timeline(who, by=by, today=TODAY)
        was = values_then(who, FILE_DATE)
        assert values_then(who, FILE_DATE - timedelta(days=1)) is None
    name, work = found["name"], found["work"]
    assert (name.kind_words, name.source, name.on, name.file, name.sheet, name.row) == (
        "社区（村）", "community名单", FILE_DATE, "名单.csv", 1, 3,
    )  # fmt: skip
    assert (work.source_kind, work.who, work.on, work.file) == ("visit", by.label, TODAY, "")
    assert was is not None and was.values["work"] == "一中"
    assert told[1].title == "部门数据导入：新增" and told[1].where == "名单.csv，第 1 张表第 3 行"
    assert {value.title for value in told[1].values} >= {"姓名", "证件号码", "工作单位"}


def test_values_whose_key_was_destroyed_are_said_to_be_lost(cast: Cast) -> None:
    who = person(cast, "李春梅", work="一中")
    by = cast.actors["community"]
    persons.correct(person_id=who.pk, values={"work": "二中"}, origin="visit", by=by, **WHEN)
    forget(key_id=Change.objects.latest("pk").key_id, by=TESTER, at=MONDAY)
    found = values_then(who, BEFORE)
    assert found is not None and found.values["work"] is None and "work" in found.lost


def test_an_organisation_is_read_back_too(cast: Cast) -> None:
    by = cast.actors["community"]
    shop = organisations.add_organisation(
        values={"name": "大营路小卖部", "contact": "王芳", "phones": "13885100001"}, unit="520103019001", by=by, at=MONDAY,
        on=date(2026, 1, 5),
    )  # fmt: skip
    organisations.correct_organisation(
        organisation_id=shop.pk,
        values={"contact": "李梅"},
        origin="visit",
        by=by,
        at=MONDAY,
        on=date(2026, 5, 1),
    )
    organisations.close_organisation(organisation_id=shop.pk, by=by, **WHEN)
    shop.refresh_from_db()
    was = values_then(shop, date(2026, 4, 1))
    assert was is not None and (was.state, was.values["contact"]) == ("open", "王芳")
    assert [entry.title for entry in timeline(shop, by=by, today=TODAY)] == ["注销", "更正", "登记"]
    assert timeline(shop, by=by, today=TODAY)[1].values[0].after == "李*"
    assert sources_of(shop, by=by, today=TODAY)["contact"].source_kind == "visit"
