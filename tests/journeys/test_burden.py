"""The burden: a community tells its year, the county looks at the meter and opens what is behind a number, a complaint is answered in the open."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.assessment.models import SelfReport, Suggestion
from linli.assessment.tests.factories import asked
from tests.journeys.stage import Stage, behind_the_scene, box, whole, worked_off

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

OWN = "520103019001"
TOLD = {"钉钉群": "63", "微信群": "98", "应用程序、小程序、公众号": "44", "这个岗位几个人": "1"}


def tell(page: Page) -> None:
    """The community fills in its year, forgets how many people there are, and is told so."""
    page.goto("/burden/")
    page.get_by_role("link", name="填自报").first.click()
    box(page, "到上级开的会和培训").fill("约60")
    secretary = page.locator("details").filter(has_text="社区书记、主任")
    for words in ("钉钉群", "微信群", "应用程序、小程序、公众号"):
        box(secretary, words).fill(TOLD[words])
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_role("alert")).to_contain_text("有几个人")
    whole(page)
    box(page.locator("details").filter(has_text="社区书记、主任"), "这个岗位几个人").fill("1")
    page.get_by_role("button", name="报送").click()
    expect(page.locator("#toasts")).to_contain_text("已报")
    expect(page.get_by_text("48–72")).to_be_visible()
    whole(page)


def until_counted(page: Page, address: str) -> None:
    """What is kept of a meter is a second behind what the worker counted: the page is opened until it says when that was."""
    for _ in range(50):
        page.goto(address)
        if page.get_by_text("记录统计于").is_visible():
            return


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_year_is_told_and_the_county_opens_what_is_behind_a_number(stage: Stage, size: str) -> None:
    with behind_the_scene():
        asked(stage.cast)
    tell(stage.enter("community", size))
    with behind_the_scene():
        assert SelfReport.objects.standing().get().unit.code == OWN
    keeper = stage.enter("keeper", size)
    keeper.goto("/burden/?period=2026")
    keeper.get_by_role("button", name="重新统计").click()
    expect(keeper.locator("#toasts")).to_contain_text("正在重新统计")
    assert worked_off("assessment.count_now") == 1
    until_counted(keeper, "/burden/?period=2026&by=community")
    keeper.get_by_role("link", name="冠竹苑社区").click()
    expect(keeper.get_by_role("heading", name="冠竹苑社区：减负计量")).to_be_visible()
    whole(keeper)
    keeper.get_by_role("row", name=re.compile("开具的证明")).get_by_role("link").click()
    expect(keeper.get_by_text("此刻重新数了一遍，相同")).to_be_visible()
    whole(keeper)
    keeper.get_by_role("link", name="打开这些记录").click()
    expect(keeper.locator("body")).to_contain_text("共 3 条")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_complaint_is_answered_in_the_open(stage: Stage, size: str) -> None:
    community = stage.enter("community", size)
    community.goto("/burden/suggestions/")
    community.get_by_role("link", name="提一条").click()
    community.get_by_text("报表台账").click()
    box(community, "什么事、怎样改更好").fill("两张表问同样的人数，可以并成一张。")
    whole(community)
    community.get_by_role("button", name="提交").click()
    expect(community.locator("#toasts")).to_contain_text("已收到，编号")
    whole(community)
    with behind_the_scene():
        row = Suggestion.objects.get()
    keeper = stage.enter("keeper", size)
    keeper.goto("/workbench/")
    keeper.get_by_role("link", name=re.compile("减负建议：报表台账")).first.click()
    expect(keeper.get_by_text("苏兰")).to_have_count(0)
    keeper.get_by_text("采纳", exact=True).click()
    box(keeper, "答复").fill("下月起并为一张。")
    whole(keeper)
    keeper.get_by_role("button", name="答复并公开").click()
    expect(keeper.locator("#toasts")).to_contain_text("已公开")
    resident = stage.enter("", size)
    resident.goto("/burden/public/suggestions/")
    expect(resident.get_by_text(row.number)).to_be_visible()
    expect(resident.get_by_text("下月起并为一张。")).to_be_visible()
    whole(resident)
    resident.get_by_role("link", name="看减负公示").click()
    resident.get_by_text("大营路街道").first.click()
    whole(resident)
    assert f"{timezone.localdate().year}年" in resident.locator("body").inner_text()
