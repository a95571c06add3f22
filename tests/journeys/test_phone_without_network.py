"""A grid worker reports in a cellar: no network, the telephone put away, later one case with its photo, and only one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from linli.cases.models import Case
from linli.kernel.audit.actor import Actor
from linli.kernel.files.models import StoredFile
from linli.kernel.privacy import context as privacy
from tests.cast import Cast
from tests.journeys.stage import SIZES, session

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(browser: Browser, live_server: Any, cast: Cast) -> Iterator[BrowserContext]:
    """A telephone on which 罗小兵 is signed in."""
    context = browser.new_context(viewport=SIZES["phone"], base_url=live_server.url, locale="zh-CN")
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session(cast, "grid"), "url": live_server.url}]
    )
    yield context
    context.close()


def ready(context: BrowserContext) -> Page:
    """The report page, opened once with a network, so that the browser's worker has it."""
    page = context.new_page()
    page.goto("/phone/report/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    return page


def picture() -> dict[str, Any]:
    target = io.BytesIO()
    Image.new("RGB", (900, 700), "olive").save(target, "JPEG")
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": target.getvalue()}


def write(page: Page, words: str) -> None:
    """Photo, place, one sentence."""
    page.set_input_files("[data-camera] input", [picture()])
    expect(page.locator("[data-shots] img")).to_have_count(1)
    page.click("[data-next]")
    page.fill("#id_place", "3 栋地下室")
    page.click("[data-next]")
    page.fill("#id_text", words)


def cases() -> list[tuple[str, int]]:
    """What arrived: the words and how many photos. Read in a thread of its own: the browser's driver has a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(arrived).result()


def arrived() -> list[tuple[str, int]]:
    try:
        with transaction.atomic():
            privacy.set_viewer(Actor.system("测试"))
            return [
                (case.text, StoredFile.objects.filter(subject_id=case.pk).count())
                for case in Case.objects.order_by("id")
            ]
    finally:
        connection.close()


def test_a_report_written_without_a_network_arrives_once_when_there_is_one(phone: BrowserContext) -> None:
    page = ready(phone)
    phone.set_offline(True)
    page.reload()
    write(page, "地下室漏水，积水没过脚面")
    page.get_by_role("button", name="上报").click()
    expect(page.locator("[data-queue-count]")).to_have_text("1")
    page.close()
    page = phone.new_page()
    page.goto("/phone/report/")
    expect(page.locator("[data-queue-list] li")).to_contain_text("地下室漏水")
    assert cases() == []
    phone.set_offline(False)
    expect(page.locator("[data-queue]")).to_be_hidden(timeout=30000)
    assert cases() == [("地下室漏水，积水没过脚面", 1)]


def test_an_answer_that_got_lost_on_the_way_makes_no_second_case(phone: BrowserContext) -> None:
    page = ready(phone)

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/phone/report/", lose)
    write(page, "路灯不亮三天了")
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="上报").click()
    expect(page.locator("[data-queue-list]")).to_contain_text("等网络")
    assert len(cases()) == 1
    page.unroute("**/phone/report/")
    page.click("[data-queue-now]")
    expect(page.locator("[data-queue]")).to_be_hidden(timeout=30000)
    assert cases() == [("路灯不亮三天了", 1)]


def test_what_is_half_written_is_there_when_the_page_comes_back(phone: BrowserContext) -> None:
    page = ready(phone)
    write(page, "写到一半接了个电话")
    expect(page.locator("span[data-kept]")).to_have_text("已存到手机")
    page.close()
    page = phone.new_page()
    page.goto("/phone/report/")
    expect(page.locator("[data-shots] img")).to_have_count(1)
    expect(page.locator("#id_text")).to_have_value("写到一半接了个电话")
    assert cases() == []
