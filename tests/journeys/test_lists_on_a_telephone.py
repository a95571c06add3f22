"""Every list on a telephone: a row is a card, and nothing is wider than the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from linli.kernel.registers.register import REGISTERS
from tests.cast import Cast
from tests.journeys.scenery import full
from tests.journeys.stage import Stage, axe, behind_the_scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]

TELEPHONE: ViewportSize = {"width": 390, "height": 844}
FINGER = 44
"""What is to be touched is at least so high, in pixels."""

WIDER = "() => document.scrollingElement.scrollWidth - innerWidth"
CELLS = """() => Array.from(document.querySelectorAll("tbody td[data-label]:not(.l-none)"), cell => ({
    label: getComputedStyle(cell, "::before").content, said: cell.dataset.label, value: cell.innerText.trim(),
    left: cell.getBoundingClientRect().left, right: cell.getBoundingClientRect().right}))"""
SMALL = """least => Array.from(document.querySelectorAll(
    ".l-facet summary, .l-facet label, .l-toolbar-end > a, .l-toolbar-end summary, .l-pages nav a, .l-pop[open] label"
)).filter(each => each.offsetParent && each.getBoundingClientRect().height < least).map(each => each.outerHTML.slice(0, 160))"""


def taken_out(stage: Stage, who: str) -> Page:
    """The telephone of a person of the cast."""
    page = stage.enter(who, "phone", has_touch=True)
    page.set_viewport_size(TELEPHONE)
    return page


def readers(cast: Cast) -> dict[str, list[str]]:
    """Who opens which lists: for each list the first person who may."""
    found: dict[str, list[str]] = {}
    for name, made in REGISTERS.items():
        who = next((who for who, actor in cast.actors.items() if actor.may(made.verb)), None)
        if who and not name.startswith("probe"):
            found.setdefault(who, []).append(name)
    return found


def cards(page: Page) -> int:
    """How many cells there are; each says its heading and its value, side by side within the screen."""
    cells = page.evaluate(CELLS)
    for cell in cells:
        assert cell["label"] == f'"{cell["said"]}"' and cell["value"], f"{page.url}: {cell}"
        assert 0 <= cell["left"] < cell["right"] <= 390, f"{page.url}: {cell}"
    return len(cells)


def test_no_list_is_wider_than_a_telephone_and_every_row_is_a_card(stage: Stage) -> None:
    with behind_the_scene():
        full(stage.cast)
    seen = 0
    for who, names in readers(stage.cast).items():
        page = taken_out(stage, who)
        for name in names:
            page.goto(f"/list/{name}/", wait_until="load")
            assert page.evaluate(WIDER) <= 0, page.url
            seen += cards(page)
            page.evaluate("document.documentElement.dataset.type = '2'")
            assert page.evaluate(WIDER) <= 0, f"{page.url} in large type"
    assert seen > 50


def test_a_card_is_a_row_for_the_ear_opens_with_one_touch_and_the_tools_lie_under_the_thumb(
    stage: Stage,
) -> None:
    with behind_the_scene():
        full(stage.cast)
    page = taken_out(stage, "dispatcher")
    page.goto("/list/cases/", wait_until="load")
    row = page.get_by_role("table", name="案件").get_by_role("row").first
    state = row.get_by_role("cell", name="状态")
    expect(state).to_be_visible()
    expect(state.locator(".l-badge")).to_be_visible()

    expect(page.locator(".l-facet").first).to_be_hidden()
    page.get_by_role("button", name="筛选").tap()
    page.locator(".l-facet:not([open]) > summary").first.tap()
    assert page.evaluate(SMALL, FINGER) == []
    page.locator(".l-facet[open] label").first.tap()
    expect(page.locator(".l-chip").first).to_be_visible()
    expect(page.locator(".l-facet").first).to_be_visible()
    page.get_by_role("button", name="筛选").tap()

    export = page.locator(".l-toolbar-end summary", has_text="导出所见")
    box = export.bounding_box()
    assert box and box["y"] > 844 / 2 and box["y"] + box["height"] <= 844
    export.tap()
    expect(page.get_by_role("link", name="CSV")).to_be_in_viewport()
    assert axe(page) == []
    export.tap()

    page.goto("/list/cases/", wait_until="load")
    place = row.locator("td[data-label]:not(.l-none)").last.bounding_box()
    assert place
    page.touchscreen.tap(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.wait_for_url("**/cases/2*/")
