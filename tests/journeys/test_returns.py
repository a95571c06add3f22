"""A form of a department: permitted, bound to what is known, filled, refused by its own formula, sent up and back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from linli.registry.tests.district import settle
from linli.returns.models import Form, Return
from linli.returns.tests.factories import population
from linli.shell.demo.gate import open_gate
from tests.cast import TESTER
from tests.journeys.stage import Stage, behind_the_scene, box, whole, worked_off

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OWN = "520103019001"


def permit(stage: Stage, size: str) -> Form:
    """The keeper enters the form."""
    with behind_the_scene():  # the form is old stock: one of after the gate was opened names its admission
        open_gate(on=timezone.localdate() + timedelta(days=1), by=TESTER, at=timezone.now())
    page = stage.enter("keeper", size)
    page.goto("/returns/forms/")
    page.get_by_role("link", name="准许一张报表").click()
    box(page, "表名").fill("社区人口情况月报")
    page.locator("[name=owner]").select_option("D01", force=True)
    box(page, "制发依据").fill("统计法第十九条")
    box(page, "用途").fill("掌握人口变动")
    whole(page)
    page.get_by_role("button", name="准许").click()
    expect(page.locator("#toasts")).to_contain_text("请上传模板")
    whole(page)
    with behind_the_scene():
        return Form.objects.get()


def send(stage: Stage, form: Form, size: str) -> Return:
    """The department uploads its workbook, looks at what fills it, and asks for a month; the worker fills it."""
    clerk = stage.enter("clerk", size)
    clerk.goto(f"/returns/forms/{form.code}/")
    clerk.get_by_role("link", name="上传模板").click()
    clerk.get_by_label("模板文件").set_input_files(
        {"name": "月报.xlsx", "mimeType": XLSX, "buffer": population()}
    )
    clerk.get_by_role("button", name="上传并识别").click()
    expect(clerk.get_by_label("在册人口/合计")).to_have_value("people.all")
    clerk.get_by_label("每行一条").fill("C4 + D4 = B4\nC6 + D6 = B6")
    whole(clerk)
    clerk.get_by_role("button", name="确认模板").click()
    expect(clerk.locator("#toasts")).to_contain_text("可以下发")
    clerk.get_by_role("button", name=re.compile("^下发")).click()
    expect(clerk.locator("#toasts")).to_contain_text("已下发")
    assert worked_off("returns.fill_round") == 1
    with behind_the_scene():
        return Return.objects.get(unit__code=OWN)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_form_is_filled_with_what_is_known_and_goes_up_and_back(stage: Stage, size: str) -> None:
    with behind_the_scene():
        settle(stage.cast)
    form = permit(stage, size)
    row = send(stage, form, size)
    page = stage.enter("community", size)
    page.goto("/returns/")
    page.get_by_role("link", name="社区人口情况月报").first.click()
    expect(page.get_by_text("还要您填")).to_be_visible()
    for heading, value in (("合计", "12"), ("男", "5"), ("女", "6")):
        page.get_by_label(f"上门服务次数/{heading}").fill(value)
    whole(page)
    page.get_by_role("button", name="保存并提交").click()
    expect(page.get_by_role("alert")).to_contain_text("审核公式不符")
    page.get_by_label("上门服务次数/女").fill("7")
    page.get_by_role("button", name="保存并提交").click()
    expect(page.locator("#toasts")).to_contain_text("已提交")
    whole(page)
    street = stage.enter("street", size)
    street.goto(f"/returns/{row.pk}/")
    street.get_by_role("button", name="退回修改").click()
    street.get_by_label("哪里不对").fill("上门次数请与走访记录核对")
    whole(street)
    street.get_by_role("button", name="退回", exact=True).click()
    expect(street.locator("#toasts")).to_contain_text("填报中")
    page.goto(f"/returns/{row.pk}/")
    expect(page.locator(".l-timeline")).to_contain_text("上门次数请与走访记录核对")
    page.get_by_role("link", name="在册人口").first.click()
    expect(page.get_by_role("heading", name="人员")).to_be_visible()
    with behind_the_scene():
        row.refresh_from_db()
    expect(page.locator("body")).to_contain_text(f"共 {row.known['B4']} 条")
