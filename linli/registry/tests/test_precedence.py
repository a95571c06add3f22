"""Who is believed: the same for one value and for a column of them, whichever source came first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.registry.rules.elements import KINDS, elements
from linli.registry.rules.precedence import (
    RISKY,
    Statement,
    Verdict,
    belief,
    beliefs,
    held_after,
    verdict,
    verdicts,
)
from linli.registry.rules.tables import titles

TODAY = date(2026, 11, 23)
SOURCES = sorted(titles("source_kinds"))
RECENT, OLD = TODAY - timedelta(days=10), TODAY - timedelta(days=3000)

pairs = st.sampled_from([(kind, code) for kind in KINDS for code in elements(kind)])
days = st.none() | st.integers(0, 1200).map(lambda ago: TODAY - timedelta(days=ago))
statements = st.builds(Statement, st.sampled_from("甲乙丙"), st.sampled_from(SOURCES), days, st.booleans())


def said(value: str, source: str, on: date | None = RECENT, *, by_person: bool = False) -> Statement:
    return Statement(value, source, on, by_person)


def judge(element: str, held: Statement | None, offered: Statement) -> Verdict:
    return verdict("person", element, held, offered, TODAY)


def test_what_nobody_has_said_is_taken() -> None:
    assert judge("work", None, said("供电局", "other", OLD)) is Verdict.TAKE


def test_the_same_value_is_the_same_whoever_says_it() -> None:
    assert judge("document", said("citizen_id:1", "other"), said("citizen_id:1", "police")) is Verdict.SAME


def test_a_lower_rank_is_believed_while_its_days_last() -> None:
    assert judge("address", said("一号", "visit"), said("二号", "police")) is Verdict.KEEP
    assert judge("address", said("一号", "visit", OLD), said("二号", "police")) is Verdict.TAKE
    assert judge("address", said("一号", "police"), said("二号", "visit")) is Verdict.TAKE


def test_police_is_believed_without_end_for_the_registered_address() -> None:
    assert judge("registered_address", said("一号", "police", OLD), said("二号", "visit")) is Verdict.KEEP


def test_of_equal_ranks_the_newer_stands_however_old_both_are() -> None:
    earlier = said("一号", "community", OLD - timedelta(days=1))
    assert judge("address", earlier, said("二号", "community", OLD)) is Verdict.TAKE
    assert (
        judge("address", said("一号", "community", OLD), said("二号", "community", earlier.on))
        is Verdict.KEEP
    )


def test_of_the_same_day_what_a_person_recorded_stands() -> None:
    assert judge("work", said("学校", "community", by_person=True), said("商店", "community")) is Verdict.KEEP
    assert judge("work", said("学校", "community"), said("商店", "community", by_person=True)) is Verdict.TAKE


def test_two_old_values_are_asked_about() -> None:
    assert judge("address", said("一号", "visit", OLD), said("二号", "police", OLD)) is Verdict.ASK


def test_two_values_of_the_same_standing_are_asked_about() -> None:
    assert judge("work", said("学校", "community"), said("商店", "community")) is Verdict.ASK


def test_a_value_whose_source_is_not_known_gives_way_to_one_that_is_believed() -> None:
    assert judge("work", said("学校", "", None), said("商店", "community")) is Verdict.TAKE


@pytest.mark.parametrize("kind, element", sorted(RISKY))
def test_another_document_or_birth_is_asked_about_even_from_the_police(kind: str, element: str) -> None:
    assert verdict(kind, element, said("1", "other", OLD), said("2", "police"), TODAY) is Verdict.ASK


def test_a_name_that_comes_with_another_birth_is_asked_about() -> None:
    held, offered = said("王秀英", "community"), said("王秀兰", "police")
    assert judge("name", held, offered) is Verdict.TAKE
    assert verdict("person", "name", held, offered, TODAY, risky=True) is Verdict.ASK


def test_every_row_of_the_table_names_what_there_is() -> None:
    wrong = [
        key
        for key in beliefs()
        if key[0] not in KINDS
        or key[1] not in {"*", *elements(key[0])}
        or key[2] not in titles("source_kinds")
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_source_has_a_rank_for_every_element(kind: str) -> None:
    assert all(belief(kind, code, source).rank > 0 for code in elements(kind) for source in SOURCES)


@settings(max_examples=60)
@given(
    pairs,
    st.lists(st.tuples(st.none() | statements, statements, st.booleans()), min_size=1, max_size=20),
)
def test_a_column_is_judged_as_its_values_are(
    pair: tuple[str, str], rows: list[tuple[Statement | None, Statement, bool]]
) -> None:
    held, offered, risky = zip(*rows, strict=True)
    one_by_one = [verdict(*pair, *row[:2], TODAY, risky=row[2]) for row in rows]
    column = verdicts(
        *pair,
        pl.Series([each and each.source_kind for each in held], dtype=pl.String),
        pl.Series([each and each.on for each in held], dtype=pl.Date),
        pl.Series([each.source_kind for each in offered], dtype=pl.String),
        pl.Series([each.on for each in offered], dtype=pl.Date),
        TODAY,
        held=pl.Series([each is not None for each in held]),
        equal=pl.Series([ours is not None and ours.value == theirs.value for ours, theirs, _ in rows]),
        risky=pl.Series(list(risky)),
        held_by_person=pl.Series([each is not None and each.by_person for each in held]),
        offered_by_person=pl.Series([each.by_person for each in offered]),
    )
    assert column.to_list() == one_by_one


@given(pairs.filter(lambda pair: pair not in RISKY), st.lists(statements, min_size=2, max_size=4))
def test_the_order_of_sources_of_different_ranks_does_not_matter_where_one_is_believed(
    pair: tuple[str, str], offers: list[Statement]
) -> None:
    by_rank = {belief(*pair, offer.source_kind).rank: offer for offer in offers}
    first, *others = by_rank.values()
    offers = [replace(first, on=TODAY), *others]
    ends = set()
    for order in permutations(offers):
        held = None
        for offer in order:
            held = held_after(*pair, held, offer, TODAY)
        assert held is not None
        ends.add(held.value)
    assert len(ends) == 1


@given(pairs, st.lists(statements, min_size=1, max_size=4))
def test_taking_what_was_just_offered_again_changes_nothing(
    pair: tuple[str, str], offers: list[Statement]
) -> None:
    held = None
    for offer in offers:
        held = held_after(*pair, held, offer, TODAY)
        assert held_after(*pair, held, offer, TODAY) == held
