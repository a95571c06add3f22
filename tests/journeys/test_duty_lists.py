"""The county enters what may not be asked of communities; everybody reads it, and a community refuses with its number."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from linli.duties.models import ListEntry
from tests.journeys.stage import Stage, behind_the_scene, box, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_line_of_the_negative_list_is_entered_read_and_cited(stage: Stage, size: str) -> None:
    admin = stage.enter("admin", size)
    admin.goto("/duties/lists/new/?kind=negative")
    box(admin, "名称").fill("代收水费")
    admin.locator("[name=lead]").select_option("D03", force=True)
    box(admin, "依据").fill("减负会议纪要")
    whole(admin)
    admin.get_by_role("button", name="保存").click()
    expect(admin.locator("#toasts")).to_contain_text("已新增")
    with behind_the_scene():
        code = ListEntry.objects.get(name="代收水费").code

    anybody = stage.enter("", size)
    anybody.goto("/duties/public/negative/")
    expect(anybody.get_by_text("代收水费")).to_be_visible()

    community = stage.enter("community", size)
    community.goto("/duties/refusals/new/")
    community.locator("[name=department]").select_option("D03", force=True)
    box(community, "什么事").fill("请社区代收水费并上门催缴")
    community.get_by_role("button", name="拒收", exact=True).click()
    expect(community.get_by_text(f"负面清单第 {code} 条“代收水费”").first).to_be_visible()
    whole(community)
