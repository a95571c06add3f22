"""A value is written in whichever way a form wants, and stays the same value."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.registry.rules.ages import age_on
from linli.returns.queries.fields import (
    RECORDS,
    binding_of,
    bindings_of,
    care_of,
    fields,
    named,
    rows_named,
    selections,
)
from linli.returns.rules.rendering import HIDDEN, WAYS, usual, written

DAY = date(2026, 10, 31)
NUMBERS = st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True)
DAYS = st.dates(date(1900, 1, 1), DAY)


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("whole", "52010319900307123X"), ("lower", "52010319900307123x"), ("parted", "520103 19900307 123X"),
        ("hyphens", "520103-19900307-123X"), ("masked", "520103********123X"), ("tail", "07123X"),
    ],
)  # fmt: skip
def test_a_citizen_id_has_six_ways(way: str, words: str) -> None:
    assert written("document", way, "52010319900307123X", DAY, {}) == words


@given(NUMBERS)
def test_every_whole_way_of_a_citizen_id_says_the_same_number(number: str) -> None:
    for way in WAYS["document"].keys() - HIDDEN:
        text = str(written("document", way, number, DAY, {}))
        assert text.replace(" ", "").replace("-", "").upper() == number


@given(NUMBERS)
def test_a_masked_or_shortened_citizen_id_does_not_tell_the_birth(number: str) -> None:
    masked, tail = (str(written("document", way, number, DAY, {})) for way in ("masked", "tail"))
    assert masked[:6] + masked[14:] == number[:6] + number[14:] and set(masked[6:14]) == {"*"}
    assert len(tail) == 6 and number.endswith(tail)


@given(st.from_regex(r"[A-Z]{1,2}[0-9]{7,9}", fullmatch=True))
def test_the_number_of_another_document_has_no_parts(number: str) -> None:
    assert {written("document", way, number, DAY, {}) for way in ("whole", "lower", "parted", "hyphens")} == {number}  # fmt: skip


@given(DAYS)
def test_every_way_of_a_day_says_the_same_day(day: date) -> None:
    texts = {way: str(written("date", way, day.isoformat(), DAY, {})) for way in WAYS["date"]}
    assert texts["iso"] == day.isoformat() and texts["month"] == f"{day:%Y-%m}"
    assert texts["words"] == f"{day.year}年{day.month:02}月{day.day:02}日"
    assert {"".join(each for each in texts[way] if each.isdigit()) for way in ("iso", "words", "dots", "plain")} == {
        f"{day:%Y%m%d}"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("known", "words", "dots"), [("1990", "1990年", "1990"), ("1990-05", "1990年05月", "1990.05")]
)
def test_of_a_day_no_more_is_written_than_is_known(known: str, words: str, dots: str) -> None:
    assert (written("date", "words", known, DAY, {}), written("date", "dots", known, DAY, {})) == (
        words,
        dots,
    )


@given(DAYS)
def test_an_age_is_in_full_years_on_the_day_of_the_form(birth: date) -> None:
    assert written("age", "", birth.isoformat(), DAY, {}) == age_on(birth, DAY)


def test_who_is_born_after_the_day_of_the_form_has_no_age() -> None:
    assert written("age", "", "2026-11-01", DAY, {}) is None


def test_codes_phones_and_counts() -> None:
    words = {"1": "男"}
    assert (
        written("code", "words", "1", DAY, words) == "男" and written("code", "code", "1", DAY, words) == "1"
    )
    assert written("code", "words", "9", DAY, words) == "9", "a code that no table knows stays"
    assert written("phones", "first", "13885100001、08516000", DAY, {}) == "13885100001"
    assert written("count", "", "12", DAY, {}) == 12
    with pytest.raises(KeyError):
        written("date", "whole", "1990-01-01", DAY, {})


@given(st.sampled_from(sorted({*WAYS, "text", "count", "age"})))
def test_what_is_not_known_is_written_as_nothing(shape: str) -> None:
    assert written(shape, usual(shape), "", DAY, {}) is None


def test_a_binding_is_kept_as_field_and_way() -> None:
    for record in RECORDS.values():
        codes = [each.code for each in bindings_of(record)]
        assert len(codes) == len(set(codes))
        assert [found.code for code in codes if (found := binding_of(record, code))] == codes
    assert binding_of("person", "person.document@backwards") is None
    assert binding_of("household", "person.document@whole") is None


def test_a_list_asks_neither_for_switched_fields_nor_for_care_groups() -> None:
    assert not {"person.ethnic", "person.political", "person.care"} & fields("person").keys()
    assert fields("person")["person.document"].is_sealed and not fields("person")["person.name"].is_sealed


def test_headings_of_departments_are_known() -> None:
    names = named("person")
    assert (names["身份证号"], names["年龄"], names["序号"]) == (
        "person.document",
        "person.age",
        "row.number",
    )
    assert named("household")["户主姓名"] == "household.head"


def test_the_title_of_a_form_says_whose_rows_it_has() -> None:
    assert rows_named("云岩区最低生活保障对象花名册") == "care.minimum_allowance"
    assert rows_named("80岁以上老人花名册") == "people.age.80" and rows_named("登记表") == ""
    assert (
        care_of(selections()["care.disabled"]) == "disabled" and care_of(selections()["people.age.80"]) == ""
    )
    assert "cases.received" not in selections(), "cases are no list of a form"
