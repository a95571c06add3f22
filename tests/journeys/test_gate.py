"""A department applies to hand a matter to communities and is refused; the task comes all the same, and a community refuses it with one click."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.cases import commands
from linli.cases.commands import Intake, ReporterFacts
from linli.cases.models import Case
from linli.duties.models import Application, Refusal
from linli.duties.rules.gate import first_start
from linli.kernel.calendar.queries import calendar_for
from tests.cast import Cast
from tests.journeys.stage import Stage, behind_the_scene, box, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TITLE = "反诈应用安装率统计"


def apply(stage: Stage, size: str) -> Application:
    """The clerk writes the application, looks at what it weighs, and sends it."""
    with behind_the_scene():
        starts = first_start(timezone.localdate(), 31, calendar_for())
    page = stage.enter("clerk", size)
    page.goto("/duties/gate/")
    page.get_by_role("link", name="申请准入", exact=True).click()
    box(page, "事项名称").fill(TITLE)
    box(page, "要社区做什么").fill("动员居民下载安装，每周统计安装率并排名")
    box(page, "依据").fill("推进会要求")
    page.locator("[name=places]").select_option("520103/520103019/", force=True)
    box(page, "从哪一天起").fill(f"{starts:%Y-%m-%d}")
    box(page, "到哪一天止").fill(f"{starts + timedelta(days=200):%Y-%m-%d}")
    box(page, "多久一次").select_option("week")
    box(page, "考虑过的其他办法").fill("短信提醒，安装慢")
    box(page, "入户走访").fill("40")
    whole(page)
    page.get_by_role("button", name="存为草稿，看估算").click()
    expect(page.get_by_role("region", name="逐项估算")).to_contain_text("入户走访")
    whole(page)
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("#toasts")).to_contain_text("提交申请")
    with behind_the_scene():
        return Application.objects.get()


def step(page: Page, label: str, reason: str) -> None:
    """Take a step that asks for its reason."""
    page.get_by_role("button", name=label, exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("理由").fill(reason)
    dialog.get_by_role("button", name=label, exact=True).click()
    expect(page.locator("#toasts")).to_contain_text(label)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_department_applies_and_is_refused_and_its_task_is_refused_with_one_click(
    stage: Stage, size: str
) -> None:
    row = apply(stage, size)
    county = stage.enter("gate", size)
    county.goto("/workbench/")
    county.get_by_role("link", name=TITLE).first.click()
    county.get_by_role("button", name="征求意见", exact=True).click()
    expect(county.locator("#toasts")).to_contain_text("征求意见")

    community = stage.enter("community", size)
    community.goto("/workbench/")
    community.get_by_role("link", name=TITLE).first.click()
    box(community, "说一句").fill("不许通报安装率，社区没有权限")
    whole(community)
    community.get_by_role("button", name="不同意", exact=True).click()
    expect(community.locator("#toasts")).to_contain_text("不同意")

    county.reload()
    expect(county.get_by_text("社区没有权限")).to_be_visible()
    whole(county)
    step(county, "不予准入", "国办函〔2026〕12号不许强制安装、通报安装率")
    anybody = stage.enter("", size)
    anybody.goto("/duties/public/gate/")
    anybody.get_by_role("link", name=TITLE).click()
    expect(anybody.get_by_text("不许强制安装")).to_be_visible()
    whole(anybody)

    community.goto("/duties/refusals/new/")
    community.locator("[name=department]").select_option("D01", force=True)
    box(community, "什么事").fill(f"{TITLE}，今天下班前报")
    community.get_by_role("button", name="拒收", exact=True).click()
    expect(community.locator("#toasts")).to_contain_text("已拒收")
    expect(community.get_by_text(f"准入申请 {row.number}").first).to_be_visible()
    whole(community)
    clerk = stage.enter("clerk", size)
    clerk.goto("/duties/refusals/")
    expect(clerk.get_by_role("link", name=TITLE).first).to_be_visible()
    with behind_the_scene():
        number = Refusal.objects.get().number
    county.goto(f"/duties/refusals/{number}/")
    county.get_by_role("button", name="拒收成立", exact=True).first.click()
    county.get_by_role("dialog").get_by_role("button", name="拒收成立", exact=True).click()
    expect(county.locator("#toasts")).to_contain_text("已答复")


def handed(cast: Cast) -> Case:
    """A case of a department that a dispatcher gave to the community by hand."""
    at, by = timezone.now(), cast.actors["dispatcher"]
    intake = Intake(
        channel="hotline", text="电梯坏了", category=cast.category("0301"), place=cast.unit("520103019001001"), reporter=ReporterFacts(phone="13885100001"),
    )  # fmt: skip
    case = commands.receive(intake, by=by, at=at)
    commands.accept(case_id=case.pk, by=by, at=at)
    return commands.dispatch(case_id=case.pk, lead=cast.unit("520103019001"), by=by, at=at)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_community_refuses_a_case_with_one_click_and_takes_a_wrong_one_back(
    stage: Stage, size: str
) -> None:
    with behind_the_scene():
        case = handed(stage.cast)
    page = stage.enter("community", size)
    page.goto(f"/cases/{case.number}/")
    page.get_by_role("button", name="拒收", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("拒收")
    with behind_the_scene():
        refusal = Refusal.objects.get()
        assert (refusal.about, Case.objects.get().state) == (case.number, "filed")
    page.locator("#toasts").get_by_role("button", name="撤回").or_(
        page.locator("#toasts form button")
    ).first.click()
    expect(page.locator("#toasts")).to_contain_text("撤回拒收")
    with behind_the_scene():
        assert Case.objects.get().state == "dispatched"
