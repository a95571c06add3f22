"""A department's file in: what becomes of each row, who may see the result, and that it can be taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.privacy import context
from linli.kernel.privacy.commands import open_key
from linli.registry.commands import intakes
from linli.registry.models import (
    Care,
    Change,
    Household,
    Intake,
    Membership,
    Pair,
    Person,
    Question,
    RawRow,
    Residence,
)
from linli.registry.tests.files import examined, home, source_of, taken_in
from tests.cast import MONDAY, Cast, assemble

LI = {
    "name": "李春梅", "document": "52010319800214002X", "sex": "女", "phones": "126-0851-0001", "relation": "户主",
    "household_number": "H1", "address": "冠竹苑3栋2单元501", "work": "贵阳第一中学",
}  # fmt: skip
ZHANG = {
    "name": "张　伟", "document": "520103197805120037", "sex": "男", "phones": "12608510002", "relation": "夫",
    "household_number": "H1", "address": "冠竹苑 3-2-501",
}  # fmt: skip
TABLES = (Person, Residence, Household, Membership, Care)


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def valid(number: str) -> str:
    """The number with the check digit that belongs to it (GB 11643)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return (
        number[:17] + "10X98765432"[sum(int(d) * w for d, w in zip(number[:17], weights, strict=True)) % 11]
    )


for row in (LI, ZHANG):
    row["document"] = valid(row["document"])


def rows_of(*models: Any) -> list[list[dict[str, Any]]]:
    """What stands in the tables, but for marks of time and of sealing."""
    hidden = {"changed_tx", "version", "uid", "document", "phones", "key_id", "sealed", "id"}
    return [
        [{k: v for k, v in row.items() if k not in hidden} for row in model.objects.order_by("pk").values()]
        for model in models
    ]


def test_the_first_file_makes_persons_with_their_home_and_household(cast: Cast) -> None:
    there = home()
    intake = taken_in(source_of("police", cast.actors["keeper"]), [LI, ZHANG], cast.actors["keeper"])
    assert intake.counts["new"] == 2
    li, zhang = Person.objects.order_by("pk")
    assert (li.name, zhang.name, zhang.sex, zhang.birth) == ("李春梅", "张伟", "1", date(1978, 5, 12))
    assert {r.dwelling_id for r in Residence.objects.all()} == {there.pk}
    assert li.path.endswith("520103019001001/")
    (household,) = Household.objects.all()
    assert (household.size, household.head_id) == (2, li.pk)


def test_documents_and_phones_are_nowhere_in_plain(cast: Cast) -> None:
    home()
    taken_in(source_of("police", cast.actors["keeper"]), [LI], cast.actors["keeper"])
    for table in (
        "registry_person",
        "registry_rawrow",
        "registry_intakepart",
        "registry_change",
        "audit_event",
    ):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            written = cursor.fetchone()[0] or ""
        assert LI["document"][:17] not in written
        assert LI["document"].encode().hex() not in written
        assert "12608510001" not in written
    person = Person.objects.get()
    assert open_key(person.key_id).unseal(bytes(person.document), "person.document") == LI["document"]


def test_the_same_rows_again_change_nothing(cast: Cast) -> None:
    home()
    source = source_of("police", cast.actors["keeper"])
    taken_in(source, [LI, ZHANG], cast.actors["keeper"])
    before = rows_of(*TABLES)
    again = taken_in(source, [LI, ZHANG], cast.actors["keeper"], at=MONDAY + timedelta(hours=1))
    assert again.counts["same"] == 2
    assert rows_of(*TABLES) == before
    assert not Change.objects.exists()


def test_who_lives_otherwise_in_the_known_home_is_written_so_once(cast: Cast) -> None:
    there, keeper = home(), cast.actors["keeper"]
    taken_in(source_of("other", keeper), [LI], keeper)
    before, source = rows_of(*TABLES), source_of("community", keeper)
    rents = [{**LI, "residence_kind": "租住", "address": "冠竹苑3栋2单元501室"}]
    intake = taken_in(source, rents, keeper, at=MONDAY + timedelta(hours=1))
    now = Residence.objects.get(valid_to=None)
    assert (intake.counts["changed"], now.kind, now.dwelling_id) == (1, "renting", there.pk)
    again = taken_in(source, rents, keeper, at=MONDAY + timedelta(hours=2))
    assert again.counts["same"] == 1 and not Question.objects.exists()
    intakes.undo_intake(intake_id=again.pk, by=keeper, at=MONDAY + timedelta(hours=3))
    intakes.undo_intake(intake_id=intake.pk, by=keeper, at=MONDAY + timedelta(hours=3))
    assert rows_of(*TABLES)[1:] == before[1:]


def test_a_relation_without_a_household_is_no_news_when_it_comes_again(cast: Cast) -> None:
    keeper, alone = (
        cast.actors["keeper"],
        {code: said for code, said in LI.items() if code != "household_number"},
    )
    source = source_of("civil_affairs", keeper)
    taken_in(source, [alone], keeper)
    again = taken_in(source, [alone], keeper, at=MONDAY + timedelta(hours=1))
    assert again.counts["same"] == 1 and not Change.objects.exists()


def test_who_belongs_to_a_household_is_asked_about_and_not_moved_by_a_file(cast: Cast) -> None:
    keeper = cast.actors["keeper"]
    taken_in(source_of("other", keeper), [LI, ZHANG], keeper)
    before = rows_of(*TABLES)
    other = {**LI, "household_number": "H2"}
    intake = taken_in(source_of("police", keeper), [other], keeper, at=MONDAY + timedelta(hours=1))
    assert intake.counts["conflict"] == 1
    assert Question.objects.get().element == "household_number"
    assert rows_of(*TABLES) == before


@pytest.mark.parametrize(
    "said", ["冠竹苑 3-2-501", "云岩区大营路街道冠竹苑3栋2单元501室", "冠竹苑三栋2单元", "冠竹苑"]
)
def test_a_known_home_in_other_words_is_no_move(cast: Cast, said: str) -> None:
    home()
    keeper = cast.actors["keeper"]
    taken_in(source_of("police", keeper), [LI], keeper)
    Residence.objects.update(address="")
    before = rows_of(*TABLES)
    again = taken_in(source_of("community", keeper), [{**LI, "address": said}], keeper, at=MONDAY + timedelta(hours=1))  # fmt: skip
    assert again.counts["same"] == 1
    assert rows_of(*TABLES) == before


@pytest.mark.parametrize("said", ["冠竹苑3栋2单元502", "冠竹苑4栋2单元501", "翠山新村3栋2单元501"])
def test_another_door_is_another_home(cast: Cast, said: str) -> None:
    home()
    keeper = cast.actors["keeper"]
    taken_in(source_of("other", keeper), [LI], keeper)
    moved = taken_in(source_of("community", keeper), [{**LI, "address": said}], keeper, at=MONDAY + timedelta(hours=1))  # fmt: skip
    assert moved.counts["changed"] == 1
    assert Residence.objects.filter(valid_to=None).exclude(kind="registered").get().address.startswith(said)


def test_one_of_the_known_phones_strikes_out_no_other(cast: Cast) -> None:
    keeper = cast.actors["keeper"]
    both = {**LI, "phones": "12608510001、12608519999"}
    taken_in(source_of("other", keeper), [both], keeper)
    intake = taken_in(source_of("community", keeper), [LI], keeper, at=MONDAY + timedelta(hours=1))
    assert intake.counts["same"] == 1


def test_an_office_that_has_not_heard_of_a_death_brings_nobody_back_into_the_household(cast: Cast) -> None:
    keeper = cast.actors["keeper"]
    taken_in(source_of("other", keeper), [LI, ZHANG], keeper)
    husband = Person.objects.get(name="张伟")
    Membership.objects.filter(person=husband).update(valid_to=MONDAY.date())
    Person.objects.filter(pk=husband.pk).update(state="dead", died_on=MONDAY.date())
    again = taken_in(source_of("police", keeper), [LI, ZHANG], keeper, at=MONDAY + timedelta(hours=1))
    assert again.counts["same"] == 2
    assert not Membership.objects.filter(person=husband, valid_to=None).exists()


def test_the_same_file_twice_is_refused_with_the_day_it_came(cast: Cast) -> None:
    source, keeper = source_of("police", cast.actors["keeper"]), cast.actors["keeper"]
    taken_in(source, [LI], keeper)
    with pytest.raises(intakes.FileRefused, match="已于2026年11月23日导入过"):
        examined(source, [LI], keeper)


def test_a_newer_phone_is_taken_and_the_old_one_kept_in_a_change(cast: Cast) -> None:
    keeper = cast.actors["keeper"]
    taken_in(source_of("other", keeper, title="旧名单"), [LI], keeper)
    later = {**LI, "phones": "12608519999"}
    intake = taken_in(source_of("civil_affairs", keeper), [later], keeper, at=MONDAY + timedelta(hours=1))
    assert intake.counts["changed"] == 1
    person = Person.objects.get()
    assert open_key(person.key_id).unseal(bytes(person.phones), "person.phones") == "12608519999"
    change = Change.objects.get()
    assert "12608510001" in open_key(change.key_id).unseal(bytes(change.sealed), "change")


def test_what_contradicts_the_police_on_a_birth_is_asked_and_not_overwritten(cast: Cast) -> None:
    keeper = cast.actors["keeper"]
    without_id = {
        "name": "陈大山",
        "birth": "1950-03-01",
        "sex": "男",
        "phones": "12608510005",
        "address": "冠竹苑3栋2单元501",
    }
    taken_in(source_of("police", keeper), [without_id], keeper)
    other = {**without_id, "birth": "1950-03-11"}
    intake = taken_in(source_of("health", keeper), [other], keeper, at=MONDAY + timedelta(hours=1))
    assert Person.objects.get().birth == date(1950, 3, 1)
    assert intake.counts["conflict"] + intake.counts["same"] == 1


@pytest.mark.parametrize("known", ["1950", "1950-03"])
def test_a_fuller_day_of_birth_that_agrees_makes_the_known_one_exact(cast: Cast, known: str) -> None:
    keeper = cast.actors["keeper"]
    without_id = {"name": "陈大山", "sex": "男", "phones": "12608510005", "address": "冠竹苑3栋2单元501"}
    taken_in(source_of("police", keeper), [{**without_id, "birth": known}], keeper)
    fuller = {**without_id, "birth": "1950-03-11"}
    intake = taken_in(source_of("community", keeper), [fuller], keeper, at=MONDAY + timedelta(hours=1))
    assert intake.counts["changed"] == 1 and not Question.objects.exists()
    person = Person.objects.get()
    assert (person.birth, person.birth_precision) == (date(1950, 3, 11), "day")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"document": LI["document"]}, "name:missing"),
        ({"name": "合计", "document": ""}, "name:not_a_name"),
        ({"name": "王芳", "document": "520103198002140021"}, "document:id_checksum"),
    ],
)
def test_a_row_about_nobody_goes_back_with_its_reason(cast: Cast, row: dict[str, str], reason: str) -> None:
    intake = taken_in(source_of("police", cast.actors["keeper"]), [LI, row], cast.actors["keeper"])
    assert intake.counts["rejected"] == 1
    refused = RawRow.objects.get(verdict="rejected")
    assert reason in refused.reasons
    assert Person.objects.count() == 1


def test_a_person_who_stands_twice_in_a_file_is_taken_once(cast: Cast) -> None:
    intake = taken_in(source_of("police", cast.actors["keeper"]), [LI, ZHANG, LI], cast.actors["keeper"])
    assert (intake.counts["new"], intake.counts["rejected"]) == (2, 1)


def test_a_sex_that_contradicts_the_number_is_left_out_and_said(cast: Cast) -> None:
    taken_in(source_of("police", cast.actors["keeper"]), [{**LI, "sex": "男"}], cast.actors["keeper"])
    assert Person.objects.get().sex == "2"
    assert "sex:sex_disagrees" in RawRow.objects.get().reasons


def test_a_number_under_another_name_waits_for_a_person_to_look(cast: Cast) -> None:
    keeper = cast.actors["keeper"]
    taken_in(source_of("police", keeper), [LI], keeper)
    intake = taken_in(
        source_of("health", keeper), [{**LI, "name": "赵国庆"}], keeper, at=MONDAY + timedelta(hours=1)
    )
    assert intake.counts["review"] == 1
    pair = Pair.objects.get()
    assert pair.risky
    assert Person.objects.get().name == "李春梅"


def test_an_import_taken_back_leaves_nothing(cast: Cast) -> None:
    home()
    keeper = cast.actors["keeper"]
    before = rows_of(*TABLES)
    intake = taken_in(source_of("civil_affairs", keeper), [{**LI, "care": "低保"}, ZHANG], keeper)
    intakes.undo_intake(intake_id=intake.pk, by=keeper, at=MONDAY + timedelta(hours=2))
    assert rows_of(*TABLES) == before


def test_a_changed_person_is_as_before_when_the_import_is_taken_back(cast: Cast) -> None:
    home()
    home(room="502")
    keeper = cast.actors["keeper"]
    taken_in(source_of("other", keeper), [LI, ZHANG], keeper)
    before = rows_of(*TABLES)
    phones = {p.pk: open_key(p.key_id).unseal(bytes(p.phones), "person.phones") for p in Person.objects.all()}
    moved = {**LI, "address": "冠竹苑3栋2单元502", "phones": "12608517777", "work": "退休", "care": "独居"}
    intake = taken_in(source_of("civil_affairs", keeper), [moved], keeper, at=MONDAY + timedelta(hours=1))
    assert intake.counts["changed"] == 1
    assert rows_of(*TABLES) != before
    intakes.undo_intake(intake_id=intake.pk, by=keeper, at=MONDAY + timedelta(hours=2))
    after = rows_of(*TABLES)
    for rows in (before[0], after[0]):
        for row in rows:
            row.pop("confirmed_on")
    assert after == before
    assert phones == {
        p.pk: open_key(p.key_id).unseal(bytes(p.phones), "person.phones") for p in Person.objects.all()
    }


def test_what_a_later_file_said_outlives_the_undoing_of_an_earlier_one(cast: Cast) -> None:
    keeper = cast.actors["keeper"]
    first = taken_in(source_of("other", keeper), [LI], keeper)
    taken_in(
        source_of("civil_affairs", keeper),
        [{**LI, "phones": "12608517777"}],
        keeper,
        at=MONDAY + timedelta(hours=1),
    )
    undone = intakes.undo_intake(intake_id=first.pk, by=keeper, at=MONDAY + timedelta(hours=2))
    assert undone.counts["kept"] == 1
    assert Person.objects.get().name == "李春梅"


def test_without_a_basis_or_after_its_last_day_nothing_comes_in(cast: Cast) -> None:
    keeper = cast.actors["keeper"]
    source = source_of("police", keeper)
    source.valid_from, source.valid_to = date(2026, 1, 1), MONDAY.date()
    source.save()
    with pytest.raises(intakes.FileRefused, match="依据已到期"):
        examined(source, [LI], keeper)


def test_a_field_that_is_off_cannot_be_brought_in(cast: Cast) -> None:
    with pytest.raises(intakes.FileRefused, match="限制字段"):
        examined(source_of("police", cast.actors["keeper"]), [{**LI, "ethnic": "汉"}], cast.actors["keeper"])


def test_who_may_not_import_may_not_upload(cast: Cast) -> None:
    source = source_of("police", cast.actors["keeper"])
    with pytest.raises(NotAllowed):
        examined(source, [LI], cast.actors["community"])


def test_the_neighbouring_community_sees_nobody_of_it(cast: Cast) -> None:
    home()
    taken_in(source_of("police", cast.actors["keeper"]), [LI, ZHANG], cast.actors["keeper"])
    context.set_viewer(cast.actors["community"])
    assert Person.objects.count() == 2
    assert Residence.objects.count() == 2
    context.set_viewer(cast.actors["stranger"])
    assert not Person.objects.exists()
    assert not Residence.objects.exists()
    assert not RawRow.objects.exists()


def test_a_cut_off_import_goes_on_where_it_stopped(cast: Cast) -> None:
    keeper = cast.actors["keeper"]
    people = [
        {"name": name, "document": valid(f"5201031990010{n}001X")}
        for n, name in enumerate(["赵一", "钱二", "孙三", "李四", "周五"], 1)
    ]
    intake = examined(source_of("police", keeper), people, keeper)
    intakes.confirm(intake_id=intake.pk, by=keeper, at=MONDAY)
    assert intakes.apply_batch(intake_id=intake.pk, by=keeper, at=MONDAY, size=2) == 2
    assert Person.objects.count() == 2
    intakes.fail(intake_id=intake.pk, problem="断电", by=keeper, at=MONDAY)
    intakes.confirm(intake_id=intake.pk, by=keeper, at=MONDAY)
    assert intakes.apply_batch(intake_id=intake.pk, by=keeper, at=MONDAY, size=2) == 4
    assert intakes.apply_batch(intake_id=intake.pk, by=keeper, at=MONDAY, size=2) is None
    assert Person.objects.count() == 5
    assert Intake.objects.get(pk=intake.pk).counts["new"] == 5


def test_whoever_was_registered_since_the_file_was_examined_is_not_registered_twice(cast: Cast) -> None:
    """Two offices' files with the same person, examined side by side: the second to be written finds the first one's."""
    keeper, there = cast.actors["keeper"], home()
    waiting = examined(source_of("civil_affairs", keeper), [LI, ZHANG], keeper)
    assert waiting.counts["new"] == 2
    taken_in(source_of("police", keeper), [LI], keeper)
    known = Person.objects.get()
    intakes.confirm(intake_id=waiting.pk, by=keeper, at=MONDAY)
    assert intakes.apply_batch(intake_id=waiting.pk, by=keeper, at=MONDAY) is None
    assert sorted(Person.objects.values_list("name", flat=True)) == ["张伟", "李春梅"]
    counts = Intake.objects.get(pk=waiting.pk).counts
    assert counts["new"] == 1 and counts["same"] + counts["changed"] == 1
    row = RawRow.objects.get(intake=waiting, record_id=known.pk)
    assert row.verdict != RawRow.Verdict.NEW
    assert Residence.objects.filter(person=known, valid_to=None).get().dwelling_id == there.pk


def test_care_groups_are_sealed_and_seen_by_whose_verb_opens_them(cast: Cast) -> None:
    home()
    taken_in(
        source_of("civil_affairs", cast.actors["keeper"]), [{**LI, "care": "低保"}], cast.actors["keeper"]
    )
    care = Care.objects.get()
    assert b"minimum_allowance" not in bytes(care.sealed)
    context.set_viewer(cast.actors["community"])
    assert Care.objects.exists()
    context.set_viewer(cast.actors["grid"])
    assert Person.objects.exists()
    assert not Care.objects.exists()


def test_an_open_question_is_not_asked_twice(cast: Cast) -> None:
    keeper = cast.actors["keeper"]
    taken_in(source_of("police", keeper), [LI], keeper)
    for hours in (1, 2):
        taken_in(
            source_of("health", keeper, title=f"老年人{hours}"),
            [{**LI, "name": "李春眉"}],
            keeper,
            at=MONDAY + timedelta(hours=hours),
        )
    assert Question.objects.filter(state="open").count() <= 1
    assert Person.objects.get().name == "李春梅"


SWAPPED = LI["document"][:15] + LI["document"][16] + LI["document"][15] + LI["document"][17]
"""The number of 李春梅 with two neighbours the other way round, which its check sign gives away."""


def test_a_number_with_two_digits_swapped_helps_to_find_whom_it_is_about_and_is_never_taken(
    cast: Cast,
) -> None:
    keeper = cast.actors["keeper"]
    taken_in(source_of("other", keeper), [LI, ZHANG], keeper)
    row = {
        "name": "李春梅",
        "document": SWAPPED,
        "phones": "126-0851-0001",
        "work": "退休",
        "address": LI["address"],
    }
    intake = taken_in(source_of("civil_affairs", keeper), [row], keeper, at=MONDAY + timedelta(hours=1))
    assert intake.counts["changed"] == 1, intake.counts
    said = RawRow.objects.get(intake=intake)
    person = Person.objects.get(name="李春梅")
    assert said.record_id == person.pk and "document:id_checksum" in said.reasons
    assert person.work == "退休"
    assert open_key(person.key_id).unseal(bytes(person.document), "person.document") == LI["document"]


def test_a_misspelt_number_of_somebody_unknown_goes_back(cast: Cast) -> None:
    keeper = cast.actors["keeper"]
    taken_in(source_of("police", keeper), [LI, ZHANG], keeper)
    row = {"name": "王国强", "document": SWAPPED, "phones": "12608519998", "address": "友谊花园1栋1单元101"}
    intake = taken_in(source_of("community", keeper), [row], keeper, at=MONDAY + timedelta(hours=1))
    assert intake.counts["rejected"] == 1 and Person.objects.count() == 2
    assert "document:id_checksum" in RawRow.objects.get(intake=intake).reasons
