"""A community worker records what happened to people, and takes back what was recorded by mistake."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from linli.registry.models import Membership, Person
from linli.registry.tests.district import settle
from tests.journeys.stage import Stage, behind_the_scene, box, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_new_name_is_recorded_and_taken_back_and_a_child_is_born(stage: Stage, size: str) -> None:
    with behind_the_scene():
        who = Person.objects.get(pk=settle(stage.cast).people[0])
        home = Membership.objects.select_related("household").get(person=who, valid_to=None).household
    page = stage.enter("community", size)
    page.goto(f"/people/{who.uid}/")
    page.get_by_role("link", name="变更姓名").click()
    box(page, "新的姓名").fill("王秀莲")
    whole(page)
    page.get_by_role("button", name="办理").click()
    expect(page.get_by_role("heading", name="王秀莲")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("已办理")
    whole(page)
    page.get_by_role("region", name="经过").or_(page.locator(".l-timeline")).get_by_role(
        "button", name="撤销"
    ).first.click()
    expect(page.get_by_role("heading", name="王秀英")).to_be_visible()
    with behind_the_scene():
        who.refresh_from_db()
        assert (who.name, who.former_name) == ("王秀英", "")
    page.goto(f"/households/{home.uid}/")
    page.get_by_role("link", name="出生登记").click()
    page.get_by_role("button", name="办理").click()
    expect(page.locator(".has-error").first).to_be_visible()
    box(page, "孩子姓名").fill("王小米")
    box(page, "性别").select_option(label="女")
    box(page, "父亲或母亲").select_option(label="王秀英")
    page.get_by_role("button", name="办理").click()
    expect(page.get_by_role("link", name="王小米")).to_be_visible()
    whole(page)
    with behind_the_scene():
        assert Membership.objects.get(person__name="王小米").household_id == home.pk
