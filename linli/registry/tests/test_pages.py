"""The pages of persons, households, buildings, organisations and components, as people of the district use them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.kernel.accounts.roles import roles
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.privacy import context
from linli.registry.models import Household, Membership, Organisation, Person
from linli.registry.policy import persons_for
from linli.registry.queries.buildings import show_building
from linli.registry.queries.persons import person_for
from linli.registry.search import find_people
from linli.registry.tests.district import PHONE, Lived, citizen_id, settle
from tests.cast import TESTER, Cast

pytestmark = pytest.mark.django_db

PLACES = (
    "520103019001001", "520103019002001", "520103019001", "520103019002", "520103019", "520103", "D01", "",
)  # fmt: skip


@pytest.fixture
def lived(cast: Cast) -> Lived:
    return settle(cast)


def at(client: Client, cast: Cast, who: str) -> Client:
    client.force_login(cast.users[who])
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def page_of(person: Person, what: str = "person") -> str:
    return reverse(f"registry:{what}", args=[person.uid])


def test_a_person_is_shown_masked_with_household_home_and_care(
    cast: Cast, client: Client, lived: Lived
) -> None:
    person = Person.objects.get(pk=lived.people[0])
    shown = text_of(at(client, cast, "community").get(page_of(person)))
    number = citizen_id(0, 1935)
    assert "王秀英" in shown and f"{number[:6]}********{number[-4:]}" in shown and "138****0001" in shown
    assert number not in shown and PHONE not in shown
    assert "户号 H0000" in shown and "独居老人" in shown and "金龙小区3栋1单元" in shown
    assert "民族" not in shown


def test_opening_a_persons_page_is_written_down(cast: Cast, client: Client, lived: Lived) -> None:
    person = Person.objects.get(pk=lived.people[0])
    at(client, cast, "community").get(page_of(person))
    event = Event.objects.get(name="registry.person_seen")
    assert event.subject_id == person.pk and event.actor_id == cast.users["community"].pk
    assert event.subject_label == "王**"


@pytest.mark.parametrize("who", ["stranger", "security", "clerk"])
def test_who_may_not_see_a_person_learns_nothing(cast: Cast, client: Client, lived: Lived, who: str) -> None:
    person = Person.objects.get(pk=lived.people[0])
    for what in ("person", "person_reveal"):
        answer = at(client, cast, who).get(page_of(person, what))
        assert answer.status_code in (403, 404) and "王秀英" not in text_of(answer)
    assert not Event.objects.filter(name="registry.person_seen").exists()


@pytest.mark.parametrize("role", sorted(roles()))
def test_each_role_at_each_place_sees_the_persons_of_its_policy(cast: Cast, lived: Lived, role: str) -> None:
    """Through the page's own question, under the row policies."""
    everyone = list(Person.objects.order_by("pk"))
    for code in PLACES:
        unit = cast.unit(code) if code else None
        actor = Actor(
            "某人",
            user_id=1,
            role=role,
            unit=code,
            scope=unit.path if unit else "",
            verbs=roles()[role].verbs,
        )
        context.set_viewer(TESTER)
        allowed = set(persons_for(actor).values_list("uid", flat=True))
        inside = actor.may("registry.view") and bool(actor.scope)
        assert allowed == {
            each.uid
            for each in everyone
            if inside and any(path.startswith(actor.scope) for path in (each.path, each.registered_path))
        }
        context.set_viewer(actor)
        seen = {each.uid for each in everyone if person_for(actor, each.uid)}
        context.set_viewer(TESTER)
        assert seen == allowed, (role, code)


def test_document_and_phone_are_shown_for_a_purpose_and_the_look_is_written_down(
    cast: Cast, client: Client, lived: Lived
) -> None:
    person = Person.objects.get(pk=lived.people[0])
    browser, url = at(client, cast, "community"), page_of(person, "person_reveal")
    assert "查看用途" in text_of(browser.get(url))
    assert browser.post(url, {"purpose": ""}).status_code == 422
    assert not Event.objects.filter(name="privacy.revealed").exists()
    clear = text_of(browser.post(url, {"purpose": "visit"}, HTTP_HX_REQUEST="true"))
    assert citizen_id(0, 1935) in clear and PHONE in clear and "已记录本次查看" in clear
    event = Event.objects.get(name="privacy.revealed")
    assert event.subject_id == person.pk and event.after["field"] == "证件号码、电话"


def test_care_groups_are_shown_to_whose_verbs_open_them(cast: Cast, client: Client, lived: Lived) -> None:
    disabled = next(
        each
        for each in Person.objects.filter(pk__in=lived.people[:9])
        if (each.pk - lived.people[0]) % 6 == 4
    )
    assert "残疾人" in text_of(at(client, cast, "community").get(page_of(disabled)))
    worker = text_of(at(client, cast, "grid").get(page_of(disabled)))
    assert "残疾人" not in worker and "关爱登记" not in worker


def test_a_merged_record_leads_to_the_one_it_went_into(cast: Cast, client: Client, lived: Lived) -> None:
    into, gone = Person.objects.get(pk=lived.people[0]), Person.objects.get(pk=lived.people[2])
    Person.objects.filter(pk=gone.pk).update(state=Person.State.MERGED, merged_into=into)
    answer = at(client, cast, "community").get(page_of(gone))
    assert answer.status_code == 302 and answer.url == page_of(into)


def test_a_past_day_shows_the_household_of_that_day(cast: Cast, client: Client, lived: Lived) -> None:
    person = Person.objects.get(pk=lived.people[0])
    Membership.objects.filter(person=person).update(valid_to=date(2023, 1, 1))
    browser = at(client, cast, "community")
    assert "还没有登记家庭户" in text_of(browser.get(page_of(person)))
    before = text_of(browser.get(page_of(person), {"on": "2022-06-01"}))
    assert "户号 H0000" in before and "这是 2022年6月1日" in before


def test_a_household_stands_in_generations(cast: Cast, client: Client, lived: Lived) -> None:
    household = Household.objects.get(pk=lived.households[0])
    shown = text_of(at(client, cast, "community").get(reverse("registry:household", args=[household.uid])))
    places = [shown.index(title) for title in ("父辈", "户主一辈", "子辈")]
    assert places == sorted(places)
    stranger = at(client, cast, "stranger").get(reverse("registry:household", args=[household.uid]))
    assert stranger.status_code == 404


def test_a_building_shows_who_lives_where(cast: Cast, client: Client, lived: Lived) -> None:
    url = reverse("registry:building", args=[lived.buildings[0].pk])
    shown = text_of(at(client, cast, "community").get(url))
    assert shown.count('class="r-home') > 12 and "王秀英" in shown and "3 层" in shown and "2单元" in shown
    assert shown.index("3 层") < shown.index("1 层")
    assert at(client, cast, "stranger").get(url).status_code == 404
    assert at(client, cast, "security").get(url).status_code == 403


def test_a_building_asks_the_same_few_questions_however_many_live_there(
    cast: Cast, client: Client, lived: Lived
) -> None:
    actor = cast.actors["community"]
    context.set_viewer(actor)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        shown = show_building(actor, lived.buildings[0])
    context.set_viewer(TESTER)
    assert len(asked) <= 6 and shown.homes == 12 and shown.people > 12


def test_names_in_a_building_are_masked_for_who_does_not_visit(cast: Cast, lived: Lived) -> None:
    visitor = cast.actors["community"]
    keeper = replace(visitor, verbs=visitor.verbs - {"registry.visit"})
    names = {
        actor: {line.name for e in show_building(actor, lived.buildings[0]).entrances for f in e.floors for h in f.homes if h for line in h.lines}
        for actor in (visitor, keeper)
    }  # fmt: skip
    assert "王秀英" in names[visitor] and "王**" in names[keeper] and "王秀英" not in names[keeper]


def test_somebody_of_another_community_is_found_by_the_whole_document_alone(
    cast: Cast, client: Client, lived: Lived
) -> None:
    elsewhere = Person.objects.get(pk=lived.people[1])
    browser, url = at(client, cast, "community"), reverse("registry:find")
    given = {"number": citizen_id(1, 1937), "why": "新租户登记"}
    assert browser.post(url, {"number": "1937", "why": "试"}).status_code == 422
    shown = text_of(browser.post(url, given))
    assert "李**" in shown and "友谊花园社区" in shown and "李建国" not in shown
    assert page_of(elsewhere) not in shown
    event = Event.objects.get(name="registry.person_found")
    assert event.subject_id == elsewhere.pk and event.note == "新租户登记"
    assert "全区没有登记" in text_of(browser.post(url, given | {"number": citizen_id(900, 1960)}))
    assert Event.objects.filter(name="registry.person_found").count() == 2
    assert at(client, cast, "grid").get(url).status_code == 403


def test_the_search_box_finds_persons_by_name_document_and_phone(cast: Cast, lived: Lived) -> None:
    actor = cast.actors["community"]
    context.set_viewer(actor)
    found = {
        words: [hit.title for hit in find_people(actor, words).hits]
        for words in ("王秀英", citizen_id(0, 1935), PHONE, "0001", "秀", citizen_id(1, 1937))
    }
    context.set_viewer(TESTER)
    assert found["王秀英"] and set(found["王秀英"]) == {"王秀英"}
    assert found[citizen_id(0, 1935)] == found[PHONE] == found["0001"] == ["王秀英"]
    assert found["秀"] == [] and found[citizen_id(1, 1937)] == []


def test_an_organisation_shows_its_contact_masked_and_in_clear_for_a_purpose(
    cast: Cast, client: Client, lived: Lived
) -> None:
    row = Organisation.objects.get(pk=lived.organisations[2])
    browser = at(client, cast, "community")
    shown = text_of(browser.get(reverse("registry:organisation", args=[row.uid])))
    assert "宏福2号餐馆" in shown and "马**" in shown and "马东升" not in shown
    clear = browser.post(reverse("registry:organisation_reveal", args=[row.uid]), {"purpose": "service"})
    assert "马东升" in text_of(clear)


def test_a_component_says_whose_it_is_and_in_what_state(cast: Cast, client: Client, lived: Lived) -> None:
    shown = text_of(
        at(client, cast, "community").get(reverse("registry:component", args=["5201030101000000"]))
    )
    assert "上水井盖" in shown and "云岩区综合行政执法局" in shown and "完好" in shown


def test_a_compound_leads_on_to_its_buildings(cast: Cast, client: Client, lived: Lived) -> None:
    building = lived.buildings[0]
    shown = text_of(
        at(client, cast, "community").get(reverse("territory:compound", args=[building.compound_id]))
    )
    assert reverse("registry:building", args=[building.pk]) in shown
    assert reverse("registry:building", args=[building.pk]) not in text_of(
        at(client, cast, "leader").get(reverse("territory:compound", args=[building.compound_id]))
    )
