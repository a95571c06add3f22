"""What is searched is found: two-character words, one-character surnames, parts of numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.text.bigrams import contains, like_patterns, normalise, query_tokens, tokens
from linli.algorithms.text.words import WordFinder

texts = st.text(alphabet="云岩区路灯王 ,。%_aB19Ａ", max_size=30)


def test_tokens_hold_single_characters_and_pairs() -> None:
    assert tokens("王路灯 A1") == sorted(["王", "路", "灯", "王路", "路灯", "a", "1", "a1"])


def test_a_surname_a_word_and_the_tail_of_a_phone_are_found() -> None:
    stored = set(tokens("王建国反映路灯不亮 电话13885112233"))
    for query in ("王", "路灯", "2233", "建国 路灯", "１３８８"):
        assert set(query_tokens(query)) <= stored
        assert contains("王建国反映路灯不亮 电话13885112233", query)


def test_the_recheck_refuses_pairs_out_of_place() -> None:
    assert set(query_tokens("路灯路")) <= set(tokens("灯路 路灯"))
    assert not contains("灯路 路灯", "路灯路")


def test_like_patterns_take_wildcards_literally() -> None:
    assert like_patterns("100% a_b") == ["%100\\%%", "%a\\_b%"]


@given(texts, st.integers(0, 30), st.integers(0, 30))
def test_every_part_of_a_text_is_among_its_candidates(text: str, start: int, length: int) -> None:
    part = normalise(text)[start : start + length]
    assert set(query_tokens(part)) <= set(tokens(text))
    assert contains(text, part)


@given(texts)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(
    st.sets(st.text(alphabet="路灯不亮", min_size=1, max_size=4)), st.text(alphabet="路灯不亮了", max_size=20)
)
def test_words_found_stand_where_they_are_said_to_and_never_overlap(words: set[str], text: str) -> None:
    end = 0
    for at, word in WordFinder(words).find(text):
        assert at >= end and text.startswith(word, at) and word in words
        assert not any(text.startswith(longer, at) for longer in words if len(longer) > len(word))
        end = at + len(word)
