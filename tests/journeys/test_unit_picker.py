"""Choosing a unit out of hundreds: by name, by first letters, by keyboard alone, several as chips, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from linli.cases.models import Case
from tests.journeys.scenery import Scenery
from tests.journeys.stage import Stage, again, behind_the_scene, box, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def waiting(stage: Stage) -> Case:
    """A case that waits for a unit."""
    with behind_the_scene():
        it = Scenery(stage.cast)
        return it.filed("楼道灯坏了,物业不管", "0301")


def sent(page: Page, name: str) -> list[str]:
    """What the form would send under a name."""
    found: list[str] = page.evaluate(
        "name => new FormData(document.getElementById('send')).getAll(name)", name
    )
    return found


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_dispatcher_finds_units_by_keyboard_alone_and_sends_the_case(stage: Stage, size: str) -> None:
    case = waiting(stage)
    page = stage.enter("dispatcher", size)
    page.goto(f"/dispatching/?case={case.number}")
    lead, assist = box(page, "主办单位"), box(page, "协办单位")
    expect(lead).to_have_attribute("role", "combobox")
    expect(lead).to_have_value("云岩区住房和城乡建设局")

    lead.fill("执法")
    offered = page.get_by_role("option")
    expect(offered).to_have_text(["云岩区综合行政执法局"])
    expect(lead).to_have_attribute("aria-expanded", "true")
    whole(page)
    lead.press("Enter")
    expect(lead).to_have_value("云岩区综合行政执法局")
    expect(offered).to_have_count(0)
    assert sent(page, "lead") == ["D01"]

    assist.fill("gzysq")
    expect(page.get_by_role("option").first).to_have_text("冠竹苑社区")
    assist.press("Enter")
    assist.press("ArrowDown")
    assist.press("ArrowDown")
    assist.press("Enter")
    chips = page.locator(".l-picker-chips li")
    expect(chips).to_have_count(2)
    whole(page)
    assert len(sent(page, "assist")) == 2 and "520103019001" in sent(page, "assist")
    assist.press("Backspace")
    expect(chips).to_have_count(1)
    assert sent(page, "assist") == ["D02"]

    page.get_by_role("button", name="派遣", exact=False).and_(page.locator("[form=send]")).click()
    expect(page.locator("#toasts")).to_contain_text("派遣")
    with behind_the_scene():
        turns = {(turn.unit.code, turn.is_lead) for turn in again(case).assignments.select_related("unit")}
    assert turns == {("D01", True), ("D02", False)}


def test_what_is_no_unit_is_not_taken_and_escape_brings_the_choice_back(stage: Stage) -> None:
    case = waiting(stage)
    page = stage.enter("dispatcher")
    page.goto(f"/dispatching/?case={case.number}")
    lead = box(page, "主办单位")
    lead.fill("没有这个单位")
    expect(page.get_by_role("listbox")).to_contain_text("没有符合的选项")
    lead.press("Escape")
    expect(lead).to_have_value("云岩区住房和城乡建设局")
    lead.fill("又写了别的")
    lead.blur()
    expect(lead).to_have_value("云岩区住房和城乡建设局")
    assert sent(page, "lead") == ["D02"]


def test_a_mouse_opens_the_list_in_its_groups_and_a_chip_is_taken_away(stage: Stage) -> None:
    case = waiting(stage)
    page = stage.enter("dispatcher")
    page.goto(f"/dispatching/?case={case.number}")
    assist = box(page, "协办单位")
    assist.click()
    expect(page.get_by_role("group", name="部门").get_by_role("option")).to_have_count(3)
    page.get_by_role("option", name="云岩区市场监督管理局").click()
    page.get_by_role("button", name="去掉云岩区市场监督管理局").click()
    assert sent(page, "assist") == []
    expect(assist).to_be_focused()


def test_without_scripts_the_list_is_a_list_and_is_sent(stage: Stage) -> None:
    case = waiting(stage)
    page = stage.enter("dispatcher", java_script_enabled=False)
    page.goto(f"/dispatching/?case={case.number}")
    page.locator("select[name=lead]").select_option("D03")
    page.locator("button[form=send]").first.click()
    found = again(case)
    assert found.lead is not None and (found.state, found.lead.code) == ("dispatched", "D03")


def test_a_post_is_given_at_a_unit_found_by_its_name(stage: Stage) -> None:
    page = stage.enter("security")
    page.goto(f"/accounts/staff/{stage.cast.users['clerk'].pk}/")
    unit = box(page, "单位")
    unit.fill("友谊")
    unit.press("ArrowDown")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_contain_text("友谊花园")
    whole(page)
