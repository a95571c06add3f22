"""A grid worker calls at a home where there is no network: taken along, answered, kept, and merged without overwriting."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import context as privacy
from linli.registry.commands import invitations, persons, visits
from linli.registry.models import Household, Person, Visit
from linli.registry.queries.own import own_code_to_send
from linli.registry.tests.factories import family
from linli.registry.tests.test_visits import ask_by_department, held
from tests.cast import TESTER, Cast
from tests.journeys.stage import SIZES, Stage, behind_the_scene, faults, session

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SCREENS = os.environ.get("LINLI_SCREENS")
T = TypeVar("T")


@pytest.fixture
def home(cast: Cast) -> Household:
    with behind_the_scene():
        made = family(cast)[0]
        ask_by_department(cast, "李春梅", "birth", "1980-02-15")
        return made


@pytest.fixture
def phone(browser: Browser, live_server: Any, cast: Cast, home: Household) -> Iterator[BrowserContext]:
    """A telephone on which 罗小兵 is signed in."""
    context = browser.new_context(viewport=SIZES["phone"], base_url=live_server.url, locale="zh-CN")
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session(cast, "grid"), "url": live_server.url}]
    )
    yield context
    context.close()


def apart(step: Callable[[], T]) -> T:
    """Look at the database in a thread of its own: the browser's driver has a loop in this one."""

    def run() -> T:
        try:
            with transaction.atomic():
                privacy.set_viewer(TESTER)
                return step()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def taken_along(context: BrowserContext) -> Page:
    """The list, opened with a network, and the homes of it taken along."""
    page = context.new_page()
    page.goto("/phone/visits/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.click("[data-along-button]")
    expect(page.locator("[data-along-said]")).to_contain_text("已带上 1 户")
    return page


def seen(page: Page, name: str) -> None:
    """Nothing is wrong with the page; a picture of it, where pictures are wanted."""
    if SCREENS:
        page.screenshot(path=str(Path(SCREENS) / f"visit-{name}.png"), full_page=True)
    assert faults(page) == []


def answer(page: Page, name: str, title: str, words: str) -> None:
    """Write an answer into the field of a person."""
    somebody = page.locator(".v-person", has=page.get_by_role("heading", name=name))
    box = somebody.locator(".v-item", has_text=title).locator("input[type=tel], input.form-control, select")
    if box.evaluate("field => field.tagName") == "SELECT":
        box.select_option(words)
    else:
        box.fill(words)


def test_a_home_visited_without_a_network_is_merged_when_there_is_one(
    phone: BrowserContext, home: Household
) -> None:
    page = taken_along(phone)
    seen(page, "list")
    phone.set_offline(True)
    page.click("[data-home]")
    seen(page, "home")
    answer(page, "张伟", "联系电话", "139 8510 0002")
    answer(page, "李春梅", "工作单位", "金龙商贸")
    page.get_by_text("云岩区住房和城乡建设局：1980-02-15").click()
    page.get_by_role("button", name="登记走访").click()
    expect(page.locator("[data-queue-count]")).to_have_text("1")
    expect(page.locator("[data-home] [data-waits]")).to_be_visible()
    seen(page, "waiting")
    page.close()
    assert apart(Visit.objects.count) == 0

    def meanwhile() -> None:
        community = Actor.system("社区")
        pk = Person.objects.get(name="李春梅").pk
        persons.correct(
            person_id=pk,
            values={"work": "宏福超市"},
            origin="community",
            by=community,
            at=timezone.now(),
            on=timezone.localdate(),
        )

    apart(meanwhile)
    phone.set_offline(False)
    page = phone.new_page()
    page.goto("/phone/visits/")
    expect(page.locator("[data-queue-list]")).to_contain_text("宏福超市", timeout=30000)
    expect(page.locator("[data-queue-list]")).to_contain_text("金龙商贸")
    seen(page, "conflict")
    assert apart(lambda: held("张伟")["phones"]) == "13985100002"
    assert apart(lambda: (held("李春梅")["work"], held("李春梅")["birth"])) == ("宏福超市", "1980-02-15")
    page.get_by_role("link", name="去核对").click()
    expect(page.locator(".v-item", has_text="工作单位").locator("label strong")).to_have_text(
        ["宏福超市", "金龙商贸"]
    )
    page.get_by_role("button", name="知道了").click()
    expect(page.locator("[data-queue]")).to_be_hidden()
    assert apart(Visit.objects.count) == 1


def test_an_answer_that_cannot_be_comes_back_with_everything_that_was_written(
    phone: BrowserContext, home: Household
) -> None:
    page = taken_along(phone)
    page.click("[data-home]")
    answer(page, "张伟", "联系电话", "12")
    answer(page, "张伟", "工作单位", "市一中")
    page.get_by_role("button", name="登记走访").click()
    expect(page.locator("[data-queue-list]")).to_contain_text("联系电话")
    page.get_by_role("link", name="拿回来改").click()
    somebody = page.locator(".v-person", has=page.get_by_role("heading", name="张伟"))
    expect(somebody.locator("input[type=tel]")).to_have_value("12")
    expect(somebody.locator(".v-item", has_text="工作单位").locator("input.form-control")).to_have_value(
        "市一中"
    )
    answer(page, "张伟", "联系电话", "13985100002")
    with page.expect_response(lambda sent: sent.request.method == "POST" and "/phone/visits/" in sent.url):
        page.get_by_role("button", name="登记走访").click()
    expect(page.locator("[data-queue]")).to_be_hidden(timeout=30000)
    assert apart(lambda: held("张伟")["work"]) == "市一中"


def test_homes_taken_along_are_left_behind_when_one_signs_out(phone: BrowserContext, home: Household) -> None:
    page = taken_along(phone)
    assert page.evaluate("caches.has('linli-along')")
    page.goto("/phone/me/")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/accounts/sign-in/**")
    assert not page.evaluate("caches.has('linli-along')")


def test_the_board_and_the_slip_are_whole_on_a_desk(stage: Stage, home: Household) -> None:
    apart(lambda: visits.measure_freshness(path="", by=TESTER, at=timezone.now()))
    page = stage.enter("community")
    page.goto("/visits/")
    seen(page, "board")
    page.get_by_role("link", name="自助登记码").click()
    page.get_by_role("button", name="生成登记码").click()
    expect(page.locator(".v-code")).to_be_visible()
    seen(page, "slip")
    page.goto("/questions/")
    seen(page, "questions")


@pytest.mark.parametrize("size", SIZES)
def test_a_household_looks_after_its_own_record(stage: Stage, home: Household, size: str) -> None:
    code = apart(lambda: invitations.invite(household_id=home.pk, by=TESTER, at=timezone.now()).code)
    page = stage.enter("", size)
    page.goto("/own/")
    seen(page, f"own-find-{size}")
    page.get_by_label("登记码").fill(code)
    page.get_by_role("button", name="继续").click()
    page.get_by_text("李** 138****0001").click()
    seen(page, f"own-door-{size}")
    page.get_by_role("button", name="发验证码").click()
    told = apart(lambda: own_code_to_send(home.invitations.get().pk))
    assert told is not None
    page.get_by_label("验证码").fill(told[1])
    page.get_by_role("button", name="看我家的信息").click()
    expect(page.get_by_role("heading", name="张小明")).to_be_visible()
    seen(page, f"own-sheet-{size}")
    answer(page, "张伟", "联系电话", "13985100002")
    page.get_by_role("button", name="交给社区").click()
    expect(page.locator("#toasts")).to_contain_text("收到了")
    assert apart(lambda: held("张伟")["phones"]) == "13985100002"
    page.get_by_role("link", name="要一份副本").click()
    seen(page, f"own-copy-{size}")
