"""A resident without an account: report, follow, say that it is not solved; and finding the report again by telephone."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.cases import commands
from linli.cases.models import OneTimeCode
from linli.cases.queries.public import code_to_send
from linli.kernel.norms.models import Norm
from tests.journeys.scenery import Scenery, pixels
from tests.journeys.stage import Stage, again, behind_the_scene, box, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PHOTO = {"name": "IMG_3.jpg", "mimeType": "image/jpeg", "buffer": pixels()}


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_report_gets_a_code_and_the_code_shows_who_has_it(stage: Stage, size: str) -> None:
    with behind_the_scene():
        Norm.objects.filter(key="cases.public.least_seconds").update(value=0)
    page = stage.enter(size=size)
    page.goto("/public/")
    page.get_by_role("link", name="反映问题").click()
    further = page.get_by_role("button", name="下一步")
    page.get_by_text("求助：有困难").click()
    further.click()
    box(page, "发生了什么事").fill("楼下井盖缺失三天了，孩子差点掉下去，请尽快补上。")
    further.click()
    box(page, "在哪里").fill("冠竹苑社区 3 栋门口")
    further.click()
    page.locator("input[type=file]").set_input_files([PHOTO])
    further.click()
    box(page, "电话").fill("138 5100 0001")
    whole(page)
    further.click()
    expect(page.locator("[data-answers]")).to_contain_text("楼下井盖缺失三天了")
    whole(page)
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("请抄下或拍下查询码")).to_be_visible()
    whole(page)
    code = str(page.locator(".l-receipt-code").text_content()).strip()
    page.goto("/public/track/")
    box(page, "查询码").fill(code.lower())
    page.get_by_role("button", name="查进度").click()
    expect(page.get_by_text("云岩区住房和城乡建设局").first).to_be_visible()
    whole(page)
    box(page, "补充说明").fill("今天下午我在家")
    page.get_by_role("button", name="补充").click()
    expect(page.locator("#toasts")).to_contain_text("已")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_what_is_not_solved_goes_back_once(stage: Stage, size: str) -> None:
    with behind_the_scene():
        case = Scenery(stage.cast).answered("对讲机不响")
    page = stage.enter(size=size)
    page.goto(f"/t/{case.public_code}/")
    page.get_by_text("没有解决", exact=True).first.click()
    page.get_by_text("不满意", exact=True).first.click()
    box(page, "还想说什么").fill("还是不响")
    whole(page)
    page.get_by_role("button", name="交评价").click()
    expect(page.get_by_text("请您评价")).to_have_count(0)
    case = again(case)
    assert (case.state, case.supervised) == ("handling", True)
    with behind_the_scene():
        commands.submit(
            case_id=case.pk, result="已换新。", by=stage.cast.actors["builder"], at=timezone.now()
        )
    page.reload()
    page.get_by_text("解决了", exact=True).first.click()
    page.get_by_text("很满意", exact=True).first.click()
    page.get_by_role("button", name="交评价").click()
    expect(page.get_by_role("heading", name="您的评价")).to_be_visible()


def ask(page: Page, number: str, phone: str) -> None:
    """Ask for a code by number and telephone."""
    page.goto("/public/number/")
    box(page, "编号").fill(number)
    box(page, "反映时留的手机号").fill(phone)
    page.get_by_role("button", name="发验证码").click()


def message() -> str:
    """The code that went to the telephone."""
    with behind_the_scene():
        found = code_to_send(OneTimeCode.objects.latest("pk").pk)
    assert found is not None
    return found[1]


def answer(page: Page, secret: str) -> None:
    """Type the code that came."""
    box(page, "验证码").fill(secret)
    page.get_by_role("button", name="查进度").click()


def test_number_and_telephone_open_the_report_only_with_the_code_that_was_sent(stage: Stage) -> None:
    with behind_the_scene():
        case = Scenery(stage.cast).given("对讲机不响")
    page = stage.enter(size="phone")
    ask(page, case.number, "13885100001")
    whole(page)
    sent = message()
    answer(page, f"{(int(sent) + 1) % 1_000_000:06d}")
    expect(page.get_by_text("验证码不对").first).to_be_visible()
    answer(page, sent)
    expect(page.get_by_text(case.number)).to_be_visible()
    expect(page).to_have_url(re.compile(case.public_code))


def test_a_few_wrong_codes_lock_the_number_even_for_the_right_one(stage: Stage) -> None:
    with behind_the_scene():
        case = Scenery(stage.cast).given("对讲机不响")
    page = stage.enter()
    ask(page, case.number, "13885100001")
    locked = page.get_by_text("输错次数太多")
    for secret in range(100_000, 100_010):
        answer(page, str(secret))
        expect(page.locator("[data-errors], .l-error").first).to_be_visible()
        if locked.count():
            break
    expect(locked.first).to_be_visible()
    whole(page)
