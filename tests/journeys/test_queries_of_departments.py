"""A department asks the registers instead of the communities; and a community carries over what it answered the last time."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from linli.registry.tests.district import settle
from linli.returns.commands import answer, fill_round, move, open_round
from linli.returns.models import Query, Return
from linli.returns.tests.factories import SERVED, bound, permitted
from tests.cast import MONDAY, TESTER
from tests.journeys.stage import Stage, behind_the_scene, box, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
OWN = "520103019001"


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_sensitive_query_is_agreed_and_small_counts_stay_at_home(stage: Stage, size: str) -> None:
    with behind_the_scene():
        settle(stage.cast)
    clerk = stage.enter("clerk", size)
    clerk.goto("/returns/queries/")
    clerk.get_by_role("link", name="申请查询").click()
    box(clerk, "名称").fill("各社区独居老人")
    clerk.locator("[name=figures]").select_option(["people.all", "care.elderly_alone"], force=True)
    box(clerk, "依据").fill("老年人权益保障法第十三条")
    box(clerk, "用途").fill("安排冬季探访")
    whole(clerk)
    clerk.get_by_role("button", name="申请", exact=True).click()
    expect(clerk.locator("#toasts")).to_contain_text("等区县审批")
    with behind_the_scene():
        code = Query.objects.get().code
    keeper = stage.enter("keeper", size)
    keeper.goto("/workbench/")
    keeper.get_by_role("link", name="各社区独居老人").first.click()
    whole(keeper)
    keeper.get_by_role("button", name="同意", exact=True).click()
    expect(keeper.locator("#toasts")).to_contain_text("部门现在可以查询")
    clerk.goto(f"/returns/queries/{code}/")
    clerk.get_by_role("button", name="查询", exact=True).click()
    expect(clerk.get_by_role("region", name="查询结果")).to_contain_text("少于5")
    whole(clerk)
    with clerk.expect_download() as taken:
        clerk.get_by_role("button", name="导出表格").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes()))
    *rows, whole_of_it, _blank, mark = book.active.iter_rows(min_row=5, values_only=True)  # type: ignore[union-attr]
    assert all(row[2] == 0 or isinstance(row[2], str) or row[2] >= 5 for row in rows)
    assert whole_of_it[0] == "合计" and "安排冬季探访" in mark[0]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_what_was_answered_last_month_is_carried_over_by_one_press(stage: Stage, size: str) -> None:
    with behind_the_scene():
        settle(stage.cast)
        form = permitted(stage.cast)
        bound(stage.cast, form)
        for at in (MONDAY, MONDAY + timedelta(days=31)):
            made = open_round(code=form.code, by=stage.cast.actors["clerk"], at=at)
            fill_round(round_id=made.pk, by=TESTER, at=at)
        row = Return.objects.order_by("pk").filter(unit__code=OWN).first()
        assert row is not None
        answer(return_id=row.pk, values=SERVED, reasons={}, version=row.version, by=TESTER, at=MONDAY)
        move(return_id=row.pk, verb="submit", by=TESTER, at=MONDAY)
        owed = Return.objects.get(unit__code=OWN, round=made)
    page = stage.enter("community", size)
    page.goto(f"/returns/{owed.pk}/")
    page.get_by_label("上门服务次数/合计").fill("14")
    page.get_by_role("button", name="空格沿用上期").click()
    expect(page.locator("#toasts")).to_contain_text("已沿用上期 2 处")
    expect(page.get_by_label("上门服务次数/合计")).to_have_value("14")
    expect(page.get_by_label("上门服务次数/女")).to_have_value("7")
    whole(page)
    page.get_by_role("button", name="保存并提交").click()
    expect(page.locator("#toasts")).to_contain_text("已提交")
    page.goto(f"/returns/{owed.pk}/")
    expect(page.get_by_text("与报出时一致")).to_be_visible()
    whole(page)
