"""Burden: ranges keep their order, estimates can be added up by hand, and neither depends on the order of the parts."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.burden import KINDS, NOTHING, OFTEN, NoRate, Range, estimate, occasions, total

numbers = st.fractions(min_value=0, max_value=100_000, max_denominator=100)
ranges = st.lists(numbers, min_size=3, max_size=3).map(lambda three: Range(*sorted(three)))
kinds = st.sampled_from(list(KINDS))
counted = st.dictionaries(kinds, ranges, max_size=6)
RATES = {kind: Range.of({"low": 1, "likely": 2, "high": 5}) for kind in KINDS}


@given(ranges, ranges)
def test_sums_differences_and_products_keep_low_likely_high_in_order(one: Range, other: Range) -> None:
    for made in (one + other, one - other, one * other, (one - other) * one):
        assert made.low <= made.likely <= made.high


@given(ranges, ranges, ranges)
def test_more_counted_or_a_higher_rate_never_gives_fewer_minutes(
    count: Range, rate: Range, more: Range
) -> None:
    before = estimate({"form": count}, {"form": rate}).minutes
    for after in (
        estimate({"form": count + more}, {"form": rate}),
        estimate({"form": count}, {"form": rate + more}),
        estimate({"form": count, "meeting": more}, {"form": rate, "meeting": rate}),
    ):
        assert after.minutes.low >= before.low
        assert after.minutes.likely >= before.likely
        assert after.minutes.high >= before.high


@given(counted)
def test_the_total_is_the_sum_of_the_lines_and_of_estimates_of_parts(counts: dict[str, Range]) -> None:
    whole = estimate(counts, RATES)
    assert whole.minutes == total(line.minutes for line in whole.lines)
    apart = [estimate({kind: count}, RATES).minutes for kind, count in counts.items()]
    assert whole.minutes == total(apart)


@given(counted, st.randoms(use_true_random=False))
def test_the_order_of_counts_and_of_a_sum_does_not_matter(counts: dict[str, Range], shuffled: object) -> None:
    items = list(counts.items())
    shuffled.shuffle(items)  # type: ignore[attr-defined]
    assert estimate(dict(items), RATES) == estimate(counts, RATES)
    assert total(count for _, count in items) == total(counts.values())


@given(ranges, ranges)
def test_what_was_taken_away_lies_within_what_it_is_taken_from(one: Range, other: Range) -> None:
    left = (one + other) - other
    assert left.low <= one.low and one.high <= left.high and left.likely == one.likely


def test_a_line_is_recomputed_by_hand() -> None:
    found = estimate(
        {"form": 10, "cell": {"low": 100, "likely": 120, "high": 200}},
        {"form": {"low": 5, "likely": 15, "high": 29}, "cell": {"low": 0.2, "likely": 0.5, "high": 1}},
    )
    form, cell = found.lines
    assert (form.kind, form.minutes) == ("form", Range.of({"low": 50, "likely": 150, "high": 290}))
    assert (cell.kind, cell.minutes) == ("cell", Range.of({"low": 20, "likely": 60, "high": 200}))
    assert found.minutes == Range.of({"low": 70, "likely": 210, "high": 490})


def test_a_fifth_is_a_fifth() -> None:
    assert Range.of(0.2).likely == Fraction(1, 5)
    assert Range.of(3).counted and not Range.of({"low": 1, "likely": 1, "high": 2}).counted


def test_three_figures_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        Range.of({"low": 3, "likely": 2, "high": 4})


def test_a_kind_without_a_rate_is_named() -> None:
    with pytest.raises(NoRate, match="signboard"):
        estimate({"signboard": 2}, {"form": 1})


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="form"):
        estimate({"form": -1}, {"form": 1})


def test_nothing_counted_takes_no_time() -> None:
    assert estimate({}, RATES).minutes == NOTHING and not estimate({}, RATES).lines


@pytest.mark.parametrize(
    ("often", "times"), [("once", 1), ("week", 52), ("month", 12), ("quarter", 4), ("half", 2), ("year", 1)]
)
def test_how_often_becomes_occasions_a_year(often: str, times: int) -> None:
    assert occasions(often) == Range.of(times)


def test_every_day_is_each_working_day_at_least_and_each_day_at_most() -> None:
    assert occasions("day") == Range.of({"low": 248, "likely": 248, "high": 365})


@given(st.sampled_from(list(OFTEN)), st.integers(0, 365), st.integers(0, 365))
def test_a_longer_time_never_has_fewer_occasions_and_none_has_more_than_a_year(
    often: str, days: int, more: int
) -> None:
    shorter, longer = sorted((days, more))
    assert occasions(often, shorter).high <= occasions(often, longer).high <= occasions(often).high


def test_once_in_a_trial_of_a_month_is_still_once() -> None:
    assert occasions("once", 30) == Range.of(1)
    assert occasions("quarter", 73) == Range.of(Fraction(4, 5))
