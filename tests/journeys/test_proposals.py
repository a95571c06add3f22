"""A proposal of the political consultative conference: taken in, given to a lead with help, answered by letter, rated."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from linli.cases.models import Proposal
from tests.journeys.stage import Stage, behind_the_scene, box, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_proposal_goes_from_its_receipt_to_the_proposers_rating(stage: Stage, size: str) -> None:
    office = stage.enter("dispatcher", size)
    office.goto("/proposals/")
    office.get_by_role("link", name="登记建议提案").click()
    office.get_by_text("政协提案", exact=True).click()
    box(office, "届次").fill("区政协十届二次会议")
    box(office, "案号").fill("32")
    box(office, "收到日期").fill("2026-11-20")
    box(office, "提出人").fill("李明")
    box(office, "联系电话").fill("13985100002")
    box(office, "案由").fill("关于加强老旧小区电梯加装工作的建议")
    box(office, "内容").fill("建议摸清底数，简化手续，落实补助资金。")
    box(office, "分类").fill("物业服务")
    whole(office)
    office.get_by_role("button", name="登记", exact=True).click()
    expect(office.get_by_role("heading", name="案由与内容")).to_be_visible()
    with behind_the_scene():
        row = Proposal.objects.select_related("case").get()
    number = row.case.number
    office.goto(f"/screening/?case={number}")
    office.get_by_role("button", name="受理立案").click()
    expect(office.locator("#toasts")).to_contain_text("立案")
    office.goto(f"/dispatching/?case={number}")
    box(office, "主办单位").fill("云岩区住房和城乡建设局")
    box(office, "协办单位").fill("云岩区市场监督管理局")
    box(office, "协办单位").blur()
    office.locator("[form=send]").click()
    expect(office.locator("#toasts")).to_contain_text("派遣")
    lead = stage.enter("builder", size)
    lead.goto(f"/cases/{number}/")
    expect(lead.get_by_text("云岩区市场监督管理局").first).to_be_visible()
    lead.get_by_role("button", name="签收").click()
    expect(lead.locator("#toasts")).to_contain_text("签收")
    lead.goto(f"/proposals/{row.pk}/")
    box(lead, "复函文号").fill("云住建函〔2026〕12号")
    box(lead, "办理结果").select_option("A")
    box(lead, "复函正文").fill("您提出的建议收悉，现答复如下：已列入年度计划。")
    whole(lead)
    lead.get_by_role("button", name="答复").click()
    expect(lead.get_by_text("云住建函〔2026〕12号").first).to_be_visible()
    with lead.expect_download() as paper:
        lead.get_by_role("link", name="复函 Word 文件").click()
    assert paper.value.suggested_filename.endswith(".docx")
    office = stage.enter("operator", size)
    office.goto(f"/proposals/{row.pk}/")
    office.get_by_text("基本满意", exact=True).click()
    box(office, "意见").fill("希望加快进度")
    office.get_by_role("button", name="记录评价").click()
    expect(office.get_by_text("希望加快进度")).to_be_visible()
    whole(office)
    with behind_the_scene():
        assert Proposal.objects.get().rating == "fair"
