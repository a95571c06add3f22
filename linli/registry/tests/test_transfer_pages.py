"""Somebody who lives in another unit's territory is found by the whole document and brought over; and comes back who had left."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.kernel.audit.models import Event
from linli.registry.models import Household, Membership, Person, Residence
from linli.registry.tests.district import GRIDS, Lived, citizen_id, settle, taker_of
from linli.registry.views import transfers
from linli.territory.models import Compound
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ELSEWHERE, NUMBER = 2, citizen_id(2, 1939)
"""王伟 of the first grid, whom the officer of the second community does not see."""


@pytest.fixture
def lived(cast: Cast) -> Lived:
    found = settle(cast)
    Compound.objects.filter(pk=found.buildings[1].compound_id).update(name="友谊花园")
    return found


@pytest.fixture
def taker(client: Client, cast: Cast, lived: Lived) -> Client:
    client.force_login(taker_of(cast))
    return client


def find(client: Client, number: str = NUMBER, why: str = "租住本社区，核对后转入") -> Any:
    return client.post(reverse("registry:find"), {"number": number, "why": why})


def bring(client: Client, ticket: str, **given: Any) -> Any:
    form = {
        "ticket": ticket, "address": "友谊花园3栋1单元101室", "kind": "renting", "home": "stay", "on": timezone.localdate().isoformat(), "origin": "community",
    }  # fmt: skip
    return client.post(reverse("registry:transfer"), form | given, follow=True)


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_who_was_found_elsewhere_is_brought_over_with_the_day_and_the_new_home_and_taken_back(
    taker: Client, lived: Lived
) -> None:
    who = Person.objects.get(pk=lived.people[ELSEWHERE])
    found = find(taker)
    assert "王*" in said(found) and "王伟" not in said(found) and NUMBER not in said(found)
    assert Event.objects.get(name="registry.person_found").note == "租住本社区，核对后转入"
    asked = taker.post(reverse("registry:transfer"), {"ticket": found.context["ticket"]})
    assert asked.status_code == 200 and "冠竹苑社区" in said(asked) and "王伟" not in said(asked)
    page = bring(taker, found.context["ticket"])
    assert page.redirect_chain[-1][0] == reverse("registry:person", args=[who.uid])
    assert "王伟" in said(page) and "已办理：办理转入" in said(page)
    lives = Residence.objects.get(person=who, valid_to=None)
    who.refresh_from_db()
    assert lives.kind == "renting" and who.path.endswith(f"{GRIDS[1]}/")
    undo = next(
        message.extra_tags[5:] for message in page.context["messages"] if "undo:" in message.extra_tags
    )
    page = taker.post(undo, follow=True)
    who.refresh_from_db()
    assert who.path.endswith(f"{GRIDS[0]}/")
    assert page.redirect_chain[-1][0] == reverse("registry:people"), (
        "the person is not seen from here any more"
    )


def test_an_address_that_is_not_there_is_said_at_its_field_and_the_person_stays_found(
    taker: Client, lived: Lived
) -> None:
    ticket = find(taker).context["ticket"]
    wrong = bring(taker, ticket, address="没有的小区1栋")
    assert wrong.status_code == 422 and "没有找到这个地址" in str(wrong.context["form"].errors["address"])
    assert wrong.context["form"]["ticket"].value() == ticket
    beyond = bring(taker, ticket, address="金龙小区13栋1单元101室")
    assert beyond.status_code == 422


def test_nobody_is_brought_over_who_was_not_found_by_this_person_just_now(
    taker: Client, cast: Cast, lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = find(taker).context["ticket"]
    for given in ("", "made up", ticket[:-1] + ("a" if ticket[-1] != "a" else "b")):
        page = bring(taker, given)
        assert page.redirect_chain[-1][0] == reverse("registry:find") and "请先凭证件号码查找" in said(page)
    taker.force_login(cast.users["street"])
    assert bring(taker, ticket).redirect_chain[-1][0] == reverse("registry:find")
    taker.force_login(cast.users["community"])
    assert taker.post(reverse("registry:transfer"), {"ticket": ticket}).status_code == 403
    taker.force_login(taker_of(cast))
    monkeypatch.setattr(transfers, "GOOD_FOR", -1)
    assert bring(taker, ticket).redirect_chain[-1][0] == reverse("registry:find")


def test_who_may_find_but_not_transfer_is_told_whom_to_ask(client: Client, cast: Cast, lived: Lived) -> None:
    client.force_login(cast.users["stranger"])
    found = find(client)
    assert "请联系该社区" in said(found) and reverse("registry:transfer") not in said(found)


def test_who_is_not_in_the_register_is_registered_and_what_was_typed_stays_out_of_the_address(
    taker: Client,
) -> None:
    found = find(taker, number=citizen_id(900, 1960))
    assert f'href="{reverse("registry:person_add")}"' in said(found)
    assert citizen_id(900, 1960) not in said(found)


def test_who_has_left_comes_back_from_the_own_page(client: Client, cast: Cast, lived: Lived) -> None:
    who = Person.objects.get(pk=lived.people[31])
    client.force_login(cast.users["stranger"])
    page = client.get(reverse("registry:person", args=[who.uid]))
    assert "迁回" in said(page) and "变更姓名" not in said(page)
    given = {
        "address": "友谊花园3栋1单元102室",
        "kind": "usual",
        "on": timezone.localdate().isoformat(),
        "origin": "community",
    }
    page = client.post(reverse("registry:person_deed", args=[who.uid, "return"]), given, follow=True)
    who.refresh_from_db()
    assert who.state == "present" and "变更姓名" in said(page)


def homes_of(who: Person) -> list[Household]:
    """The households that somebody belongs to now, wherever they are."""
    return [each.household for each in Membership.objects.select_related("household").filter(person=who, valid_to=None)]  # fmt: skip


def test_whoever_is_brought_over_is_asked_for_the_household_there(taker: Client, lived: Lived) -> None:
    ticket = find(taker).context["ticket"]
    unsaid = bring(taker, ticket, home="")
    assert unsaid.status_code == 422 and "has-error" in said(unsaid)
    bare = bring(taker, ticket, home="there")
    assert "请选择与户主关系" in str(bare.context["form"].errors["relation"])


def test_whoever_is_brought_over_is_a_household_of_the_own_or_stays_in_the_old_one(
    taker: Client, lived: Lived
) -> None:
    who = Person.objects.get(pk=lived.people[ELSEWHERE])
    (before,) = homes_of(who)
    size = before.size
    page = bring(taker, find(taker).context["ticket"], home="own")
    (home,) = homes_of(who)
    assert (home.size, home.head_id, home.path) == (1, who.pk, Person.objects.get(pk=who.pk).path)
    before.refresh_from_db()
    assert before.size == size - 1
    undo = next(
        message.extra_tags[5:] for message in page.context["messages"] if "undo:" in message.extra_tags
    )
    taker.post(undo)
    before.refresh_from_db()
    assert homes_of(who) == [before] and before.size == size


def test_whoever_is_brought_over_joins_the_household_of_the_address(taker: Client, lived: Lived) -> None:
    who = Person.objects.get(pk=lived.people[ELSEWHERE])
    ticket = find(taker).context["ticket"]
    nobody = bring(taker, ticket, home="there", relation="97")
    assert "没有登记这样的家庭户" in str(nobody.context["form"].errors["home"])
    home, other = Household.objects.filter(path__endswith=f"{GRIDS[1]}/").order_by("pk")[:2]
    assert home.head is not None and other.head is not None and home.dwelling_id == other.dwelling_id
    where = {"address": f"友谊花园3栋1单元{home.dwelling.room}室", "home": "there", "relation": "97"}
    several = bring(taker, ticket, **where)
    assert home.head.name in str(several.context["form"].errors["head"])
    assert other.head.name in str(several.context["form"].errors["head"])
    size = home.size
    again = bring(taker, ticket, **where, head=home.head.name)
    assert home.number in str(again.context["form"].errors["head"]), "both heads have the same name"
    assert bring(taker, ticket, **where, head=home.number).status_code == 200
    home.refresh_from_db()
    assert homes_of(who) == [home] and home.size == size + 1
    assert Membership.objects.get(person=who, valid_to=None).relation == "97"
