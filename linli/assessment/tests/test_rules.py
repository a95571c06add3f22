"""Periods, figures as people write them, and the sums of a self-report: each recomputed by hand."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.burden import KINDS, NOTHING, Range
from linli.assessment import rules
from linli.assessment.rules import (
    Unreadable,
    measured,
    minutes_of,
    of_report,
    period_named,
    periods_at,
    read_amount,
)

ABOUT = Fraction(1, 5)
RATES = {kind: Range.of({"low": 1, "likely": 2, "high": 4}) for kind in KINDS}


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("2026", "2026-01-01", "2026-12-31"), ("2026Q1", "2026-01-01", "2026-03-31"), ("2024Q1", "2024-01-01", "2024-03-31"), ("2026Q4", "2026-10-01", "2026-12-31")],
)  # fmt: skip
def test_a_period_has_its_first_and_last_day(name: str, first: str, last: str) -> None:
    found = period_named(name)
    assert found is not None
    assert (str(found.first), str(found.last)) == (first, last)


@pytest.mark.parametrize("name", ["", "26", "2026Q5", "2026q1", "1999", "2026-11"])
def test_what_is_no_period_is_none(name: str) -> None:
    assert period_named(name) is None


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_the_quarters_of_a_year_share_it_without_gap_or_overlap(day: date) -> None:
    year, quarter = rules.periods_of(day)
    assert year.first <= quarter.first <= day <= quarter.last <= year.last
    quarters = [period_named(f"{day.year}Q{n}") for n in (1, 2, 3, 4)]
    assert sum((q.share(year.last) for q in quarters if q), Fraction(0)) == year.share(year.last) == 1
    following = zip(quarters, quarters[1:], strict=False)
    assert all(b.first - a.last == timedelta(days=1) for a, b in following if a and b)


def test_only_what_has_begun_is_offered_the_running_year_first() -> None:
    offered = [period.name for period in periods_at(date(2026, 5, 2))]
    assert offered == ["2026", "2026Q1", "2026Q2", "2025", "2025Q1", "2025Q2", "2025Q3", "2025Q4"]


@pytest.mark.parametrize(
    ("text", "low", "likely", "high"),
    [("63", 63, 63, 63), (" 1,200 ", 1200, 1200, 1200), ("约60", 48, 60, 72), ("60左右", 48, 60, 72), ("About 60", 48, 60, 72), ("50-80", 50, 65, 80), ("50至80", 50, 65, 80), ("0", 0, 0, 0)],
)  # fmt: skip
def test_a_figure_is_read_as_people_write_it(text: str, low: int, likely: int, high: int) -> None:
    assert read_amount(text, ABOUT) == Range.of({"low": low, "likely": likely, "high": high})


def test_nothing_written_is_nothing_known_and_not_zero() -> None:
    assert read_amount("  ", ABOUT) is None


@pytest.mark.parametrize("text", ["很多", "80-50", "-3", "6.5", "9999999", "王主任"])
def test_what_is_no_figure_is_refused_in_words(text: str) -> None:
    with pytest.raises(Unreadable, match="[请大]"):
        read_amount(text, ABOUT)


def test_what_one_secretary_has_counts_once_for_each_person_in_the_role() -> None:
    told = {
        "secretary.people": 2,
        "secretary.ding": 63,
        "secretary.wechat": 98,
        "secretary.app": 44,
        "grid.people": 5,
        "grid.wechat": 10,
        "meeting": 12,
    }
    found = of_report({key: Range.of(value) for key, value in told.items()})
    assert found == {"meeting": Range.of(12), "group": Range.of(2 * (63 + 98) + 5 * 10), "app": Range.of(88)}


def test_a_role_without_its_people_is_named() -> None:
    assert rules.lacking_people({"grid.ding": Range.of(3), "meeting": Range.of(1)}) == ["grid"]
    assert rules.lacking_people({"grid.ding": Range.of(3), "grid.people": Range.of(2)}) == []


def test_of_a_quarter_a_quarter_of_the_meetings_and_all_the_groups() -> None:
    told = {"meeting": Range.of(120), "group": Range.of(161)}
    counts = measured({"form": 8}, told, Fraction(1, 4))
    assert counts == {"form": Range.of(8), "meeting": Range.of(30), "group": Range.of(161)}
    minutes = minutes_of(counts, RATES, Fraction(1, 4))
    assert minutes.minutes.likely == 8 * 2 + 30 * 2 + Fraction(161 * 2, 4)
    assert minutes.minutes.low == 8 + 30 + Fraction(161, 4)


figures = st.dictionaries(st.sampled_from(rules.keys()), st.integers(0, 500).map(Range.of), max_size=12)
shares = st.fractions(0, 1, max_denominator=365)


@given(figures)
def test_a_self_report_comes_back_from_the_table_as_it_was_told(told: dict[str, Range]) -> None:
    assert rules.read_report(rules.stored(told)) == told


@given(figures, shares, shares)
def test_a_longer_stretch_never_takes_less_time(
    told: dict[str, Range], one: Fraction, other: Fraction
) -> None:
    shorter, longer = sorted((one, other))
    minutes = [
        minutes_of(measured({}, of_report(told), share), RATES, share).minutes for share in (shorter, longer)
    ]
    assert minutes[0].low <= minutes[1].low and minutes[0].high <= minutes[1].high


@given(figures, figures, shares)
def test_two_communities_together_take_as_long_as_each_for_itself(
    one: dict[str, Range], other: dict[str, Range], share: Fraction
) -> None:
    counts = [measured({}, of_report(told), share) for told in (one, other)]
    both = {
        kind: counts[0].get(kind, NOTHING) + counts[1].get(kind, NOTHING) for kind in {*counts[0], *counts[1]}
    }
    apart = [minutes_of(each, RATES, share).minutes for each in counts]
    assert minutes_of(both, RATES, share).minutes == apart[0] + apart[1]


def test_a_filled_cell_saves_what_writing_takes_more_than_looking() -> None:
    rates = {
        "cell": Range.of({"low": 0.2, "likely": 0.5, "high": 2}),
        "known": Range.of({"low": 0, "likely": 0.02, "high": 0.1}),
    }
    line = rules.saved_by_filling(1000, rates)
    assert (line.minutes.low, line.minutes.likely, line.minutes.high) == (100, 480, 2000)


@pytest.mark.parametrize(
    "value", [{"low": 3, "likely": 2, "high": 4}, {"low": 1}, "x", {"low": -1, "likely": 2, "high": 4}]
)
def test_a_rate_that_is_no_range_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="[三分]"):
        rules.check_rate(value)
