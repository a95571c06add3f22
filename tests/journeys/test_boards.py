"""Screening, dispatch and arbitration: reasons are shown, a step can be taken back, an objection is ruled on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.scenery import Scenery
from tests.journeys.stage import Stage, again, behind_the_scene, box, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_dispatcher_accepts_a_case_and_sends_it_for_the_reason_that_is_shown(
    stage: Stage, size: str
) -> None:
    with behind_the_scene():
        case = Scenery(stage.cast).taken("餐馆卖过期食品", "0302")
    page = stage.enter("dispatcher", size)
    page.goto(f"/screening/?case={case.number}")
    page.get_by_role("button", name="受理立案").click()
    expect(page.locator("#toasts")).to_contain_text("立案")
    page.goto(f"/dispatching/?case={case.number}")
    expect(page.locator("#detail")).to_contain_text("按目录 C004 条")
    box(page, "主办单位").fill("冠竹苑社区")
    box(page, "主办单位").blur()
    expect(page.locator("#forbidden")).to_contain_text("C004")
    box(page, "主办单位").fill("云岩区市场监督管理局")
    box(page, "主办单位").blur()
    expect(page.locator("#forbidden")).not_to_contain_text("C004")
    whole(page)
    page.get_by_role("button", name="派遣", exact=False).and_(page.locator("[form=send]")).click()
    expect(page.locator("#toasts")).to_contain_text("派遣")
    case = again(case)
    assert case.state == "dispatched"


def test_a_case_is_merged_into_one_like_it_and_taken_apart_again(stage: Stage) -> None:
    with behind_the_scene():
        it = Scenery(stage.cast)
        first, second = it.given("电梯坏了三天没人修"), it.taken("电梯坏了三天还没人修", "0301")
    page = stage.enter("dispatcher")
    page.goto(f"/screening/?case={second.number}")
    page.get_by_role("button", name="并入这一件").first.click()
    page.locator("#toasts").get_by_role("button", name="撤回").last.click()
    expect(page.locator("#toasts")).to_contain_text("已撤销并案")
    second = again(second)
    assert (second.state, second.merged_into_id) == ("received", None)
    page.goto(f"/screening/?case={second.number}")
    page.keyboard.press("m")
    expect(page.locator("#toasts")).to_contain_text("并")
    page.goto(f"/cases/{first.number}/")
    expect(page.get_by_role("link", name=second.number)).to_be_visible()


def test_a_case_is_not_voided_without_a_reason(stage: Stage) -> None:
    with behind_the_scene():
        case = Scenery(stage.cast).taken("打错了", "0301")
    page = stage.enter("dispatcher")
    page.goto(f"/screening/?case={case.number}")
    page.get_by_text("注销、解释办结、引导、派网格员核实").click()
    page.get_by_role("button", name="注销").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_text("注销、解释办结、引导、派网格员核实").click()
    box(page, "说明").fill("来电人说拨错了号码")
    page.get_by_role("button", name="注销").click()
    expect(page.locator("#toasts")).to_contain_text("注销")
    case = again(case)
    assert case.state == "voided"


def test_two_dispatchers_have_one_case_open_and_the_second_is_told(stage: Stage) -> None:
    with behind_the_scene():
        case = Scenery(stage.cast).filed("物业不开门")
    pages = [stage.enter("dispatcher"), stage.enter("arbiter")]
    for page in pages:
        page.goto(f"/dispatching/?case={case.number}")
    pages[0].locator("[form=send]").click()
    expect(pages[0].locator("#toasts")).to_contain_text("派遣")
    stage.complaints.clear()
    pages[1].locator("[form=send]").click()
    expect(pages[1].get_by_role("alert")).to_be_visible()
    expect(pages[1].locator("#detail")).to_contain_text("他人")
    stage.complaints.clear()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_returned_case_is_ruled_on_with_the_rulings_of_before_in_sight(stage: Stage, size: str) -> None:
    with behind_the_scene():
        case = Scenery(stage.cast).given("消防通道堆了杂物")
    page = stage.enter("builder", size)
    page.goto(f"/cases/{case.number}/")
    page.get_by_role("button", name="退单").click()
    box(page, "退单理由").fill("消防通道由消防救援部门管理，不属于本单位职责")
    box(page, "建议由谁办理").fill("云岩区综合行政执法局")
    box(page, "建议由谁办理").blur()
    page.locator("#do").get_by_role("button", name="退单").click()
    expect(page.get_by_text("异议待裁").first).to_be_visible()
    page = stage.enter("arbiter", size)
    page.goto(f"/arbitration/?case={case.number}")
    expect(page.locator("#detail")).to_contain_text("消防通道由消防救援部门管理")
    expect(page.locator("#detail")).to_contain_text("这一类还没有裁定过的异议")
    box(page, "理由").fill("按三定规定由综合行政执法局牵头")
    whole(page)
    page.get_by_role("button", name="异议成立").click()
    expect(page.locator("#toasts")).to_contain_text("成立")
    case = again(case)
    assert (case.state, case.lead) == ("filed", None)
