"""A leader: from a figure to the records behind it, the chapter as a Word file, how a rate was computed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.scenery import Scenery
from tests.journeys.stage import Stage, behind_the_scene, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_leader_goes_from_the_cockpit_to_the_records_behind_a_figure(stage: Stage, size: str) -> None:
    with behind_the_scene():
        it = Scenery(stage.cast)
        for words in ("电梯坏了三天没人修", "单元门禁坏了"):
            it.handled(words)
        it.taken("物业不开门", "0301")
    page = stage.enter("leader", size)
    page.goto("/")
    page.goto("/cockpit/")
    whole(page)
    figure = page.locator(".l-figures a", has_text="在办").first
    shown = int(re.sub(r"\D", "", str(figure.locator(".l-figure-value").text_content())))
    figure.click()
    expect(page).to_have_url(re.compile("/cases/"))
    expect(page.get_by_text(re.compile(rf"\b{shown} 条|共 {shown}|{shown} 件")).first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("电梯坏了三天没人修")).first).to_be_visible()
    whole(page)


def test_each_figure_of_the_chapter_leads_to_its_definition_and_the_chapter_is_a_word_file(
    stage: Stage,
) -> None:
    with behind_the_scene():
        Scenery(stage.cast).handled("电梯坏了三天没人修")
    page = stage.enter("leader")
    page.goto("/facts/")
    with page.expect_download() as paper:
        page.get_by_role("link", name="下载 Word").click()
    assert paper.value.suggested_filename.endswith(".docx")
    page.locator(".i-paper a").first.click()
    expect(page.get_by_role("heading", name="定义")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("记录|相关页面")).first).to_be_visible()
    whole(page)


def test_a_rate_shows_what_was_divided_by_what_and_what_was_left_out(stage: Stage) -> None:
    with behind_the_scene():
        it = Scenery(stage.cast)
        for number in range(3):
            it.answered(f"对讲机不响 {number}")
    page = stage.enter("leader")
    page.goto("/rates/")
    page.get_by_role("link", name="事项").first.click()
    page.locator(".l-figures a").first.click()
    workings = page.get_by_role("heading", name="算法")
    expect(workings).to_be_visible()
    for part in ("分子", "分母"):
        expect(page.get_by_role("rowheader", name=part)).to_be_visible()
    page.get_by_role("link", name="查看记录").first.click()
    expect(page).to_have_url(re.compile("/cases/"))
