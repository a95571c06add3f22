"""The units that handle: a department, a street, a community and its grid worker."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from linli.cases.models import Case
from linli.kernel.files.models import StoredFile
from tests.journeys.scenery import Scenery, pixels
from tests.journeys.stage import Stage, again, behind_the_scene, box, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PHOTO = {"name": "IMG_2.jpg", "mimeType": "image/jpeg", "buffer": pixels()}


def take(page: Page, verb: str) -> None:
    """Open the form of a step: it stands above the buttons, or under 更多."""
    button = page.get_by_role("button", name=verb, exact=False).first
    if not button.is_visible():
        page.get_by_text("更多", exact=True).click()
    button.click()


def opened(page: Page, title: str, size: str) -> None:
    """The first case of an inbox stands open beside the list; where there is no room, it is opened."""
    if size == "phone":
        page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def sign(page: Page, case: Case, size: str) -> None:
    """Take the case from the inbox, and go to its page."""
    page.goto("/cases/inbox/?box=sign")
    opened(page, case.title, size)
    page.get_by_role("button", name="签收").click()
    expect(page.locator("#toasts")).to_contain_text("签收")
    page.goto(f"/cases/{case.number}/")


def send(page: Page, verb: str) -> None:
    """Press the button of the open form."""
    page.locator("#do").get_by_role("button", name=verb).click()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_clerk_signs_calls_works_photographs_and_answers(stage: Stage, size: str) -> None:
    with behind_the_scene():
        case = Scenery(stage.cast).given("电梯坏了三天没人修")
    page = stage.enter("builder", size)
    sign(page, case, size)
    take(page, "联系记录")
    box(page, "联系情况").fill("已说明维保安排")
    send(page, "联系记录")
    expect(page.get_by_text("已说明维保安排").first).to_be_visible()
    take(page, "处置措施")
    box(page, "处置措施").fill("维保单位到场更换接触器")
    page.locator("#do input[type=file]").set_input_files([PHOTO])
    expect(page.locator("[data-upload-list] img")).to_be_visible()
    send(page, "处置措施")
    expect(page.get_by_text("维保单位到场更换接触器").first).to_be_visible()
    expect(page.get_by_role("heading", name="照片和材料")).to_be_visible()
    whole(page)
    take(page, "反馈结果")
    box(page, "办理结果").fill("更换接触器，电梯恢复运行，已张贴告示。")
    page.locator("#do input[type=file]").set_input_files([PHOTO])
    send(page, "反馈结果")
    expect(page.get_by_text("待回访").first).to_be_visible()
    with behind_the_scene():
        assert StoredFile.objects.filter(subject_id=case.pk).count() == 2


def test_more_time_is_asked_by_the_department_and_decided_by_the_arbiter(stage: Stage) -> None:
    with behind_the_scene():
        case = Scenery(stage.cast).handled("电梯坏了三天没人修")
    page = stage.enter("head")
    page.goto(f"/cases/{case.number}/")
    take(page, "申请延期")
    box(page, "延长多少").fill("1")
    box(page, "延期理由").fill("等待配件到货")
    send(page, "申请延期")
    expect(page.get_by_text("待决定").first).to_be_visible()
    page = stage.enter("arbiter")
    page.goto("/arbitration/?tab=extensions")
    expect(page.locator("#detail")).to_contain_text("等待配件到货")
    box(page, "理由").fill("情况属实")
    page.get_by_role("button", name="准许延期").click()
    expect(page.locator("#toasts")).to_contain_text("已")
    due = again(case).resolve_due_at
    assert due is not None and case.resolve_due_at is not None and due > case.resolve_due_at


def test_a_pause_stops_the_clock_for_a_reason_and_it_goes_on_again(stage: Stage) -> None:
    with behind_the_scene():
        case = Scenery(stage.cast).handled("电梯坏了三天没人修")
    page = stage.enter("head")
    page.goto(f"/cases/{case.number}/")
    take(page, "暂停计时")
    box(page, "暂停原因").fill("等待产权单位提供图纸")
    send(page, "暂停计时")
    expect(page.get_by_text("暂停计时").first).to_be_visible()
    expect(page.locator(".l-timeline")).to_contain_text("等待产权单位提供图纸")
    take(page, "恢复计时")
    expect(page.get_by_text("处置中").first).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_street_hands_a_case_down_and_the_community_handles_it(stage: Stage, size: str) -> None:
    with behind_the_scene():
        case = Scenery(stage.cast).given("楼道垃圾没人清", "520103019", "0201")
    page = stage.enter("street", size)
    sign(page, case, size)
    take(page, "转社区办理")
    box(page, "转办要求").fill("请今天清理")
    send(page, "转社区办理")
    expect(page.get_by_text("待签收").first).to_be_visible()
    page = stage.enter("community", size)
    page.goto("/cases/inbox/")
    expect(page.get_by_role("link", name="楼道垃圾没人清").first).to_be_visible()
    page.goto(f"/cases/{case.number}/")
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_text("处置中").first).to_be_visible()
    take(page, "反馈结果")
    box(page, "办理结果").fill("已清理，安排每天巡查。")
    whole(page)
    send(page, "反馈结果")
    expect(page.get_by_text("待核查").first).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_resident_comes_to_the_counter_of_the_community(stage: Stage, size: str) -> None:
    page = stage.enter("community", size)
    page.goto("/desk/")
    expect(box(page, "渠道")).to_have_value("counter")
    box(page, "姓名").fill("王秀英")
    box(page, "反映内容").fill("3 栋门口的井盖没了，孩子上学要经过")
    box(page, "地点").fill("冠竹苑社区")
    expect(page.locator("#look")).to_contain_text("按目录 C001 条")
    whole(page)
    page.get_by_role("button", name="登记", exact=False).and_(page.locator("[data-send]")).click()
    expect(page.locator("#done")).to_contain_text("查询码")
    with behind_the_scene():
        assert Case.objects.get().channel == "counter"


def test_a_grid_worker_reports_with_a_photo_and_its_place(stage: Stage) -> None:
    here = {"latitude": 26.6, "longitude": 106.7}
    page = stage.enter(
        "grid", "phone", geolocation=here, permissions=["geolocation"], service_workers="block"
    )
    page.goto("/phone/")
    page.get_by_role("link", name="上报").first.click()
    page.locator("[data-camera] input").set_input_files([PHOTO])
    expect(page.locator("[data-shots] img")).to_have_count(1)
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="带上我现在的位置").click()
    expect(page.get_by_text("已带上位置")).to_be_visible()
    box(page, "在哪里").fill("3 栋 2 单元门口")
    page.get_by_role("button", name="下一步").click()
    box(page, "一句话说清").fill("消防栓漏水，路面结冰")
    whole(page)
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.get_by_role("button", name="上报").click()
    assert sent.value.ok
    expect(page.locator("[data-queue]")).to_be_hidden()
    page.goto("/phone/me/")
    expect(page.get_by_text("消防栓漏水，路面结冰")).to_be_visible()
    with behind_the_scene():
        case = Case.objects.get()
        assert (case.channel, case.lat, case.lon) == ("grid", 26.6, 106.7)
        assert StoredFile.objects.filter(subject_id=case.pk).count() == 1


def test_a_grid_worker_goes_to_see_and_what_is_not_done_is_done_again(stage: Stage) -> None:
    with behind_the_scene():
        case = Scenery(stage.cast).answered("门口垃圾成堆", "520103019001", "community", "0201")
    page = stage.enter("grid", "phone")
    page.goto("/phone/")
    page.get_by_role("link", name="门口垃圾成堆").click()
    page.get_by_text("没有办好，要返工").click()
    page.get_by_role("button", name="反馈").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("input[type=file]").set_input_files([PHOTO])
    box(page, "一句话说明").fill("还剩两堆没有运走")
    page.get_by_role("button", name="反馈").click()
    expect(page.get_by_text("现在没有要去看的")).to_be_visible()
    page = stage.enter("community")
    page.goto(f"/cases/{case.number}/")
    expect(page.get_by_text("还剩两堆没有运走").first).to_be_visible()
    expect(page.get_by_text("处置中").first).to_be_visible()
