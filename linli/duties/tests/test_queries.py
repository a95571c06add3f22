"""Residents' words find their category and say which words decided; the catalogue says who has it and what is still open."""

from __future__ import annotations

import pytest

from linli.duties import commands, queries
from linli.duties.models import Category
from linli.duties.tests.factories import AT, KEEPER, TODAY

pytestmark = [pytest.mark.usefixtures("lists"), pytest.mark.django_db]


def category(code: str) -> Category:
    """A category of the tree in memory."""
    found = queries.category_by_code(code)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("中华北路12号门口的路灯不亮,晚上黑灯瞎火的", "路灯与景观灯"),
        ("楼下麻将馆半夜还在打麻将,吵得睡不着", "麻将馆棋牌室扰民"),
        ("单元楼前的化粪池满了,粪水都冒出来了", "化粪池"),
    ],
)
def test_a_plain_message_finds_its_category_and_the_words_that_decided(text: str, name: str) -> None:
    best = queries.suggest_categories(text)[0]
    assert best.category.name == name
    assert best.words
    assert all(word in text and word in best.reason for word in best.words)


@pytest.mark.parametrize("text", ["", "您好,谢谢", "   ", "\0😀", "a" * 5000])
def test_a_text_without_a_known_word_gets_no_suggestion(text: str) -> None:
    assert queries.suggest_categories(text) == []
    assert queries.suggest_categories(text, unsure=True) == []


def test_two_matters_of_equal_weight_are_left_to_a_person() -> None:
    text = "公厕没水,盲道破损"
    assert queries.suggest_categories(text, limit=1) == []
    names = {guess.category.name for guess in queries.suggest_categories(text, unsure=True)}
    assert {"公共厕所", "盲道与无障碍坡道"} <= names


def test_a_new_word_counts_at_once_and_a_category_switched_off_is_not_suggested() -> None:
    assert queries.suggest_categories("巷子里的萤火灯柱坏了") == []
    change = commands.CategoryChange(synonyms=["萤火灯柱"])
    commands.change_category(code="010108", change=change, by=KEEPER, at=AT)
    assert queries.suggest_categories("巷子里的萤火灯柱坏了")[0].category.code == "010108"
    commands.change_category(code="010108", change=commands.CategoryChange(active=False), by=KEEPER, at=AT)
    assert queries.suggest_categories("巷子里的萤火灯柱坏了") == []


def test_the_tree_knows_ancestors_children_and_leaves() -> None:
    tree = queries.categories()
    light = category("010108")
    assert [row.code for row in tree.ancestors(light)] == ["01", "0101", "010108"]
    assert light in tree.children(category("0101"))
    assert light in tree.leaves(category("01"))
    assert light not in tree.leaves(category("02"))
    assert tree.said(light) == "部件 › 公用设施 › 路灯与景观灯"


def test_a_light_in_a_compound_goes_to_the_community_and_one_on_a_road_to_the_department() -> None:
    light = category("010108")
    road = queries.route(light, place_kind="main_road", on=TODAY)
    compound = queries.route(light, place_kind="compound_property", on=TODAY)
    assert road is not None
    assert (road.lead, road.auto) == ("D03", True)
    assert compound is not None
    assert (compound.lead, compound.must_be_department) == ("community", False)
    assert "有物业的小区" in compound.reason


def test_where_the_place_is_not_known_the_other_leads_are_named_and_nothing_goes_by_itself() -> None:
    found = queries.route(category("010108"), on=TODAY)
    assert found is not None
    assert not found.auto
    given = {other.lead: other.given for other in found.alternatives if other.given}
    assert given["community"] == "地点类型为有物业的小区"


def test_nothing_holds_before_the_catalogue_begins() -> None:
    assert queries.route(category("010108"), on=TODAY.replace(year=2020)) is None


def test_an_answer_changes_with_the_catalogue() -> None:
    commands.close_entry(code="P010108-01", on=TODAY, reason="机构改革", by=KEEPER, at=AT)
    found = queries.route(category("010108"), place_kind="main_road", on=TODAY)
    assert found is not None
    assert found.entry_code == "P0101-01"
