"""The pages: who may read them, who may change, and what they say."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from linli.duties import commands
from linli.duties.models import CatalogueEntry, Category, ListEntry
from linli.duties.tests.factories import AT, SYSTEM, TODAY
from linli.kernel.accounts.commands import create_user, give_post
from linli.territory.models import Unit
from linli.territory.queries.units import TREE

pytestmark = [pytest.mark.usefixtures("lists"), pytest.mark.django_db]

PAGES = [
    reverse("duties:categories"),
    reverse("duties:categories") + "?q=窨井盖",
    reverse("duties:categories") + "?under=0101",
    reverse("duties:category", args=["010108"]),
    reverse("duties:catalogue"),
    reverse("duties:entry", args=["P010108-01"]),
    reverse("duties:try"),
    reverse("duties:findings"),
    reverse("duties:items"),
    reverse("duties:item", args=["030101"]),
    reverse("duties:lists") + "?kind=no_certificate",
    reverse("duties:line", args=["N03"]),
    reverse("duties:seals"),
    reverse("duties:compare"),
]
CHANGES = [
    reverse("duties:category_add") + "?parent=0101",
    reverse("duties:category_change", args=["010108"]),
    reverse("duties:entry_add"),
    reverse("duties:entry_change", args=["P010108-01"]),
    reverse("duties:item_add"),
    reverse("duties:item_change", args=["030101"]),
    reverse("duties:line_add") + "?kind=negative",
    reverse("duties:line_change", args=["N03"]),
]


def signed_in(role: str, unit: str = "520103") -> Client:
    """A browser of somebody with a role; a community is set up with its street."""
    path, above = "", None
    for code, kind in (("520103", "county"), ("520103001", "subdistrict"), ("520103001001", "community")):
        if unit.startswith(code):
            path += f"{code}/"
            values = {
                "name": "花果园",
                "kind": kind,
                "path": path,
                "parent": above,
                "valid_from": TODAY.replace(year=2020),
            }
            above = Unit.objects.get_or_create(code=code, defaults=values)[0]
    TREE.forget()
    user = create_user(username=role, display_name="王某", password="Xk9-long-pass-77", by=SYSTEM, at=AT)
    give_post(
        user=user, role=role, unit_code=unit, unit_name="云岩区", scope=path, starts_on=TODAY.replace(year=2020),
        by=SYSTEM, at=AT,
    )  # fmt: skip
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def keeper() -> Client:
    return signed_in("system_admin")


def test_everybody_with_the_verb_reads_and_only_the_keeper_changes(keeper: Client) -> None:
    reader = signed_in("dispatcher")
    stranger = signed_in("security_admin")
    for url in PAGES:
        answers = (keeper.get(url).status_code, reader.get(url).status_code, stranger.get(url).status_code)
        assert answers == (200, 200, 403), url
        assert Client().get(url).status_code == 302
    for url in CHANGES:
        assert (keeper.get(url).status_code, reader.get(url).status_code) == (200, 403), url
        assert reader.post(url).status_code == 403
    assert (
        reader.post(
            reverse("duties:entry_close", args=["P010108-01"]), {"on": TODAY, "reason": "x"}
        ).status_code
        == 403
    )


def test_a_search_shows_only_what_has_the_words(keeper: Client) -> None:
    page = keeper.get(reverse("duties:categories"), {"q": "窨井盖"}).content.decode()
    assert "无主井盖" in page
    assert "麻将馆" not in page
    assert "没有相符的分类" in keeper.get(reverse("duties:categories"), {"q": "外星人"}).content.decode()


def test_a_message_that_is_tried_shows_the_words_that_decided_and_the_lead(keeper: Client) -> None:
    page = keeper.post(reverse("duties:try"), {"text": "小区门口路灯不亮"}).content.decode()
    assert "因文中提到“路灯不亮”" in page
    assert "P010108-01" in page
    assert "没有认出分类" in keeper.post(reverse("duties:try"), {"text": "您好"}).content.decode()


def test_who_gets_it_depends_on_the_place(keeper: Client) -> None:
    asked = {"category": "010108", "place_kind": "compound_property"}
    page = keeper.post(reverse("duties:try"), asked, headers={"HX-Request": "true"}).content.decode()
    assert "派给：所在社区" in page
    assert "<html" not in page


def test_the_forms_save_and_say_in_words_what_is_refused(keeper: Client) -> None:
    url = reverse("duties:category_change", args=["010108"])
    form = {
        "name": "路灯",
        "synonyms": "路灯、 路灯不亮\n黑灯",
        "kinds": ["suggestion", "help"],
        "urgency": "urgent",
        "active": "on",
    }
    assert keeper.post(url, form).status_code == 302
    saved = Category.objects.get(code="010108")
    assert (saved.name, saved.synonyms, saved.kinds) == (
        "路灯",
        ["路灯", "路灯不亮", "黑灯"],
        ["help", "suggestion"],
    )
    refused = keeper.post(url, form | {"synonyms": "盲道"})
    assert refused.status_code == 422
    assert "盲道与无障碍坡道" in refused.content.decode()


def test_an_entry_is_added_changed_closed_and_opened_again(keeper: Client) -> None:
    form = {
        "category": "010108",
        "lead": "D03",
        "place_kind": ["park"],
        "reason": "养护",
        "basis": "办法",
        "valid_from": "2099-01-01",
    }
    answer = keeper.post(reverse("duties:entry_add"), form)
    assert answer["Location"] == reverse("duties:entry", args=["B0001"])
    assert keeper.post(reverse("duties:entry_withdraw", args=["B0001"])).status_code == 302
    assert not CatalogueEntry.objects.filter(code="B0001").exists()
    change = reverse("duties:entry_change", args=["P010108-01"])
    assert keeper.post(change, form | {"lead": "D99"}).status_code == 422
    assert keeper.post(change, form).status_code == 302
    assert "各版" in keeper.get(reverse("duties:entry", args=["P010108-01"])).content.decode()
    close = reverse("duties:entry_close", args=["P010109-01"])
    assert keeper.post(close, {"on": "2098-01-01", "reason": "机构改革"}).status_code == 302
    assert CatalogueEntry.objects.get(code="P010109-01").valid_to is not None
    keeper.post(reverse("duties:entry_reopen", args=["P010109-01"]))
    assert CatalogueEntry.objects.get(code="P010109-01").valid_to is None


def test_contradictions_are_listed_with_their_entries(keeper: Client) -> None:
    draft = commands.Draft(
        category="010108", lead="D26", basis="办法", reason="另一种划分", valid_from=TODAY.replace(year=2020)
    )
    commands.add_entry(draft=draft, by=SYSTEM, at=AT)
    page = keeper.get(reverse("duties:findings")).content.decode()
    assert "第 B0001 条与第 P010108-01 条同样具体" in page


def test_an_item_is_added_changed_and_ended_and_its_page_says_what_changed(keeper: Client) -> None:
    form = {
        "area": "综合管理", "heading": "公共设施", "name": "楼道灯报修登记", "lead": "community", "given_by": "D26",
        "basis": "办法", "valid_from": TODAY,
    }  # fmt: skip
    answer = keeper.post(reverse("duties:item_add"), form)
    page = reverse("duties:item", args=["B0001"])
    assert answer["Location"] == page
    assert "没有随事下放：权、费、人" in keeper.get(page).content.decode()
    later = form | {"valid_from": "2098-01-01", "money": "on", "money_words": "每件 20 元"}
    assert keeper.post(reverse("duties:item_change", args=["B0001"]), later).status_code == 302
    assert "随事下放：每件 20 元" in keeper.get(page).content.decode()
    assert keeper.post(reverse("duties:item_change", args=["B0001"]), later).status_code == 422
    end = reverse("duties:line_end", args=["N03"])
    assert keeper.post(end, {"on": "2098-01-01", "reason": "职能调整"}).status_code == 302
    assert "职能调整" in keeper.get(reverse("duties:line", args=["N03"])).content.decode()


def test_a_line_of_a_list_is_added_and_stands_in_the_comparison(keeper: Client) -> None:
    form = {"kind": "negative", "name": "代收水费", "lead": "D41", "basis": "纪要", "valid_from": TODAY}
    assert keeper.post(reverse("duties:line_add"), form).status_code == 302
    days = {"one": "2026-06-01", "other": f"{TODAY}", "kind": "negative"}
    page = keeper.get(reverse("duties:compare"), days).content.decode()
    assert "代收水费" in page
    assert "行政处罚" not in page


def test_a_seal_is_used_by_the_community_and_never_for_a_certificate_that_must_not_be_issued() -> None:
    client = signed_in("community_worker", "520103001001")
    entry = ListEntry.objects.get(code="Y02")
    form = {
        "unit": "520103001001", "entry": entry.pk, "used_on": TODAY, "document": "公告", "purpose": "居务公开",
    }  # fmt: skip
    assert client.post(reverse("duties:seal_use"), form).status_code == 302
    assert "居务公开" in client.get(reverse("duties:seals")).content.decode()
    refused = client.post(reverse("duties:seal_use"), form | {"purpose": "出具婚姻状况证明"})
    assert refused.status_code == 422
    assert "民发〔2020〕20号" in refused.content.decode()


def test_everybody_reads_the_published_lists_without_an_account() -> None:
    assert "不得出具证明清单" in Client().get(reverse("duties:public_lists")).content.decode()
    page = Client().get(reverse("duties:public_list", args=["no_certificate"])).content.decode()
    assert "养犬证明" in page
    assert "基层自治" in Client().get(reverse("duties:public_list", args=["item"])).content.decode()
    assert Client().get(reverse("duties:public_list", args=["wishes"])).status_code == 404
