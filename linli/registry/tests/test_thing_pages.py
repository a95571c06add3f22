"""Organisations and components registered, corrected, closed and removed by hand on their pages, and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.kernel.audit.models import Event
from linli.registry.models import Component, Organisation, Staff
from linli.registry.queries.sealed import Opener
from linli.registry.tests.district import GRIDS, Lived, citizen_id, draw_grids, settle
from linli.registry.views.thing_deeds import COMPONENT_PAGES, ORGANISATION_PAGES
from linli.territory.models import Compound
from tests.cast import Cast

pytestmark = pytest.mark.django_db

GRID = GRIDS[0]
USCC, WRONG_USCC = "91520103MA6DKQ1L1M", "91520103MA6DKQ1L1A"
INSIDE, BEYOND, NOWHERE = "106.705000,26.605000", "106.715000,26.605000", "100.000000,30.000000"


@pytest.fixture
def lived(cast: Cast) -> Lived:
    found = settle(cast)
    Compound.objects.filter(pk=found.buildings[0].compound_id).update(name="宏福花园")
    draw_grids()
    return found


@pytest.fixture
def community(client: Client, cast: Cast) -> Client:
    client.force_login(cast.users["community"])
    return client


def send(client: Client, where: str, *args: Any, **given: Any) -> Any:
    common = {"on": timezone.localdate().isoformat(), "origin": "community"}
    return client.post(reverse(f"registry:{where}", args=args), common | given, follow=True)


def said(answer: Any) -> str:
    return str(answer.content.decode())


def at_field(answer: Any, name: str) -> str:
    """What is said to be wrong at a field of a form that came back."""
    assert answer.status_code == 422
    return "；".join(str(each) for each in answer.context["form"].errors.get(name, []))


def way_back(answer: Any) -> str:
    return next(
        message.extra_tags[5:] for message in answer.context["messages"] if "undo:" in message.extra_tags
    )


def shop(lived: Lived) -> Organisation:
    return Organisation.objects.get(pk=lived.organisations[2])


def well() -> Component:
    return Component.objects.get(code="5201030101000000")


SHOP = {"name": "大营路小卖部", "uscc": USCC, "kind": "small_shop", "contact": "王芳", "phones": "13885100001", "address": "宏福花园3栋"}  # fmt: skip
LAMP = {"kind": "0101", "place": "大营路12号门前", "state": "good", "point": INSIDE}


def test_the_lists_lead_whoever_may_to_registering_and_nobody_else(
    community: Client, cast: Cast, lived: Lived
) -> None:
    for name, words in (("organisations", "登记单位"), ("components", "登记部件")):
        community.force_login(cast.users["community"])
        assert words in said(community.get(reverse(f"registry:{name}")))
    community.force_login(cast.users["auditor"])
    assert community.get(reverse("registry:organisation_add")).status_code == 403
    assert community.get(reverse("registry:component_add")).status_code == 403
    assert community.post(reverse("registry:organisation_undo", args=[shop(lived).uid, 1])).status_code == 403


def test_an_organisation_is_registered_in_its_building_and_taken_back(
    community: Client, lived: Lived
) -> None:
    page = send(community, "organisation_add", **SHOP)
    made = Organisation.objects.get(name="大营路小卖部")
    assert page.status_code == 200 and "大营路小卖部" in said(page) and "王芳" not in said(page)
    assert made.building_id == lived.buildings[0].pk and made.lon == lived.buildings[0].lon
    assert Opener().contact(made) == "王芳"
    assert Event.objects.get(name="registry.organisation_added").subject_id == made.pk
    page = community.post(way_back(page), follow=True)
    assert page.redirect_chain[-1][0] == reverse("registry:organisations") and "已撤销" in said(page)
    assert not Organisation.objects.filter(pk=made.pk).exists()


def test_an_organisation_at_no_known_building_is_put_on_the_map_or_into_a_grid(
    community: Client, lived: Lived
) -> None:
    nowhere = send(community, "organisation_add", **SHOP | {"address": "大营路尽头"})
    assert "在地图上点出位置" in at_field(nowhere, "address")
    send(community, "organisation_add", **SHOP | {"address": "大营路尽头", "point": INSIDE})
    made = Organisation.objects.get(name="大营路小卖部")
    assert (made.lon, made.lat) == (106.705, 26.605) and made.path.endswith(f"{GRID}/")
    send(
        community, "organisation_add", **SHOP | {"uscc": "", "name": "分店", "address": "某处", "unit": GRID}
    )
    assert Organisation.objects.get(name="分店").path.endswith(f"{GRID}/")


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"uscc": WRONG_USCC}, "uscc", "校验"),
        ({"name": ""}, "name", "必填"),
        ({"phones": "123"}, "phones", "电话"),
        ({"point": "这里"}, "point", "英文逗号"),
        ({"point": "1,2", "address": "某处"}, "point", "可能的范围"),
        ({"point": NOWHERE, "address": "某处"}, "point", "不在任何网格"),
    ],
)
def test_what_is_wrong_with_an_organisation_is_said_at_its_field(
    community: Client, lived: Lived, wrong: dict[str, str], field: str, words: str
) -> None:
    answer = send(community, "organisation_add", **SHOP | wrong)
    assert words in at_field(answer, field), answer.context["form"].errors
    assert not Organisation.objects.filter(name="大营路小卖部").exists()


def test_an_organisation_beyond_the_own_territory_is_left_to_those_who_are_there(
    community: Client, lived: Lived
) -> None:
    answer = send(community, "organisation_add", **SHOP | {"address": "某处", "point": BEYOND})
    assert answer.status_code == 422 and "由那里的社区登记" in said(answer)


def test_a_code_that_another_organisation_has_is_refused_at_its_field(
    community: Client, lived: Lived
) -> None:
    send(community, "organisation_add", **SHOP)
    again = send(community, "organisation_add", **SHOP | {"name": "另一家"})
    assert "已经登记" in at_field(again, "uscc")


@pytest.mark.parametrize("what", sorted(ORGANISATION_PAGES))
def test_each_deed_on_an_organisation_has_a_form_that_says_what_is_missing(
    community: Client, lived: Lived, what: str
) -> None:
    address = reverse("registry:organisation_deed", args=[shop(lived).uid, what])
    assert community.get(address).status_code == 200
    assert "has-error" in said(community.post(address, {"on": "", "origin": ""}))


def correction(row: Organisation, **changed: Any) -> dict[str, Any]:
    return {
        "name": row.name, "uscc": "", "kind": row.kind, "staff_count": row.staff_count, "opened_on": "", "contact": "", "phones": "",
        "version": row.version, **changed,
    }  # fmt: skip


def test_an_organisation_is_corrected_and_who_to_call_stays_unless_written_anew(
    community: Client, lived: Lived
) -> None:
    row = shop(lived)
    row.uscc = ""
    row.save(update_fields=["uscc"])
    send(community, "organisation_deed", row.uid, "correct", **correction(row, name="宏福饭店", uscc=USCC))
    changed = shop(lived)
    assert (changed.name, changed.uscc, Opener().contact(changed)) == ("宏福饭店", USCC, "马东升")
    nothing = send(community, "organisation_deed", row.uid, "correct", **correction(changed, uscc=USCC))
    assert nothing.status_code == 422 and "没有改动" in said(nothing)
    stale = send(community, "organisation_deed", row.uid, "correct", **correction(row, name="别名"))
    assert "刚刚被他人改过" in said(stale)


def test_an_organisation_moves_and_what_was_known_of_the_old_place_goes(
    community: Client, lived: Lived
) -> None:
    row = shop(lived)
    assert row.lon is not None
    send(community, "organisation_deed", row.uid, "move", address="大营路尽头", unit=GRID)
    moved = shop(lived)
    assert (moved.address, moved.lon, moved.lat, moved.building_id) == ("大营路尽头", None, None, None)
    page = send(community, "organisation_deed", row.uid, "move", address="大营路2号", point=INSIDE)
    assert shop(lived).lon == 106.705 and "变更地址" in said(page)


def test_a_closed_organisation_offers_nothing_more_and_opens_by_taking_that_back(
    community: Client, lived: Lived
) -> None:
    row = shop(lived)
    page = send(community, "organisation_deed", row.uid, "close")
    assert shop(lived).state == "closed" and "办理变更" not in said(page)
    page = community.post(way_back(page), follow=True)
    assert shop(lived).state == "open" and "办理变更" in said(page)


def test_who_works_in_an_organisation_is_recorded_ends_and_is_taken_back(
    community: Client, lived: Lived
) -> None:
    row, number = shop(lived), citizen_id(0, 1935)
    assert "从业人员离职" not in said(community.get(reverse("registry:organisation", args=[row.uid])))
    nobody = send(community, "organisation_deed", row.uid, "staff", name="", post="店长")
    assert "请填写姓名" in at_field(nobody, "name")
    unknown = send(community, "organisation_deed", row.uid, "staff", document=citizen_id(900, 1960))
    assert "请只写姓名" in at_field(unknown, "document")
    page = send(community, "organisation_deed", row.uid, "staff", document=number, post="店长")
    assert "王秀英" in said(page) and "店长" in said(page) and number not in said(page)
    one = Staff.objects.get(organisation=row)
    page = send(community, "organisation_deed", row.uid, "staff-end", staff=one.pk)
    assert not Staff.objects.filter(valid_to=None).exists() and "从业人员离职" in said(page)
    community.post(way_back(page))
    assert Staff.objects.filter(valid_to=None).count() == 1


def test_a_component_is_registered_by_a_point_on_the_map_and_is_given_a_code(
    community: Client, lived: Lived
) -> None:
    page = send(community, "component_add", **LAMP)
    made = Component.objects.get(place="大营路12号门前")
    assert page.status_code == 200 and made.path.endswith(f"{GRID}/") and made.code == "5201030101900001"
    assert (made.lon, made.lat, made.state) == (106.705, 26.605, "good")
    send(community, "component_add", **LAMP | {"place": "大营路14号门前"})
    assert Component.objects.get(place="大营路14号门前").code == "5201030101900002"
    page = community.post(way_back(page), follow=True)
    assert not Component.objects.filter(pk=made.pk).exists()
    assert page.redirect_chain[-1][0] == reverse("registry:components")


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"kind": ""}, "kind", "必填"),
        ({"point": ""}, "point", "在地图上点出位置"),
        ({"point": NOWHERE}, "point", "不在任何网格"),
        ({"code": "5201030101000000"}, "code", "已经登记"),
        ({"installed_on": "2099-01-01"}, "installed_on", ""),
    ],
)
def test_what_is_wrong_with_a_component_is_said_at_its_field(
    community: Client, lived: Lived, wrong: dict[str, str], field: str, words: str
) -> None:
    answer = send(community, "component_add", **LAMP | wrong)
    assert at_field(answer, field) and words in at_field(answer, field), answer.context["form"].errors


@pytest.mark.parametrize("what", sorted(COMPONENT_PAGES))
def test_each_deed_on_a_component_has_a_form_that_says_what_is_missing(
    community: Client, lived: Lived, what: str
) -> None:
    address = reverse("registry:component_deed", args=[well().code, what])
    assert community.get(address).status_code == 200
    assert "has-error" in said(community.post(address, {"on": "", "origin": ""}))


def test_a_component_is_corrected_to_another_point_and_taken_back(community: Client, lived: Lived) -> None:
    row = well()
    form = {
        "kind": row.kind, "code": row.code, "place": row.place, "owner": "路灯管理所", "keeper": row.keeper,
        "installed_on": row.installed_on, "point": INSIDE, "version": row.version,
    }  # fmt: skip
    page = send(community, "component_deed", row.code, "correct", **form)
    assert (well().owner, well().lon) == ("路灯管理所", 106.705) and well().path.endswith(f"{GRID}/")
    community.post(way_back(page))
    assert (well().owner, well().lon) == (row.owner, row.lon)


def test_a_code_that_was_corrected_leads_to_the_page_under_the_new_one_and_back(
    community: Client, lived: Lived
) -> None:
    row = well()
    form = {
        "kind": row.kind, "code": "5201030101000777", "place": row.place, "owner": row.owner, "keeper": row.keeper,
        "installed_on": row.installed_on, "point": f"{row.lon:.6f},{row.lat:.6f}", "version": row.version,
    }  # fmt: skip
    page = send(community, "component_deed", row.code, "correct", **form)
    assert page.redirect_chain[-1][0] == reverse("registry:component", args=["5201030101000777"])
    page = community.post(way_back(page), follow=True)
    assert page.redirect_chain[-1][0] == reverse("registry:component", args=["5201030101000000"])


def test_a_component_is_found_damaged_then_removed_then_whole_again(community: Client, lived: Lived) -> None:
    code = well().code
    send(community, "component_deed", code, "state", state="damaged")
    assert well().state == "damaged"
    page = send(community, "component_deed", code, "remove")
    assert well().state == "removed" and reverse(
        "registry:component_deed", args=[code, "remove"]
    ) not in said(page)
    send(community, "component_deed", code, "state", state="good")
    assert well().state == "good"


def test_a_component_of_others_is_not_there(community: Client, cast: Cast, lived: Lived) -> None:
    community.force_login(cast.users["stranger"])
    for what in COMPONENT_PAGES:
        assert community.get(reverse("registry:component_deed", args=[well().code, what])).status_code == 404
    assert (
        community.get(reverse("registry:organisation_deed", args=[shop(lived).uid, "close"])).status_code
        == 404
    )
