"""Relations seen from another head, who becomes head, and the kind of population: pure rules."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.registry.rules.households import (
    HEAD,
    STRANGER,
    Member,
    child_of,
    is_head,
    next_head,
    seen_from,
    spouse_of,
)
from linli.registry.rules.life import Life, Refused, Tie, is_present, may_end, may_marry, population
from linli.registry.rules.tables import titles

TODAY = date(2026, 11, 23)
RELATIONS = sorted(titles("relations"))
relations, sexes = st.sampled_from(RELATIONS), st.sampled_from(["0", "1", "2", "9"])


@given(relations, relations, sexes)
def test_a_relation_seen_from_another_head_is_one_of_the_table_and_never_a_head(
    new: str, relation: str, sex: str
) -> None:
    seen = seen_from(new, relation, sex)
    assert seen in titles("relations")
    assert is_head(new) or not is_head(seen)


@given(relations, relations, sexes)
def test_who_is_no_relative_becomes_none_by_another_head(new: str, relation: str, sex: str) -> None:
    if STRANGER in (new, relation):
        assert seen_from(new, relation, sex) in (STRANGER, "98")


@pytest.mark.parametrize(
    "new, relation, sex, seen",
    [
        ("12", HEAD, "1", "11"),
        ("12", "20", "1", "20"),
        ("20", HEAD, "2", "52"),
        ("20", "12", "2", "52"),
        ("22", "32", "2", "70"),
        ("51", HEAD, "1", "20"),
        ("41", HEAD, "1", "60"),
        ("28", "30", "2", "97"),
        ("20", "97", "1", "97"),
        ("20", "98", "2", "98"),
    ],
)
def test_what_follows_with_certainty_is_said(new: str, relation: str, sex: str, seen: str) -> None:
    assert seen_from(new, relation, sex) == seen


@given(relations, sexes)
def test_spouses_and_children_of_members_have_a_relation_of_the_table(relation: str, sex: str) -> None:
    assert {spouse_of(relation, sex), child_of(relation, sex)} <= titles("relations").keys()
    assert not is_head(spouse_of(relation, sex)) and not is_head(child_of(relation, sex))


def test_the_spouse_heads_next_then_the_eldest_relative_of_age() -> None:
    son, wife = Member(1, "20", "1", date(2000, 1, 1)), Member(2, "12", "2", date(2001, 1, 1))
    lodger, child = Member(3, STRANGER, "1", date(1950, 1, 1)), Member(4, "30", "2", date(2015, 1, 1))
    assert next_head([son, wife, lodger, child], TODAY) == 2
    assert next_head([son, lodger, child], TODAY) == 1
    assert next_head([lodger, child], TODAY) == 3
    assert next_head([child], TODAY) == 4
    assert next_head([], TODAY) is None


HERE, THERE, AWAY = ("street 1",), ("street 2",), ()


def tie(kind: str, where: tuple[str, ...]) -> Tie:
    return Tie(kind, bool(where), where[0] if where else "")


@pytest.mark.parametrize(
    "registered, lives, kind, found",
    [
        (HERE, HERE, "usual", "registered"),
        (HERE, THERE, "usual", "apart"),
        (HERE, AWAY, "renting", "apart"),
        (HERE, HERE, "apart", "apart"),
        (AWAY, HERE, "renting", "floating"),
        (AWAY, AWAY, "usual", None),
        (None, HERE, "floating", "floating"),
        (None, HERE, "usual", None),
        (HERE, None, "", None),
    ],
)
def test_the_kind_of_population_follows_from_the_places(
    registered: tuple[str, ...] | None, lives: tuple[str, ...] | None, kind: str, found: str | None
) -> None:
    ties = [tie("registered", registered)] if registered is not None else []
    ties += [tie(kind, lives)] if lives is not None else []
    assert population(ties) == population(reversed(ties)) == found
    assert found is None or found in titles("populations")


@pytest.mark.parametrize("state", ["left", "dead", "merged"])
def test_who_is_not_here_takes_part_in_nothing(state: str) -> None:
    with pytest.raises(Refused):
        is_present(Life(state))
    with pytest.raises(Refused):
        may_marry(Life("present"), Life(state), are_same=False)


def test_nothing_ends_before_it_began() -> None:
    may_end(None, TODAY)
    may_end(TODAY, TODAY)
    with pytest.raises(Refused):
        may_end(TODAY, date(2026, 11, 22))
