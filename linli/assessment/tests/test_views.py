"""The pages: who may look, report, answer and confirm; a number leads to its records; the public page names nobody."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.assessment import commands
from linli.assessment.commands import Answer
from linli.assessment.models import Confirmation, SelfReport, Suggestion
from linli.assessment.rules import periods_of
from linli.assessment.tests.factories import NEXT, OWN, STREET, asked, figures, told
from linli.assessment.workbench import reports, suggestions
from linli.kernel.accounts.models import User
from linli.kernel.privacy.context import set_viewer
from tests.cast import MONDAY, TESTER, Cast
from tests.lists import enter

pytestmark = pytest.mark.django_db

READ = ["meter", "departments", "saved", "formula", "reports", "suggestions", "check", "suggest"]
PUBLIC = ["public", "public_suggestions", "public_suggest"]
THIS_YEAR = timezone.localdate().year


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"assessment:{name}", args=args), query)
    assert answer.status_code == 200, (name, args)
    return answer.content.decode()


@pytest.fixture
def weighed(cast: Cast) -> Cast:
    """Returns, a seal, self-reports of both communities, all counted."""
    asked(cast)
    told(cast)
    told(cast, NEXT, form=200)
    for period in periods_of(MONDAY.date()):
        commands.count(period=period, by=TESTER, at=MONDAY)
    return cast


def test_everybody_with_an_account_reads_and_nobody_without_one(cast: Cast) -> None:
    for name in READ:
        address = reverse(f"assessment:{name}")
        assert {
            who: enter(cast, who).get(address).status_code for who in ("leader", "clerk", "grid", "security")
        } == dict.fromkeys(("leader", "clerk", "grid", "security"), 200), name
        assert Client().get(address).status_code == 302, name
    for name in PUBLIC:
        assert Client().get(reverse(f"assessment:{name}")).status_code == 200, name


def test_a_number_leads_to_how_it_came_about_and_to_its_records(weighed: Cast) -> None:
    community = enter(weighed, "community")
    meter = page(community, "meter", period="2026")
    assert "冠竹苑社区：减负计量" in meter and "161" in meter
    figure = page(community, "figure", OWN, "form", period="2026")
    assert (
        "此刻重新数了一遍，相同" in figure
        and "云岩区综合行政执法局" in figure
        and "产品默认值，未在来源中核对" in figure
    )
    found = re.search(r'href="([^"]+)">打开这些记录', figure)
    assert found is not None
    listed = community.get(f"{found[1].replace('&amp;', '&')}&format=json").json()
    assert listed["total"] == 1
    certificates = page(community, "figure", OWN, "certificate", period="2026")
    found = re.search(r'href="([^"]+)">打开这些记录', certificates)
    assert found is not None
    assert community.get(f"{found[1].replace('&amp;', '&')}&format=json").json()["total"] == 3
    assert "打开自报" in page(community, "figure", OWN, "group", period="2026")
    assert "打开自报" not in page(enter(weighed, "stranger"), "figure", OWN, "group", period="2026")


def test_a_place_opens_for_everybody_and_what_is_none_is_not_found(weighed: Cast) -> None:
    clerk = enter(weighed, "clerk")
    assert "友谊花园社区" in page(clerk, "unit", STREET, period="2026")
    assert "冠竹苑社区" in page(clerk, "unit", "520103", period="2026", by="community")
    for args in (["D01"], ["520103019001001"], ["nowhere"]):
        assert clerk.get(reverse("assessment:unit", args=args)).status_code == 404
    assert clerk.get(reverse("assessment:figure", args=[OWN, "mood"])).status_code == 404
    assert "2026年" in page(clerk, "unit", STREET, period="rubbish") or THIS_YEAR != 2026


def test_departments_and_savings_are_listed_with_their_formulas(weighed: Cast) -> None:
    leader = enter(weighed, "leader")
    assert "云岩区综合行政执法局" in page(leader, "departments", period="2026")
    saved = page(leader, "saved", period="2026")
    assert "由系统代填的项" in saved and "0.48" in saved
    assert "496" in page(leader, "formula")


def test_the_table_of_communities_leaves_as_a_file_with_the_same_figures(weighed: Cast) -> None:
    answer = enter(weighed, "leader").get(
        reverse("assessment:unit", args=["520103"]), {"period": "2026", "format": "csv"}
    )
    head, *rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert head[:4] == ["单位代码", "单位", "期间", "填报的报表"] and [row[0] for row in rows] == [OWN, NEXT]
    assert dict(zip(head, rows[0], strict=True))["工作群"] == "161"


def test_a_community_reports_corrects_and_undoes_on_its_pages(cast: Cast) -> None:
    community = enter(cast, "community")
    address = reverse("assessment:report_fill", args=[OWN, THIS_YEAR])
    assert "五分钟填完" in community.get(address).content.decode()
    wrong = community.post(address, {"meeting": "很多"})
    assert wrong.status_code == 422 and "请写数字，例如 63" in wrong.content.decode()
    lacking = community.post(address, {"secretary.ding": "63"})
    assert lacking.status_code == 422 and "有几个人" in lacking.content.decode()
    first = {
        "meeting": "约60",
        "secretary.people": "1",
        "secretary.ding": "63",
        "secretary.wechat": "98",
        "secretary.app": "44",
    }
    done = community.post(address, first, follow=True).content.decode()
    assert "已报" in done and "48–72" in done and "63" in done
    again = community.get(address).content.decode()
    assert 'value="48-72"' in again and 'value="98"' in again, "what was told stands in the fields"
    community.post(address, first | {"meeting": "70"})
    set_viewer(TESTER)
    held = SelfReport.objects.standing().get()
    assert (held.number, held.figures["meeting"]["likely"]) == (2, 70)
    undo = reverse("assessment:report_undo", args=[OWN, THIS_YEAR])
    stale = community.post(undo, {"version": held.pk - 1}, follow=True).content.decode()
    assert "已经更正或收回" in stale
    assert "恢复到上一版" in community.post(undo, {"version": held.pk}, follow=True).content.decode()
    set_viewer(TESTER)
    assert SelfReport.objects.standing().get().number == 1


def test_a_report_is_for_the_own_territory(cast: Cast) -> None:
    commands.report(
        unit=cast.unit(OWN), year=THIS_YEAR, figures=figures(meeting=3), by=TESTER, at=timezone.now()
    )
    detail = reverse("assessment:report", args=[OWN, THIS_YEAR])
    fill = reverse("assessment:report_fill", args=[OWN, THIS_YEAR])
    assert enter(cast, "street").get(detail).status_code == 200
    assert [enter(cast, "stranger").get(url).status_code for url in (detail, fill)] == [404, 404]
    assert enter(cast, "leader").get(fill).status_code == 403
    assert enter(cast, "clerk").get(detail).status_code == 404


def test_a_suggestion_goes_from_a_community_to_its_answer_in_the_open(cast: Cast) -> None:
    community, keeper = enter(cast, "community"), enter(cast, "keeper")
    assert community.post(reverse("assessment:suggest"), {"topic": "form"}).status_code == 422
    text = "苏兰说：两张表问同样的人数。"
    sent = community.post(
        reverse("assessment:suggest"), {"topic": "form", "about": "D01", "text": text}, follow=True
    ).content.decode()
    assert "已收到，编号 JF" in sent and "我提的" in sent and text in sent
    set_viewer(TESTER)
    row = Suggestion.objects.get()
    address = reverse("assessment:suggestion", args=[row.number])
    asked_of = keeper.get(address).content.decode()
    assert text in asked_of and "提的人" not in asked_of and cast.users["community"].username not in asked_of
    assert enter(cast, "stranger").get(address).status_code == 404
    assert keeper.post(address, {"outcome": "adopted"}).status_code == 422
    open_page = page(Client(), "public_suggestions")
    assert row.number in open_page and text not in open_page
    told_open = {"outcome": "adopted", "answer": "下月起并表。", "published": "两张表问同样的人数。"}
    assert "已答复，并已公开" in keeper.post(address, told_open, follow=True).content.decode()
    open_page = page(Client(), "public_suggestions")
    assert "下月起并表。" in open_page and "苏兰" not in open_page
    assert enter(cast, "stranger").get(address).status_code == 200
    assert text not in enter(cast, "stranger").get(address).content.decode()


def test_the_author_takes_a_suggestion_back(cast: Cast) -> None:
    row = commands.suggest(topic="other", text="少开会", by=cast.actors["community"], at=MONDAY)
    undo = reverse("assessment:suggestion_withdraw", args=[row.number])
    assert enter(cast, "stranger").post(undo).status_code == 404
    assert "已撤回" in enter(cast, "community").post(undo, follow=True).content.decode()
    assert row.number not in page(Client(), "public_suggestions")


def test_without_an_account_so_many_suggestions_an_hour(cast: Cast) -> None:
    client, address = Client(), reverse("assessment:public_suggest")
    values = {"topic": "certificate", "text": "办事还要社区证明"}
    assert "已收到，编号" in client.post(address, values, follow=True).content.decode()
    for _ in range(4):
        client.post(address, values)
    late = client.post(address, values)
    assert late.status_code == 422 and "过于频繁" in late.content.decode()
    set_viewer(TESTER)
    assert set(Suggestion.objects.values_list("author", flat=True)) == {None}
    assert Suggestion.objects.count() == 5


def test_a_rule_is_confirmed_by_the_office_alone(cast: Cast) -> None:
    address = reverse("assessment:check_confirm", args=["filing"])
    keeper = enter(cast, "keeper")
    assert enter(cast, "leader").get(address).status_code == 403
    assert keeper.get(reverse("assessment:check_confirm", args=["level"])).status_code == 404
    assert keeper.post(address, {"state": "kept", "note": ""}).status_code == 422
    assert (
        "已确认" in keeper.post(address, {"state": "kept", "note": "备案号 1"}, follow=True).content.decode()
    )
    set_viewer(TESTER)
    assert Confirmation.objects.get().rule == "filing"


def test_only_the_office_lets_a_period_be_counted_again(cast: Cast) -> None:
    address = reverse("assessment:count")
    assert enter(cast, "leader").post(address).status_code == 403
    assert (
        "正在重新统计" in enter(cast, "keeper").post(f"{address}?period=2026", follow=True).content.decode()
    )


def test_the_workbench_says_what_is_to_be_told_and_answered(cast: Cast) -> None:
    (section,) = reports(cast.actors["street"], MONDAY)
    assert (section.count, [task.note for task in section.tasks]) == (2, ["冠竹苑社区", "友谊花园社区"])
    told(cast)
    assert reports(cast.actors["community"], MONDAY) == []
    assert reports(cast.actors["stranger"], MONDAY.replace(month=5)) == [], "in spring nobody is asked"
    commands.suggest(topic="other", text="少开会", by=cast.actors["community"], at=MONDAY)
    (section,) = suggestions(cast.actors["keeper"], MONDAY)
    assert section.count == 1 and section.tasks[0].due is not None
    assert suggestions(cast.actors["leader"], MONDAY) == []


def test_the_public_pages_name_nobody(weighed: Cast) -> None:
    """Whoever reported, wrote, answered or confirmed: no name of a person stands on a page without sign-in."""
    commands.report(
        unit=weighed.unit(OWN),
        year=2026,
        figures=figures(meeting=7),
        by=weighed.actors["community"],
        at=MONDAY,
    )
    row = commands.suggest(topic="form", text="并表", by=weighed.actors["community"], at=MONDAY)
    commands.answer(
        number=row.number, answer=Answer("adopted", "并", "并表"), by=weighed.actors["keeper"], at=MONDAY
    )
    names = set(User.objects.values_list("display_name", flat=True))
    assert {"苏兰", "白露"} <= names
    for name in PUBLIC:
        text = page(Client(), name, period="2026")
        assert [each for each in names if each in text] == [], name
        assert "排名" not in text.replace("不排名", "")
    assert "冠竹苑社区" in page(Client(), "public", period="2026")
