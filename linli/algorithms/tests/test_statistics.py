"""Rates are exact, bounded, and say when they rest on little."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.statistics import Caution, Rate, weighted, wilson

shares = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_a_rate_is_exact_and_rounded_only_for_the_page() -> None:
    rate = Rate(2, 3, {"缓办": 4})
    assert rate.value == Fraction(2, 3)
    assert rate.percent() == "66.7%"
    assert rate.all_records == 7
    assert Rate(1, 8).percent(0) == "13%"


def test_a_rate_of_nothing_is_a_dash_and_not_zero() -> None:
    rate = Rate(0, 0)
    assert (rate.value, rate.interval, rate.percent(), rate.caution) == (None, None, "—", Caution.EMPTY)


def test_a_rate_on_few_records_says_so() -> None:
    assert Rate(9, 10).caution is Caution.SMALL
    assert Rate(90, 100).caution is Caution.NONE


def test_wilson_agrees_with_newcombes_published_example() -> None:
    # Newcombe 1998, Statistics in Medicine 17, table I: 81 of 263 gives 0.2553 to 0.3662.
    interval = wilson(81, 263)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.2553, 0.3662)


def test_more_successes_than_records_are_refused() -> None:
    with pytest.raises(ValueError, match="not a share"):
        Rate(4, 3)


def test_a_composite_leaves_out_rates_without_records() -> None:
    parts = {"响应": (Rate(9, 10), Fraction(30)), "满意": (Rate(0, 0), Fraction(70))}
    assert weighted(parts) == Fraction(9, 10)
    assert weighted({}) is None


@given(shares)
def test_the_interval_holds_the_rate_and_stays_a_share(share: tuple[int, int]) -> None:
    interval = wilson(*share)
    assert 0 <= interval.low <= share[0] / share[1] + 1e-12
    assert share[0] / share[1] - 1e-12 <= interval.high <= 1


@given(shares, shares)
def test_joined_rates_count_records_and_lie_between_their_parts(
    one: tuple[int, int], two: tuple[int, int]
) -> None:
    first, second = Rate(*one, {"缓办": 1}), Rate(*two, {"缓办": 2, "无法联系": 5})
    both = first + second
    assert first.value is not None and second.value is not None and both.value is not None
    assert min(first.value, second.value) <= both.value <= max(first.value, second.value)
    assert both.excluded == {"缓办": 3, "无法联系": 5}
