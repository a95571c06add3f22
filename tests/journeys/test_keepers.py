"""Those who keep the house: audit, security and administration, each at its own and kept apart."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.duties.models import Category
from linli.kernel.accounts.models import Post
from linli.kernel.norms.models import Norm
from tests.journeys.scenery import Scenery
from tests.journeys.stage import Stage, behind_the_scene, box, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PASSWORD = "Qm7-lin-li-2026"


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_an_auditor_finds_who_did_what_to_one_case(stage: Stage, size: str) -> None:
    with behind_the_scene():
        it = Scenery(stage.cast)
        case = it.handled("电梯坏了三天没人修")
        it.taken("单元门禁坏了", "0301")
    page = stage.enter("auditor", size)
    page.goto("/audit/")
    expect(page.locator(".l-chips")).to_contain_text("近 7 天")
    page.get_by_role("main").get_by_role("searchbox").first.fill(f"高原 {case.number}")
    expect(page).to_have_url(re.compile("q="))
    rows = page.get_by_role("region", name="审计").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("签收")
    whole(page)


def sign_in(page: Page, name: str, password: str) -> None:
    """As everybody does in the morning."""
    page.goto("/accounts/sign-in/")
    box(page, "账号").fill(name)
    box(page, "密码").fill(password)
    page.get_by_role("button", name="登录").click()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_one_makes_the_account_another_gives_the_post_and_a_third_person_works_with_it(
    stage: Stage, size: str
) -> None:
    admin = stage.enter("admin", size)
    admin.goto("/accounts/staff/")
    admin.get_by_role("link", name="建立账号").click()
    box(admin, "姓名").fill("薛晴")
    box(admin, "账号").fill("xueqing")
    box(admin, "初始密码").fill(PASSWORD)
    admin.get_by_role("button", name="建立账号").click()
    expect(admin.get_by_text("还没有岗位")).to_be_visible()
    expect(admin.get_by_role("button", name="授予岗位")).to_have_count(0)
    security = stage.enter("security", size)
    security.goto("/accounts/staff/?q=薛晴")
    security.get_by_role("link", name="薛晴", exact=True).click()
    box(security, "角色").select_option(label="热线话务员")
    box(security, "单位").fill("520103")
    box(security, "开始").fill(f"{timezone.localdate() - timedelta(days=1)}")
    security.get_by_role("button", name="授予岗位").click()
    expect(security.get_by_role("cell", name="热线话务员")).to_be_visible()
    whole(security)
    assert Post.objects.get(user__username="xueqing").scope == "520103/"
    page = stage.enter(size=size)
    sign_in(page, "xueqing", "wrong-password")
    expect(page.get_by_role("alert")).to_be_visible()
    sign_in(page, "xueqing", PASSWORD)
    expect(page).to_have_url(re.compile("/accounts/me/"))
    box(page, "现在的密码").fill(PASSWORD)
    box(page, "新密码").fill("Hd5-new-2026-ok")
    box(page, "再输一次新密码").fill("Hd5-new-2026-ok")
    page.get_by_role("main").get_by_role("button", name="更改密码").click()
    page.goto("/desk/")
    expect(box(page, "电话")).to_be_visible()


def test_security_makes_a_token_that_is_shown_once_and_takes_it_back(stage: Stage) -> None:
    page, today = stage.enter("security"), timezone.localdate()
    page.goto("/accounts/machines/")
    box(page, "名称").fill("市 12345 平台")
    box(page, "单位").fill("520103")
    box(page, "单位").press("Enter")
    page.get_by_role("main").get_by_role("checkbox").first.check()
    box(page, "开始").fill(f"{today}")
    box(page, "结束").fill(f"{today + timedelta(days=365)}")
    page.get_by_role("button", name="建立令牌").click()
    token = box(page, "令牌").input_value()
    assert len(token) > 20
    whole(page)
    page.goto("/accounts/machines/")
    assert token not in page.content()
    page.get_by_role("button", name="收回").click()
    expect(page.get_by_text("已收回").first).to_be_visible()


def test_a_norm_is_changed_after_its_effect_was_shown_and_the_old_value_stays_in_its_history(
    stage: Stage,
) -> None:
    page = stage.enter("admin")
    page.goto("/norms/?q=查询码输错")
    page.get_by_role("link", name="查询码输错多少次后锁定").click()
    page.get_by_role("link", name="修改").click()
    box(page, "新的取值").fill("4")
    box(page, "生效日期").fill(f"{timezone.localdate() + timedelta(days=1)}")
    box(page, "依据").fill("云府发〔2026〕1号第三条")
    page.get_by_role("button", name="看看会改变什么").click()
    expect(page.get_by_text("改动之后")).to_be_visible()
    whole(page)
    page.get_by_role("button", name="改为新取值").click()
    expect(page.get_by_text("云府发〔2026〕1号第三条").first).to_be_visible()
    expect(page.get_by_role("heading", name="对比")).to_be_visible()
    expect(page.get_by_text("没有人改过")).to_have_count(0)
    whole(page)
    assert Norm.objects.filter(key="cases.public.code_tries").count() == 2


def test_a_new_word_for_a_category_is_understood_at_once(stage: Stage) -> None:
    page = stage.enter("admin")
    page.goto("/duties/categories/0301/change/")
    words = box(page, "同义词")
    words.fill(f"{words.input_value()}\n轿厢")
    page.get_by_role("button", name="保存").click()
    assert "轿厢" in Category.objects.get(code="0301").synonyms
    page.goto("/duties/try/")
    box(page, "诉求内容").fill("轿厢里没有灯")
    page.get_by_role("button", name="看结果").click()
    expect(page.locator("#tried")).to_contain_text("物业服务")
    whole(page)


def test_an_entry_of_the_catalogue_ends_on_a_day_for_a_reason(stage: Stage) -> None:
    page = stage.enter("admin")
    page.goto("/duties/catalogue/")
    page.get_by_role("link", name="C003").first.click()
    page.get_by_role("button", name="停用").click()
    dialog = page.get_by_role("dialog")
    box(dialog, "停用日期").fill(f"{timezone.localdate() + timedelta(days=30)}")
    box(dialog, "理由").fill("职责划转")
    dialog.get_by_role("button", name="停用").click()
    expect(page.get_by_text("职责划转").first).to_be_visible()
    whole(page)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_local_day_off_goes_into_the_calendar_and_is_taken_back(stage: Stage, size: str) -> None:
    page = stage.enter("admin", size)
    page.goto("/calendar/2026/")
    page.locator("a[href*='/calendar/day/2026-12-15/']").click()
    page.get_by_text("休息", exact=True).click()
    box(page, "名称").fill("防汛值守调休")
    box(page, "依据").fill("云府办发〔2026〕8号")
    page.get_by_role("button", name="改为这样").click()
    page.goto("/calendar/day/2026-12-15/")
    expect(page.get_by_text("本地安排").first).to_be_visible()
    whole(page)
    page.get_by_role("button", name="撤回本地安排").click()
    page.goto("/calendar/day/2026-12-15/")
    expect(page.get_by_role("button", name="撤回本地安排")).to_have_count(0)
