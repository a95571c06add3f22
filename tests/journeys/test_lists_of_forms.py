"""A department's list is bound, filled row by row in a community, and a correction in it waits for the next visit."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from linli.registry.models import Question
from linli.registry.tests.district import settle
from linli.returns.models import Form, Return
from linli.returns.tests.factories import permitted
from linli.returns.tests.rosters import OWN, roster
from tests.journeys.stage import Stage, behind_the_scene, whole, worked_off

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_list_is_bound_filled_corrected_sent_and_taken(stage: Stage, size: str) -> None:
    with behind_the_scene():
        settle(stage.cast)
        form = permitted(stage.cast, title="60岁以上老人花名册")
        Form.objects.filter(pk=form.pk).update(valid_to=timezone.localdate() + timedelta(days=100))
    clerk = stage.enter("clerk", size)
    clerk.goto(f"/returns/forms/{form.code}/template/")
    clerk.get_by_label("模板文件").set_input_files(
        {"name": "花名册.xlsx", "mimeType": XLSX, "buffer": roster()}
    )
    clerk.get_by_role("button", name="上传并识别").click()
    expect(clerk.get_by_label("每行一条记录")).to_have_value("people.age.60")
    whole(clerk)
    clerk.get_by_label("身份证号").select_option(label="证件号码（6-8-4 位空格分段）")
    clerk.get_by_role("button", name="确认模板").click()
    expect(clerk.locator("#toasts")).to_contain_text("可以下发")
    clerk.get_by_role("button", name=re.compile("^下发")).click()
    expect(clerk.locator("#toasts")).to_contain_text("已下发")
    assert worked_off("returns.fill_round") == 1
    with behind_the_scene():
        row = Return.objects.get(unit__code=OWN)
        count = row.lines.count()
    page = stage.enter("community", size)
    page.goto(f"/returns/{row.pk}/")
    whole(page)
    for number in range(1, count + 1):
        page.get_by_label(f"第 {number} 行是否需要上门").fill("否")
    page.locator("summary", has_text="不对").first.click()
    page.locator("#fix-1").select_option(label="姓名")
    page.locator("#fixed-1").fill("王秀瑛")
    page.get_by_role("button", name="保存并提交").click()
    expect(page.get_by_role("alert")).to_contain_text("要写明理由")
    page.locator("#why-1").fill("身份证上是这个字")
    whole(page)
    page.get_by_role("button", name="保存并提交").click()
    expect(page.locator("#toasts")).to_contain_text("已提交")
    whole(page)
    page.get_by_role("link", name="下载原表", exact=True).click()
    expect(page.get_by_role("heading", name="下载花名册")).to_be_visible()
    whole(page)
    page.get_by_label("用途").select_option(label="人口统计核对")
    with page.expect_download() as taken:
        page.get_by_role("button", name="下载").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    with behind_the_scene():
        assert Question.objects.get(state="open").element == "name"
