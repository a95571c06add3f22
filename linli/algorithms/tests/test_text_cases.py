"""Categories with the words that decided, and cases that are alike with the reasons."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.text.similarity import (
    Rarity,
    Trace,
    jaccard,
    likeness,
    metres_between,
    most_similar,
    shingles,
)
from linli.algorithms.text.synonyms import Suggester, Synonym

SUGGESTER = Suggester(
    [
        Synonym("路灯", "street_light"),
        Synonym("路灯不亮", "street_light"),
        Synonym("噪音", "noise"),
        Synonym("施工", "building"),
        Synonym("施工噪音", "noise", 6),
        Synonym("灯", "other", 0.5),
    ]
)
NOON = datetime(2026, 9, 14, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
HERE = (106.71, 26.59)


def test_the_longest_word_decides_and_is_named() -> None:
    best = SUGGESTER.suggest("小区门口路灯不亮三天了").ranked[0]
    assert (best.category, best.words) == ("street_light", ("路灯不亮",))
    assert SUGGESTER.suggest("夜间施工噪音很大").decided == "noise"


def test_a_text_between_two_categories_is_left_to_a_person() -> None:
    suggestion = SUGGESTER.suggest("噪音,施工")
    assert suggestion.decided is None
    assert {each.category for each in suggestion.ranked} == {"noise", "building"}
    assert SUGGESTER.suggest("你好").ranked == ()
    assert SUGGESTER.suggest("灯").decided is None


def test_a_missing_thing_is_still_its_subject_and_a_denied_one_is_not() -> None:
    assert SUGGESTER.suggest("这条路没有路灯").decided == "street_light"
    assert SUGGESTER.suggest("不要噪音").decided == "noise"
    assert SUGGESTER.suggest("不是施工,是路灯的问题").decided == "street_light"


def test_the_title_weighs_more_than_the_text() -> None:
    assert SUGGESTER.suggest("那边在施工", "噪音扰民").decided == "noise"


@given(st.text(alphabet="路灯不亮施工噪音是,", max_size=40), st.text(alphabet="路灯施工", max_size=10))
def test_suggestions_are_ranked_and_their_words_stand_in_the_text(text: str, title: str) -> None:
    ranked = SUGGESTER.suggest(text, title).ranked
    assert [each.score for each in ranked] == sorted((each.score for each in ranked), reverse=True)
    for each in ranked:
        assert each.words and all(word in text or word in title for word in each.words)


def test_the_same_matter_nearby_is_found_with_its_reasons() -> None:
    texts = ["中山路口路灯不亮，晚上很黑", "反映中山路口路灯不亮", "垃圾没人清运", "中山路口路灯不亮"]
    rarity = Rarity(shingles(text) for text in texts)
    case = Trace.of(1, texts[0], NOON, HERE, rarity)
    same = Trace.of(2, texts[1], NOON - timedelta(days=2), (106.7102, 26.5901), rarity)
    near = Trace.of(3, texts[2], NOON, HERE, rarity)
    far = Trace.of(4, texts[3], NOON - timedelta(days=300), (107.5, 26.0), rarity)
    found = most_similar(case, [case, near, far, same], rarity=rarity)
    assert [each.key for each in found][0] == 2
    assert 3 not in [each.key for each in found]
    assert found[0].phrases == ("中山路口路灯不亮",)
    assert found[0].metres is not None and 15 < found[0].metres < 30


def test_a_case_without_a_place_is_compared_by_words_and_time() -> None:
    text = "路灯不亮"
    assert likeness(Trace.of(1, text, NOON), Trace.of(2, text, NOON, HERE)).score == 1.0


def test_one_degree_of_latitude_is_about_111_kilometres() -> None:
    assert round(metres_between((106.0, 26.0), (106.0, 27.0))) == 111_195


words = st.text(alphabet="路灯不亮噪音大", max_size=12)


@given(words, words)
def test_likeness_of_words_is_symmetric_and_between_nought_and_one(one: str, two: str) -> None:
    rarity = Rarity([shingles(one), shingles(two)])
    for weights in (None, rarity):
        first, second = Trace.of(1, one, NOON, rarity=weights), Trace.of(2, two, NOON, rarity=weights)
        forth, back = jaccard(first, second, weights), jaccard(second, first, weights)
        assert abs(forth - back) < 1e-12 and 0 <= forth <= 1
        assert not first.shingles or abs(jaccard(first, first, weights) - 1) < 1e-12
