"""The hotline: a call taken down by keyboard, one put aside for another, and the call-back after it was handled."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from linli.cases.models import Case, ParkedCall
from tests.journeys.scenery import Scenery, compound
from tests.journeys.stage import Stage, again, behind_the_scene, box, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def newest() -> Case:
    with behind_the_scene():
        return Case.objects.latest("pk")


def test_an_operator_takes_a_call_down_without_touching_the_mouse(stage: Stage) -> None:
    with behind_the_scene():
        it = Scenery(stage.cast)
        it.handled("电梯坏了三天没人修")
        compound(it)
    page = stage.enter("operator")
    page.goto("/desk/")
    keys = page.keyboard
    expect(box(page, "电话")).to_be_focused()
    keys.type("13885100001")
    keys.press("Tab")
    expect(page.locator("#history")).to_contain_text("在办 1 件")
    expect(page.locator("#history")).to_contain_text("电梯坏了三天没人修")
    keys.press("Alt+t")
    keys.type("电梯又坏了三天没人修。")
    guess = page.get_by_role("button", name="物业服务")
    expect(guess).to_contain_text("电梯")
    keys.press("Alt+l")
    keys.type("冠竹苑")
    spot = page.locator("#places").get_by_role("button", name="冠竹苑").first
    expect(spot).to_be_visible()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.locator("#places")).to_contain_text("所在")
    expect(page.locator("#look")).to_contain_text("按目录 C003 条")
    expect(page.locator("#look").get_by_role("link", name="电梯坏了三天没人修")).to_be_visible()
    keys.press("Alt+c")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(box(page, "分类")).to_have_value("物业服务")
    whole(page)
    keys.press("Control+Enter")
    done = page.locator("#done")
    expect(done).to_contain_text("待受理")
    expect(done.get_by_role("button")).to_have_text(newest().public_code)


def test_one_rule_sends_a_call_on_at_once_and_the_operator_says_so_with_a_template_sentence(
    stage: Stage,
) -> None:
    page = stage.enter("operator")
    page.goto("/desk/")
    keys = page.keyboard
    keys.type("13985100003")
    keys.press("Alt+t")
    keys.type("大营路 12 号门口的井盖没了，")
    page.locator("details.d-phrase", has=page.locator("[data-insert]")).first.locator("summary").click()
    sentence = page.locator("[data-insert]:visible").first
    sentence.click()
    expect(box(page, "反映内容")).to_have_value(re.compile("^大营路 12 号门口的井盖没了，.+。$"))
    expect(page.locator("#look")).to_contain_text("登记后自动派遣")
    page.get_by_role("button", name="登记 Ctrl Enter").click()
    expect(page.locator("#done")).to_contain_text("云岩区住房和城乡建设局")
    expect(page.locator("#done")).to_contain_text("办结时限")


def test_a_call_is_put_aside_for_a_second_one_and_taken_up_again(stage: Stage) -> None:
    page = stage.enter("operator")
    page.goto("/desk/")
    box(page, "反映内容").fill("楼上漏水，说到一半要去关水阀")
    page.get_by_role("button", name="挂起").click()
    expect(box(page, "反映内容")).to_have_value("")
    page.get_by_role("link", name="已挂起 楼上漏水").click()
    expect(box(page, "反映内容")).to_have_value("楼上漏水，说到一半要去关水阀")


def test_a_call_that_is_being_kept_while_it_is_put_aside_is_one_call(stage: Stage) -> None:
    page, held = stage.enter("operator"), []
    page.route("**/desk/keep/", lambda route: held.append(route))
    page.goto("/desk/")
    with page.expect_request("**/desk/keep/"):
        box(page, "反映内容").fill("楼上漏水，说到一半要去关水阀")
    page.get_by_role("button", name="挂起").click()
    held[0].continue_()
    expect(page.get_by_role("link", name="已挂起 楼上漏水")).to_be_visible()
    with behind_the_scene():
        assert ParkedCall.objects.count() == 1


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_an_unhappy_reporter_has_the_case_opened_once_and_the_supervisor_presses_for_it(
    stage: Stage, size: str
) -> None:
    with behind_the_scene():
        case = Scenery(stage.cast).answered("对讲机不响")
    page = stage.enter("operator", size)
    page.goto(f"/callback/?case={case.number}")
    page.get_by_role("button", name="未接通").click()
    expect(page.locator("#toasts")).to_contain_text("未接通")
    page.goto(f"/callback/?case={case.number}")
    expect(page.get_by_text("已拨打").locator("xpath=following-sibling::dd[1]")).to_contain_text("1 次")
    page.get_by_text("未解决", exact=True).click()
    page.get_by_text("很不满意", exact=True).click()
    page.get_by_text("办理太慢", exact=True).click()
    box(page, "诉求人的话").fill("没有人来看过")
    whole(page)
    page.get_by_role("button", name="记录回访").click()
    expect(page.locator("#toasts")).to_contain_text("已重新办理")
    case = again(case)
    assert (case.state, case.supervised) == ("handling", True)
    page = stage.enter("supervisor", size)
    page.goto(f"/supervision/?case={case.number}")
    expect(page.locator("#detail")).to_contain_text("没有人来看过")
    box(page, "方式").select_option(label="督办单")
    box(page, "要求").fill("三日内上门查看并回复")
    whole(page)
    page.get_by_role("button", name="发出督办").click()
    expect(page.locator("#toasts")).to_contain_text("已")
    page = stage.enter("builder", size)
    page.goto(f"/cases/{case.number}/")
    expect(page.get_by_text("三日内上门查看并回复").first).to_be_visible()
    page.get_by_role("button", name="回复督办").click()
    box(page, "回复督办").fill("已约明天上午上门")
    page.locator("#do").get_by_role("button", name="回复督办").click()
    expect(page.get_by_text("已约明天上午上门").first).to_be_visible()
