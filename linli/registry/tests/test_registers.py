"""The list of persons: what it finds, what it masks, and what it does not combine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import context
from linli.kernel.registers.engines.columns import ColumnEngine
from linli.kernel.registers.engines.sql import SqlEngine
from linli.kernel.registers.engines.store import ColumnStore
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.register import get
from linli.kernel.registers.selection import Selection
from linli.registry.models import Person, Residence
from linli.registry.rules.ages import age_on, years_before
from linli.registry.rules.kinship import by_generation, generation
from linli.registry.tests.district import PHONE, Lived, citizen_id, settle
from tests.cast import TESTER, Cast
from tests.lists import enter

pytestmark = pytest.mark.django_db

AREA = "106.699,26.599;106.701,26.599;106.701,26.601;106.699,26.601"
"""Around the first of the two buildings."""


@pytest.fixture
def lived(cast: Cast) -> Lived:
    return settle(cast)


def listed(actor: Actor, query: str = "", name: str = "persons") -> list[Any]:
    """The rows of a list, the same from memory and from the database."""
    register, found = get(name), []
    selection = replace(register.open_to(Selection.parse(register, QueryDict(query)), actor), size=200)
    ask = Ask(actor, timezone.now(), selection.as_of)
    context.set_viewer(actor)
    engines = (
        [SqlEngine()] if selection.as_of else [SqlEngine(), ColumnEngine(ColumnStore(register, own=True))]
    )
    for engine in engines:
        found.append(engine.answer(register, selection, ask))
    context.set_viewer(TESTER)
    assert len({tuple(row.pk for row in each.rows) for each in found}) == 1
    assert len({each.total for each in found}) == 1
    for each in found[1:]:
        assert counts(each) == counts(found[0])
    return found[0].rows


def counts(answer: Any) -> dict[str, dict[str, int]]:
    return {
        facet.filter.name: {option.value: option.count for option in facet.options if option.count}
        for facet in answer.facets
    }


def numbers(lived: Lived, rows: list[Any]) -> set[int]:
    """Which of the people these are, from 0."""
    return {row.pk - lived.people[0] for row in rows}


def test_people_are_listed_where_they_live_or_are_registered(cast: Cast, lived: Lived) -> None:
    found = numbers(lived, listed(cast.actors["community"]))
    assert found == {n for n in range(32) if n % 2 == 0 or n % 4 == 3} - {30, 31}


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("王", {n for n in range(30) if n % 8 in (0, 2)}),
        ("欧阳", {3, 11, 19, 27}),
        ("秀英", {0, 8, 16, 24}),
        (citizen_id(0, 1935), {0}),
        (citizen_id(2, 1939)[-4:].lower(), {2, 19}),  # and the phone of another
        (PHONE, {0}),
        ("0007", {6}),
        (f"王 {PHONE}", {0}),
        (citizen_id(1, 1937), set()),
    ],
)
def test_people_are_found_by_name_document_and_phone(
    cast: Cast, lived: Lived, text: str, wanted: set[int]
) -> None:
    query = QueryDict(mutable=True)
    query["q"] = text
    assert numbers(lived, listed(cast.actors["community"], query.urlencode())) == wanted


def test_a_list_masks_document_and_phone(cast: Cast, lived: Lived) -> None:
    page = enter(cast, "community").get("/people/").content.decode()
    number = citizen_id(0, 1935)
    assert number not in page and PHONE not in page
    assert f"{number[:6]}********{number[-4:]}" in page and "138****0001" in page


def test_an_age_is_counted_in_full_years(cast: Cast, lived: Lived) -> None:
    year = timezone.localdate().year
    found = numbers(lived, listed(cast.actors["community"], "age=70..80"))
    assert found == {
        n
        for n in range(30)
        if (n % 2 == 0 or n % 4 == 3) and 70 <= year - (1935 + 2 * n) < 80 and n % 11 != 10
    }


def test_what_is_missing_can_be_listed(cast: Cast, lived: Lived) -> None:
    community = cast.actors["community"]
    mine = numbers(lived, listed(community))
    assert numbers(lived, listed(community, "lacks=document")) == {n for n in mine if n % 5 == 4}
    assert numbers(lived, listed(community, "has=phones")) == {n for n in mine if n % 3 != 2}
    assert numbers(lived, listed(community, "confirmed_on=never")) == {n for n in mine if n % 6 == 5}
    assert numbers(lived, listed(community, "confirmed_on=old")) == {
        n for n in mine if n % 2 == 0 and n % 6 != 5
    }


def test_care_groups_are_listed_for_whose_verbs_open_them(cast: Cast, lived: Lived) -> None:
    assert numbers(lived, listed(cast.actors["community"], "care=disabled")) == {4, 7}
    assert numbers(lived, listed(cast.actors["grid"], "care=elderly_alone")) == {0, 3, 6}
    nobody = listed(cast.actors["grid"], "care=disabled")
    assert nobody == []
    without = replace(cast.actors["grid"], verbs=frozenset({"registry.view"}))
    register = get("persons")
    assert "care" not in [each.name for each in register.filters_for(without)]


def test_care_is_never_combined_with_a_drawn_area(cast: Cast, lived: Lived) -> None:
    client = enter(cast, "community")
    assert client.get("/people/", {"care": "disabled"}).status_code == 200
    assert client.get("/people/", {"drawn": AREA}).status_code == 200
    assert client.get("/people/", {"care": "disabled", "drawn": AREA}).status_code == 422


def test_a_drawn_area_holds_who_lives_in_its_buildings(cast: Cast, lived: Lived) -> None:
    found = numbers(lived, listed(cast.actors["street"], f"drawn={AREA}&state="))
    assert found == {n for n in range(32) if n % 2 == 0}
    homes = listed(cast.actors["street"], f"drawn={AREA}", "households")
    assert {row.path for row in homes} == {cast.unit("520103019001001").path}


def test_a_list_of_a_past_day_tells_who_was_there_and_where(cast: Cast, lived: Lived) -> None:
    moved, dead = lived.people[0], lived.people[30]
    Residence.objects.filter(person=moved).update(valid_to=date(2023, 1, 1))
    other = cast.unit("520103019002001").path
    Residence.objects.create(person_id=moved, kind="usual", path=other, valid_from=date(2023, 1, 1))
    Person.objects.filter(pk=moved).update(path=other)
    Person.objects.filter(pk=dead).update(died_on=date(2024, 5, 1))
    street = cast.actors["street"]
    before = listed(street, "as_of=2022-06-01&unit=520103019001001")
    assert {moved, dead} <= {row.pk for row in before}
    after = listed(street, "as_of=2024-06-01&unit=520103019001001")
    assert not {moved, dead} & {row.pk for row in after}
    (then,) = [row for row in before if row.pk == moved]
    assert get("persons").columns[5].words(then).startswith("冠竹苑社区")


def test_a_household_is_found_by_number_and_by_its_head(cast: Cast, lived: Lived) -> None:
    actor = cast.actors["community"]
    assert [row.number for row in listed(actor, "q=H0000", "households")] == ["H0000"]
    assert {row.head.name for row in listed(actor, "q=王秀英", "households")} == {"王秀英"}


def test_the_nine_kinds_of_small_places_are_one_choice(cast: Cast, lived: Lived) -> None:
    found = listed(cast.actors["street"], "group=small", "organisations")
    assert {row.kind for row in found} == {"small_shop", "small_restaurant"}


@pytest.mark.parametrize("address", ["/people/", "/households/", "/organisations/", "/components/"])
def test_each_list_leads_to_the_others_and_is_closed_to_others(
    cast: Cast, client: Client, lived: Lived, address: str
) -> None:
    page = enter(cast, "community").get(address)
    assert page.status_code == 200
    assert all(
        f'href="{other}"' in page.content.decode()
        for other in ("/people/", "/households/", "/organisations/")
    )
    assert enter(cast, "security").get(address).status_code == 403


@given(
    st.dates(date(1900, 1, 1), date(2030, 1, 1)),
    st.dates(date(1900, 1, 1), date(2030, 1, 1)),
    st.integers(0, 120),
)
def test_who_was_born_by_that_day_is_that_old(birth: date, day: date, years: int) -> None:
    if birth <= day:
        assert (age_on(birth, day) >= years) == (birth <= years_before(day, years))


def test_relations_stand_in_generations() -> None:
    assert [generation(code) for code in ("01", "10", "20", "38", "41", "51", "61", "75", "99", "")] == [
        0, 0, 1, 1, 2, -1, -2, 0, 9, 9,
    ]  # fmt: skip

    class Member:
        def __init__(self, relation: str) -> None:
            self.relation = relation

    rows = by_generation([Member(code) for code in ("20", "01", "51", "10", "99")])
    assert [(at, [each.relation for each in members]) for at, members in rows] == [
        (-1, ["51"]), (0, ["01", "10"]), (1, ["20"]), (9, ["99"]),
    ]  # fmt: skip
