"""Life events of persons and households: what they do, what follows from them, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.models import Event
from linli.registry.commands import cares, households, life, persons, switches
from linli.registry.commands.deeds import ChangedMeanwhile
from linli.registry.commands.living import Place
from linli.registry.commands.sealing import document_mark
from linli.registry.models import Care, Change, Household, Membership, Person, Residence, Trait
from linli.registry.queries.rows import contents_of
from linli.registry.queries.sealed import Opener
from linli.registry.rules.elements import codes_of
from linli.registry.rules.life import Refused
from linli.registry.rules.values import NotReadable
from linli.registry.tests.factories import (
    OTHER_GRID,
    TODAY,
    broken,
    citizen_id,
    family,
    person,
    place,
    seen_by,
    with_verb,
    without_verb,
)
from tests.cast import MONDAY, Cast, assemble

WHEN = {"at": MONDAY, "on": TODAY}


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    made = assemble()
    yield made
    assert broken() == []


def now(row: Person) -> Person:
    return Person.objects.get(pk=row.pk)


def told(change: Change) -> tuple[dict, dict]:  # type: ignore[type-arg]
    contents = contents_of(change, Opener())
    return contents.before, contents.after


def relations(household: Household) -> dict[str, str]:
    rows = (
        Membership.objects.filter(household=household, valid_to=None).select_related("person").order_by("pk")
    )
    return {row.person.name: row.relation for row in rows}


def test_a_new_person_is_sealed_marked_and_placed(cast: Cast) -> None:
    birth = date(1980, 2, 14)
    with seen_by(cast.actors["community"]) as by:
        made = persons.add_person(
            values={"name": " 李 春梅", "document": citizen_id(birth, "2"), "phones": "138 8510 0001"}, place=place("301"),
            origin="visit", by=by, **WHEN,
        )  # fmt: skip
    row = now(made)
    assert (row.name, row.pinyin, row.sex, row.birth) == ("李春梅", "li chun mei", "2", birth)
    assert row.document_kind == "citizen_id" and row.document_mark and len(row.phone_marks) == 2
    assert row.path.endswith("520103019001001/") and row.population == "unknown"
    assert Event.objects.filter(name="registry.person_added", subject_id=row.pk).count() == 1
    change = Change.objects.get(record_id=row.pk)
    assert set(codes_of("person", change.wrote)) >= {"name", "document", "phones", "address"}
    assert "李春梅" not in bytes(change.sealed or b"").decode("latin-1")


def test_a_document_is_registered_once(cast: Cast) -> None:
    number = citizen_id(date(1980, 2, 14), "2")
    person(cast, "李春梅", document=number)
    with pytest.raises(Refused, match="已经登记在另一条记录上"):
        person(cast, "李春梅", document=number)


def test_nobody_is_added_outside_the_own_territory(cast: Cast) -> None:
    where = place("301", OTHER_GRID)
    with seen_by(cast.actors["community"]) as by, pytest.raises(NotAllowed):
        persons.add_person(values={"name": "李春梅"}, place=where, origin="visit", by=by, **WHEN)


def test_birth_and_sex_must_be_those_of_the_citizen_id(cast: Cast) -> None:
    with pytest.raises(NotReadable, match="出生日期"):
        person(cast, "李春梅", "2", date(1981, 2, 14), document=citizen_id(date(1980, 2, 14), "2"))


def test_a_correction_keeps_what_was_there_before(cast: Cast) -> None:
    who = person(cast, "李春梅", work="一中", phones="13885100001")
    with seen_by(cast.actors["community"]) as by:
        persons.correct(
            person_id=who.pk, values={"work": "二中", "phones": "13885100002"}, origin="self", by=by, **WHEN
        )
    change = Change.objects.filter(record_id=who.pk).latest("pk")
    assert told(change) == (
        {"work": "一中", "phones": "13885100001"},
        {"work": "二中", "phones": "13885100002"},
    )
    assert (change.origin, change.what) == ("self", "corrected")
    assert now(who).work == "二中" and now(who).confirmed_on == TODAY


def test_a_correction_that_changes_nothing_only_confirms(cast: Cast) -> None:
    who = person(cast, "李春梅", work="一中")
    persons.correct(
        person_id=who.pk, values={"work": "一中"}, origin="visit", by=cast.actors["community"], **WHEN
    )
    assert Change.objects.filter(record_id=who.pk).count() == 1
    assert now(who).confirmed_on == TODAY


def test_two_corrections_of_one_form_meet(cast: Cast) -> None:
    who = person(cast, "李春梅")
    by = cast.actors["community"]
    seen = now(who).version
    persons.correct(person_id=who.pk, values={"work": "一中"}, origin="visit", by=by, version=seen, **WHEN)
    with pytest.raises(ChangedMeanwhile):
        persons.correct(
            person_id=who.pk, values={"work": "二中"}, origin="visit", by=by, version=seen, **WHEN
        )


@pytest.mark.parametrize(
    "values",
    [
        {"ethnic": "汉族"},
        {"care": "孤儿"},
        {"population": "流动人口"},
        {"sex": "好"},
        {"name": ""},
        {"shoes": "42"},
    ],
)
def test_what_is_no_ordinary_value_is_not_corrected(cast: Cast, values: dict[str, str]) -> None:
    who = person(cast, "李春梅")
    with pytest.raises(Refused):
        persons.correct(person_id=who.pk, values=values, origin="visit", by=cast.actors["community"], **WHEN)


def test_a_stranger_takes_nobody_in_hand(cast: Cast) -> None:
    who = person(cast, "李春梅")
    with seen_by(cast.actors["stranger"]) as by:
        with pytest.raises(NotAllowed):
            persons.correct(person_id=who.pk, values={"work": "一中"}, origin="visit", by=by, **WHEN)
        with pytest.raises(NotAllowed):
            life.death(person_id=who.pk, by=by, **WHEN)


def test_a_changed_name_keeps_the_former_one(cast: Cast) -> None:
    who = person(cast, "李春梅")
    persons.change_name(person_id=who.pk, name="李梅", by=cast.actors["community"], **WHEN)
    row = now(who)
    assert (row.name, row.former_name, row.pinyin) == ("李梅", "李春梅", "li mei")
    assert "春梅" in row.grams and "李梅" in row.grams


def test_another_document_has_another_mark(cast: Cast) -> None:
    who = person(cast, "李春梅", document=citizen_id(date(1980, 2, 14), "2"))
    before = bytes(now(who).document_mark or b"")
    persons.change_document(
        person_id=who.pk, number="g 1234567", document_kind="其他证件", by=cast.actors["community"], **WHEN
    )
    row = now(who)
    assert row.document_kind == "other" and bytes(row.document_mark or b"") != before
    assert Opener().document(row) == "G1234567"


def test_a_child_is_born_into_the_home_of_its_parents(cast: Cast) -> None:
    house, husband, wife, _ = family(cast)
    with seen_by(cast.actors["community"]) as by:
        child = life.birth(
            household_id=house.pk, values={"name": "张小红", "sex": "女"}, parent_id=wife.pk, by=by, **WHEN
        )
    row = now(child)
    assert (row.birth, row.population, row.path) == (TODAY, "registered", now(husband).path)
    assert relations(house) == {"张伟": "02", "李春梅": "12", "张小明": "20", "张小红": "30"}
    assert {(r.kind, r.dwelling_id) for r in child.residences.all()} == {
        ("usual", house.dwelling_id),
        ("registered", house.dwelling_id),
    }
    assert Household.objects.get(pk=house.pk).size == 4


def test_when_the_head_dies_the_spouse_heads_the_household(cast: Cast) -> None:
    house, husband, wife, _ = family(cast)
    with seen_by(cast.actors["community"]) as by:
        life.death(person_id=husband.pk, by=by, **WHEN)
    assert (now(husband).state, now(husband).died_on) == ("dead", TODAY)
    house.refresh_from_db()
    assert (house.head_id, house.size) == (wife.pk, 2)
    assert relations(house) == {"李春梅": "02", "张小明": "20"}
    assert not husband.residences.filter(valid_to=None).exists()


def test_nothing_more_happens_to_the_dead(cast: Cast) -> None:
    who = person(cast, "李春梅")
    by = cast.actors["community"]
    life.death(person_id=who.pk, by=by, **WHEN)
    with pytest.raises(Refused, match="已故"):
        life.move(person_id=who.pk, place=place("302"), by=by, **WHEN)


def test_an_event_lies_neither_in_the_future_nor_before_what_it_ends(cast: Cast) -> None:
    who = person(cast, "李春梅", on=date(2026, 6, 1))
    by = cast.actors["community"]
    with pytest.raises(Refused, match="今天之后"):
        life.death(person_id=who.pk, by=by, at=MONDAY, on=TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="早于上一次登记"):
        life.move(person_id=who.pk, place=place("302"), by=by, at=MONDAY, on=date(2026, 5, 1))
    with pytest.raises(Refused, match="早于出生"):
        life.move(person_id=who.pk, place=place("303"), by=by, at=MONDAY, on=date(1970, 5, 1))


def test_who_lives_in_another_street_than_registered_is_apart(cast: Cast) -> None:
    who = person(cast, "李春梅")
    assert now(who).population == "registered"
    with seen_by(cast.actors["community"]) as by:
        life.move(person_id=who.pk, place=Place(address="遵义市汇川区某路一号"), by=by, **WHEN)
    row = now(who)
    assert (row.population, row.path, row.state) == ("apart", "", "present")
    assert row.registered_path


def test_who_is_registered_outside_and_lives_here_is_floating(cast: Cast) -> None:
    who = person(cast, "李春梅", registered=Place(address="遵义市汇川区某路一号"))
    assert (now(who).population, now(who).registered_path) == ("floating", "")


def test_who_is_not_registered_here_moves_out_and_comes_back(cast: Cast) -> None:
    who = person(cast, "李春梅", registered=Place(address="遵义市汇川区某路一号"))
    with seen_by(cast.actors["community"]) as by:
        with pytest.raises(Refused, match="请办理迁出"):
            life.move(person_id=who.pk, place=Place(address="遵义市汇川区某路一号"), by=by, **WHEN)
        life.move_out(person_id=who.pk, by=by, **WHEN)
        assert (now(who).state, now(who).left_on) == ("left", TODAY)
        assert now(who).path, "the last community still sees the record"
        life.move_in(person_id=who.pk, place=place("888"), by=by, **WHEN)
    assert (now(who).state, now(who).left_on) == ("present", None)


def test_into_another_territory_one_moves_by_transfer_alone(cast: Cast) -> None:
    who = person(cast, "李春梅", registered=Place(address="遵义市汇川区某路一号"))
    where = place("601", OTHER_GRID)
    with (
        seen_by(without_verb(cast, "community", "registry.transfer")) as by,
        pytest.raises(NotAllowed, match="转入、转出"),
    ):
        life.move(person_id=who.pk, place=where, by=by, **WHEN)
    with seen_by(cast.actors["street"]) as by:
        life.move(person_id=who.pk, place=where, by=by, **WHEN)
    assert now(who).path.endswith(f"{OTHER_GRID}/")
    with seen_by(cast.actors["community"]):
        assert not Person.objects.filter(pk=who.pk).exists()


def test_with_the_verb_a_person_goes_over_to_a_territory_that_is_not_seen(cast: Cast) -> None:
    number = citizen_id(date(1980, 2, 14), "2")
    who = person(cast, "李春梅", registered=Place(address="遵义市"), document=number)
    house, *_ = family(cast)
    households.make_household(head_id=who.pk, by=cast.actors["street"], **WHEN)
    sender = with_verb(cast, "community", "registry.transfer")
    taker = with_verb(cast, "stranger", "registry.transfer")
    with seen_by(sender) as by:
        life.move(person_id=who.pk, place=place("602", OTHER_GRID), by=by, **WHEN)
        assert not Person.objects.filter(pk=who.pk).exists()
    with seen_by(without_verb(cast, "community", "registry.transfer")) as by, pytest.raises(NotAllowed):
        life.move_in(document=document_mark("citizen_id", number), place=place("603"), by=by, **WHEN)
    with seen_by(sender) as by:
        life.move_in(
            document=document_mark("citizen_id", number),
            place=place("604"),
            household_id=house.pk,
            by=by,
            **WHEN,
        )
        assert Person.objects.filter(pk=who.pk).exists()
    with seen_by(taker):
        assert not Person.objects.filter(pk=who.pk).exists()
    assert relations(house)["李春梅"] == "99"
    assert Household.objects.filter(state="ended").count() == 1


def test_a_whole_household_moves_with_those_who_live_in_it(cast: Cast) -> None:
    house, husband, wife, son = family(cast)
    by = cast.actors["street"]
    life.move(person_id=son.pk, place=place("777"), by=by, **WHEN)
    where = place("778", OTHER_GRID)
    life.move_household(household_id=house.pk, place=where, by=by, **WHEN)
    assert now(husband).path == now(wife).path == Household.objects.get(pk=house.pk).path
    assert now(husband).path.endswith(f"{OTHER_GRID}/") and not now(son).path.endswith(f"{OTHER_GRID}/")


def test_a_bride_joins_the_household_of_the_groom(cast: Cast) -> None:
    house, _, _, son = family(cast)
    bride = person(cast, "王芳", birth=date(2010, 1, 1))
    with seen_by(cast.actors["community"]) as by:
        households.marry(person_id=son.pk, spouse_id=bride.pk, household_id=house.pk, by=by, **WHEN)
    assert relations(house)["王芳"] == "38"
    assert Residence.objects.get(person=bride, kind="usual", valid_to=None).dwelling_id == house.dwelling_id
    assert Change.objects.filter(what="married").count() == 2


def test_a_couple_makes_a_household_of_its_own(cast: Cast) -> None:
    _, _, _, son = family(cast)
    bride = person(cast, "王芳", birth=date(2010, 1, 1))
    home = place("909")
    made = households.marry(
        person_id=son.pk, spouse_id=bride.pk, place=home, number="H9", by=cast.actors["street"], **WHEN
    )
    assert relations(made) == {"张小明": "02", "王芳": "12"}
    assert {
        r.dwelling_id for r in Residence.objects.filter(kind="usual", valid_to=None, person__in=[son, bride])
    } == {home.dwelling_id}


def test_a_household_splits_and_merges_again(cast: Cast) -> None:
    house, husband, wife, son = family(cast)
    by = cast.actors["community"]
    made = households.split_household(household_id=house.pk, head_id=wife.pk, others=[son.pk], by=by, **WHEN)
    assert relations(made) == {"李春梅": "02", "张小明": "20"} and relations(house) == {"张伟": "02"}
    with pytest.raises(Refused, match="至少要留一人"):
        households.split_household(household_id=house.pk, head_id=husband.pk, by=by, **WHEN)
    households.merge_households(
        household_id=house.pk, other_id=made.pk, relations={wife.pk: "12", son.pk: "20"}, by=by, **WHEN
    )
    assert relations(house) == {"张伟": "02", "李春梅": "12", "张小明": "20"}
    assert Household.objects.get(pk=made.pk).state == "ended"


def test_relations_follow_another_head(cast: Cast) -> None:
    house, _, wife, son = family(cast)
    by = cast.actors["community"]
    households.set_head(household_id=house.pk, person_id=son.pk, by=by, **WHEN)
    assert relations(house) == {"张小明": "02", "张伟": "51", "李春梅": "52"}
    households.set_head(household_id=house.pk, person_id=wife.pk, by=by, **WHEN)
    assert relations(house) == {"李春梅": "02", "张小明": "20", "张伟": "11"}
    assert Event.objects.filter(name="registry.head_changed").count() == 2


def test_a_household_number_is_a_value_of_every_member(cast: Cast) -> None:
    house, husband, wife, son = family(cast)
    persons.correct(
        person_id=wife.pk,
        values={"household_number": "H002"},
        origin="police",
        by=cast.actors["community"],
        **WHEN,
    )
    changes = Change.objects.filter(what="corrected")
    assert {change.record_id for change in changes} == {husband.pk, wife.pk, son.pk}
    assert {str(told(change)) for change in changes} == {
        str(({"household_number": "H001"}, {"household_number": "H002"}))
    }


def test_an_address_without_a_known_home_is_corrected_and_one_with_a_home_is_not(cast: Cast) -> None:
    by = cast.actors["community"]
    who = person(cast, "李春梅", at_home=Place(address="冠竹苑八号院", unit="520103019001"))
    persons.correct(person_id=who.pk, values={"address": "冠竹苑3栋2单元501"}, origin="visit", by=by, **WHEN)
    assert Residence.objects.get(person=who, kind="usual").address == "冠竹苑3栋2单元501室"
    with pytest.raises(Refused, match="变更住址"):
        persons.correct(
            person_id=person(cast, "王芳").pk, values={"address": "新华路1号"}, origin="visit", by=by, **WHEN
        )


def test_a_care_group_is_recorded_by_its_own_verb_and_known_by_its_mark_alone(cast: Cast) -> None:
    who = person(cast, "李春梅")
    with seen_by(cast.actors["grid"]) as by, pytest.raises(NotAllowed):
        cares.add_care(person_id=who.pk, group="disabled", basis="残疾证", by=by, **WHEN)
    with seen_by(cast.actors["community"]) as by:
        care = cares.add_care(person_id=who.pk, group="disabled", basis="残疾证", by=by, **WHEN)
        with pytest.raises(Refused, match="已经登记"):
            cares.add_care(person_id=who.pk, group="disabled", basis="残疾证", by=by, **WHEN)
    row = Care.objects.get(pk=care.pk)
    assert Opener().care(row) == {"group": "disabled", "basis": "残疾证", "note": ""}
    with seen_by(cast.actors["grid"]) as by:
        assert not Care.objects.filter(pk=care.pk).exists()
        with pytest.raises(Refused, match="没有查看"):
            cares.end_care(care_id=care.pk, by=by, **WHEN)
    with seen_by(cast.actors["community"]) as by:
        cares.end_care(care_id=care.pk, note="复核不再符合", by=by, **WHEN)
    assert Care.objects.get(pk=care.pk).valid_to == TODAY


@pytest.mark.parametrize("group", ["correction", "released", "drug_control", "矫正"])
def test_no_group_outside_the_closed_list_can_be_recorded(cast: Cast, group: str) -> None:
    with pytest.raises(cares.NotKept):
        cares.add_care(
            person_id=person(cast, "李春梅").pk,
            group=group,
            basis="文件",
            by=cast.actors["community"],
            **WHEN,
        )


def test_a_restricted_field_is_kept_only_while_it_is_on(cast: Cast) -> None:
    who = person(cast, "李春梅")
    by, keeper = cast.actors["community"], with_verb(cast, "street", "registry.switch")
    later = {"at": MONDAY + timedelta(days=400), "on": TODAY + timedelta(days=400)}
    with pytest.raises(switches.SwitchedOff):
        switches.set_trait(person_id=who.pk, element="marital", value="已婚", by=by, **WHEN)
    with pytest.raises(NotAllowed):
        switches.switch_on(
            element="marital", basis="条例", purpose="登记", until=date(2027, 1, 1), by=by, **WHEN
        )
    switches.switch_on(
        element="marital", basis="条例", purpose="登记", until=date(2027, 1, 1), by=keeper, **WHEN
    )
    with pytest.raises(Refused, match="已经启用"):
        switches.switch_on(
            element="marital", basis="条例", purpose="登记", until=date(2027, 1, 1), by=keeper, **WHEN
        )
    with seen_by(by):
        switches.set_trait(person_id=who.pk, element="marital", value="已婚", by=by, **WHEN)
    assert Opener().trait(Trait.objects.get(person=who)) == "20"
    with pytest.raises(switches.SwitchedOff):
        switches.set_trait(person_id=who.pk, element="marital", value="离婚", by=by, **later)
    with seen_by(by):
        switches.set_trait(person_id=who.pk, element="marital", value="", by=by, **WHEN)
    assert not Trait.objects.exists()
    switches.switch_off(element="marital", by=keeper, **WHEN)
    with pytest.raises(switches.SwitchedOff):
        switches.set_trait(person_id=who.pk, element="marital", value="离婚", by=by, **WHEN)


@pytest.mark.parametrize("wrong", [{"basis": " "}, {"purpose": ""}, {"until": TODAY}])
def test_a_field_is_not_switched_on_without_basis_purpose_and_end(
    cast: Cast, wrong: dict[str, object]
) -> None:
    given = {"basis": "条例", "purpose": "登记", "until": date(2027, 1, 1), **wrong}
    with pytest.raises(Refused):
        switches.switch_on(element="ethnic", by=with_verb(cast, "street", "registry.switch"), **given, **WHEN)  # type: ignore[arg-type]


def test_every_deed_is_one_event(cast: Cast) -> None:
    before = Event.objects.count()
    house, husband, *_ = family(cast)
    assert Event.objects.count() == before + 4
    life.death(person_id=husband.pk, by=cast.actors["community"], **WHEN)
    assert Event.objects.count() == before + 5
