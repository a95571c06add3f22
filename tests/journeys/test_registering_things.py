"""Organisations, components, people from elsewhere and switched fields, recorded by hand in the browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.registry.models import Component, Organisation, Person, Switch
from linli.registry.tests.district import Lived, citizen_id, draw_grids, settle, taker_of
from linli.territory.models import Compound
from tests.journeys.stage import Stage, behind_the_scene, box, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SIZES = pytest.mark.parametrize("size", ["desk", "phone"])
USCC, WRONG_USCC = "91520103MA6DKQ1L1M", "91520103MA6DKQ1L1A"


def prepared(stage: Stage) -> Lived:
    """People, shops and wells; the grids have outlines, and both compounds names of their own."""
    with behind_the_scene():
        lived = settle(stage.cast)
        for building, name in zip(lived.buildings, ("宏福花园", "友谊花园"), strict=True):
            Compound.objects.filter(pk=building.compound_id).update(name=name)
        draw_grids()
    return lived


def point_at_the_map(page: Page) -> None:
    """A tap in the middle of the map of the form."""
    page.locator(".l-map[data-ready]").click()
    expect(box(page, "经纬度")).to_have_value(re.compile(r"^106\.7\d+,26\.6\d+$"))


@SIZES
def test_a_shop_is_registered_corrected_closed_and_opened_again(stage: Stage, size: str) -> None:
    prepared(stage)
    page = stage.enter("community", size)
    page.goto("/organisations/")
    page.get_by_role("link", name="登记单位").click()
    box(page, "名称").fill("大营路小卖部")
    box(page, "统一社会信用代码").fill(WRONG_USCC)
    box(page, "类型").select_option(label="小商店")
    box(page, "联系人").fill("王芳")
    box(page, "联系电话").fill("13885100001")
    box(page, "地址").fill("大营路尽头")
    page.get_by_role("button", name="办理").click()
    expect(page.locator("[data-field=uscc].has-error")).to_be_visible()
    whole(page)
    box(page, "统一社会信用代码").fill(USCC)
    point_at_the_map(page)
    whole(page)
    page.get_by_role("button", name="办理").click()
    expect(page.get_by_role("heading", name="大营路小卖部")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("已办理")
    whole(page)
    page.get_by_role("link", name="更正", exact=True).click()
    box(page, "从业人数").fill("3")
    whole(page)
    page.get_by_role("button", name="办理").click()
    expect(page.locator(".l-timeline")).to_contain_text("从业人数")
    page.get_by_role("link", name="登记从业人员").click()
    box(page, "姓名").fill("赵六")
    box(page, "职务").fill("保安")
    whole(page)
    page.get_by_role("button", name="办理").click()
    expect(page.locator("main")).to_contain_text("赵六 保安")
    page.get_by_role("link", name="注销", exact=True).click()
    whole(page)
    page.get_by_role("button", name="办理").click()
    expect(page.locator(".l-head-sub")).to_contain_text("已注销")
    page.locator("#toasts").get_by_role("button", name="撤回").click()
    expect(page.locator(".l-head-sub")).to_contain_text("在营")
    with behind_the_scene():
        made = Organisation.objects.get(name="大营路小卖部")
        assert (made.state, made.staff_count) == ("open", 3) and made.path.endswith("520103019001001/")


@SIZES
def test_a_well_is_put_on_the_map_found_damaged_and_taken_out(stage: Stage, size: str) -> None:
    prepared(stage)
    page = stage.enter("grid", size)
    page.goto("/components/")
    page.get_by_role("link", name="登记部件").click()
    box(page, "部件类型").select_option(label="上水井盖")
    box(page, "位置").fill("大营路12号门前")
    point_at_the_map(page)
    whole(page)
    page.get_by_role("button", name="办理").click()
    expect(page.locator("#toasts")).to_contain_text("已办理")
    whole(page)
    page.get_by_role("link", name="变更状态").click()
    box(page, "状态").select_option(label="破损")
    whole(page)
    page.get_by_role("button", name="办理").click()
    expect(page.locator(".l-head-sub")).to_contain_text("破损")
    page.get_by_role("link", name="移除").click()
    page.get_by_role("button", name="办理").click()
    expect(page.locator(".l-head-sub")).to_contain_text("移除")
    with behind_the_scene():
        made = Component.objects.get(place="大营路12号门前")
        assert made.state == "removed" and made.code.startswith("5201030101")


@SIZES
def test_a_person_of_another_community_is_found_and_brought_over(stage: Stage, size: str) -> None:
    lived = prepared(stage)
    with behind_the_scene():
        stage.cast.users["taker"] = taker_of(stage.cast)
    page = stage.enter("taker", size)
    page.goto("/people/find/")
    box(page, "证件号码").fill(citizen_id(2, 1939))
    box(page, "事由").fill("租住本社区，核对后转入")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("main")).to_contain_text("冠竹苑社区")
    whole(page)
    page.get_by_role("button", name="办理转入").click()
    box(page, "现住址").fill("友谊花园3栋1单元101室")
    box(page, "居住方式").select_option(label="租住")
    expect(box(page, "与户主关系")).to_be_hidden()
    box(page, "家庭户").select_option(label="加入这个住址的家庭户")
    box(page, "与户主关系").select_option(label="其他亲属")
    whole(page)
    page.get_by_role("button", name="办理").click()
    expect(page.locator(".has-error")).to_contain_text("没有登记这样的家庭户")
    box(page, "家庭户").select_option(label="单独立一户")
    page.get_by_role("button", name="办理").click()
    expect(page.get_by_role("heading", name="王伟")).to_be_visible()
    whole(page)
    assert citizen_id(2, 1939) not in page.url
    with behind_the_scene():
        assert Person.objects.get(pk=lived.people[2]).path.endswith("520103019002001/")


@SIZES
def test_the_keeper_switches_a_field_on_and_off(stage: Stage, size: str) -> None:
    prepared(stage)
    page = stage.enter("keeper", size)
    page.goto("/switches/")
    whole(page)
    page.get_by_role("link", name=re.compile(r"启用\s*民族")).click()
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.locator(".has-error").first).to_be_visible()
    box(page, "法律依据").fill("《全国人口普查条例》第十二条")
    box(page, "用途").fill("普查核对")
    box(page, "截止日期").fill((timezone.localdate() + timedelta(days=90)).isoformat())
    whole(page)
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("已启用：民族")
    whole(page)
    page.get_by_role("link", name=re.compile(r"停用\s*民族")).click()
    whole(page)
    page.get_by_role("button", name="停用", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("已停用：民族")
    with behind_the_scene():
        assert not Switch.objects.exists(), "it never was on for a day"
