"""Life events as people record them on the pages of a person and of a household, and take them back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.registry.models import Care, Household, Membership, Person, Residence
from linli.registry.tests.district import Lived, citizen_id, settle
from linli.registry.views.deeds import HOUSEHOLD_PAGES, PERSON_PAGES
from linli.territory.models import Compound
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(cast: Cast) -> Lived:
    found = settle(cast)
    Compound.objects.filter(pk=found.buildings[0].compound_id).update(name="宏福花园")
    return found


@pytest.fixture
def community(client: Client, cast: Cast) -> Client:
    client.force_login(cast.users["community"])
    return client


def record(client: Client, about: Person | Household, what: str, **given: Any) -> Any:
    where = "registry:person_deed" if isinstance(about, Person) else "registry:household_deed"
    common = {"on": timezone.localdate().isoformat(), "origin": "community"}
    return client.post(reverse(where, args=[about.uid, what]), common | given, follow=True)


def person(lived: Lived, place: int = 0) -> Person:
    return Person.objects.get(pk=lived.people[place])


def home_of(who: Person) -> Household:
    return Membership.objects.select_related("household").get(person=who, valid_to=None).household


@pytest.mark.parametrize("what", sorted(PERSON_PAGES))
def test_each_event_of_a_person_has_a_form_that_says_what_is_missing(
    community: Client, lived: Lived, what: str
) -> None:
    address = reverse("registry:person_deed", args=[person(lived).uid, what])
    assert community.get(address).status_code == 200
    refused = community.post(address, {"on": "", "origin": ""})
    assert refused.status_code == 422 and "has-error" in refused.content.decode()


@pytest.mark.parametrize("what", sorted(HOUSEHOLD_PAGES))
def test_each_event_of_a_household_has_a_form(community: Client, lived: Lived, what: str) -> None:
    address = reverse("registry:household_deed", args=[home_of(person(lived)).uid, what])
    assert community.get(address).status_code == 200


def test_a_new_name_is_recorded_and_taken_back(community: Client, lived: Lived) -> None:
    who = person(lived)
    page = record(community, who, "name", name="王秀莲")
    assert page.status_code == 200 and "已办理：变更姓名" in page.content.decode()
    changed = person(lived)
    assert (changed.name, changed.former_name) == ("王秀莲", "王秀英")
    undo = next(
        message.extra_tags[5:] for message in page.context["messages"] if "undo:" in message.extra_tags
    )
    community.post(undo)
    assert (person(lived).name, person(lived).former_name) == ("王秀英", "")


def test_somebody_moves_to_a_home_of_the_register_and_an_unknown_address_is_refused_with_what_to_do(
    community: Client, lived: Lived
) -> None:
    who = person(lived)
    wrong = record(community, who, "move", address="没有这个小区9栋9单元901室", kind="renting")
    assert wrong.status_code == 422 and "没有找到这个地址" in wrong.content.decode()
    where = "宏福花园3栋1单元101室"
    assert record(community, who, "move", address=where, kind="renting").status_code == 200
    lives = Residence.objects.filter(person=who, valid_to=None).exclude(kind="registered").get()
    assert lives.kind == "renting" and lives.dwelling_id in {each.pk for each in lived.dwellings}


def test_whoever_moves_out_of_the_family_is_a_household_of_the_own(community: Client, lived: Lived) -> None:
    who, where = person(lived), "宏福花园3栋2单元301室"
    before = home_of(who)
    record(community, who, "move", address=where, kind="usual", home="own")
    home = home_of(who)
    assert (home.head_id, home.size, home.address.endswith("301室")) == (who.pk, 1, True)
    before.refresh_from_db()
    assert not Membership.objects.filter(household=before, person=who, valid_to=None).exists()
    words = "这个地址没有对应到登记的房屋"
    beyond = record(
        community, who, "move", address="外省某地", outside="on", kind="usual", home="there", relation="97"
    )
    assert words in str(beyond.context["form"].errors["home"])


def test_a_correction_changes_only_what_was_changed_and_an_old_form_is_refused(
    community: Client, lived: Lived
) -> None:
    who = person(lived)
    form = {
        "sex": who.sex,
        "birth": who.birth.isoformat() if who.birth else "",
        "education": "70",
        "work": who.work,
        "phones": "",
        "version": who.version,
    }
    assert record(community, who, "correct", **form).status_code == 200
    assert person(lived).education == "70" and person(lived).phones == who.phones
    stale = record(community, who, "correct", **(form | {"education": "60"}))
    assert stale.status_code == 422 and "刚刚被他人改过" in stale.content.decode()


def test_a_death_ends_household_and_home_and_no_more_events_are_offered(
    community: Client, lived: Lived
) -> None:
    who = person(lived, 4)
    page = record(community, who, "death")
    assert (
        person(lived, 4).state == "dead" and not Membership.objects.filter(person=who, valid_to=None).exists()
    )
    assert "办理变更" not in page.content.decode()


def test_a_group_of_care_is_recorded_by_whom_the_group_is_open_to(
    community: Client, lived: Lived, client: Client, cast: Cast
) -> None:
    who = person(lived, 2)
    before = Care.objects.filter(person=who, valid_to=None).count()
    record(community, who, "care", group="disabled", basis="残疾人证")
    assert Care.objects.filter(person=who, valid_to=None).count() == before + 1
    client.force_login(cast.users["grid"])
    form = client.get(reverse("registry:person_deed", args=[person(lived, 0).uid, "care"]))
    assert (
        form.status_code == 200
        and "独居老人" in form.content.decode()
        and "残疾人" not in form.content.decode()
    )


def test_a_child_is_born_into_a_household_and_a_member_becomes_its_head(
    community: Client, lived: Lived
) -> None:
    home = home_of(person(lived))
    record(community, home, "birth", name="王小米", sex="2", parent=home.head_id)
    child = Person.objects.get(name="王小米")
    assert child.birth == timezone.localdate() and home_of(child) == home
    record(community, home, "head", person=child.pk)
    home.refresh_from_db()
    assert home.head_id == child.pk


def test_the_way_back_after_a_birth_takes_back_the_birth_and_nothing_of_before(
    community: Client, lived: Lived
) -> None:
    who = person(lived)
    home = home_of(who)
    record(community, who, "name", name="王秀莲")
    page = record(community, home, "birth", name="王小米", sex="2", parent=home.head_id)
    undo = next(
        message.extra_tags[5:] for message in page.context["messages"] if "undo:" in message.extra_tags
    )
    community.post(undo)
    assert not Membership.objects.filter(person__name="王小米", valid_to=None).exists()
    assert person(lived).name == "王秀莲"


def test_somebody_new_is_registered_at_a_home_and_lands_on_the_own_page(
    community: Client, lived: Lived
) -> None:
    given = {
        "name": "赵新来", "sex": "1", "birth": "1990-01-01", "document": citizen_id(901, 1990), "phones": "13885119999",
        "address": "宏福花园3栋1单元101室", "kind": "usual", "on": timezone.localdate().isoformat(), "origin": "community",
    }  # fmt: skip
    page = community.post(reverse("registry:person_add"), given, follow=True)
    assert page.status_code == 200 and "赵新来" in page.content.decode()
    assert Person.objects.get(name="赵新来").birth == date(1990, 1, 1)


def test_nobody_without_the_verb_records_or_takes_back_anything(
    client: Client, cast: Cast, lived: Lived
) -> None:
    client.force_login(cast.users["auditor"])
    who = person(lived)
    assert client.get(reverse("registry:person_deed", args=[who.uid, "name"])).status_code == 403
    assert client.post(reverse("registry:person_undo", args=[who.uid, 1])).status_code == 403
    assert client.get(reverse("registry:person_add")).status_code == 403
