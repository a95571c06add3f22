"""Rows about organisations and components, cleaned and checked by themselves; codes of components."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.cleaning.columns import column_of
from linli.registry.rules.codes import given_code, is_given, kind_in
from linli.registry.rules.rows import Rows, clean_rows

ON = date(2026, 11, 20)


def cleaned(about: str, /, **cells: str) -> Rows:
    return clean_rows(about, {code: column_of([text]) for code, text in cells.items()}, on=ON)


@pytest.mark.parametrize(
    ("lon", "lat", "kept"),
    [("106.71", "26.6", True), ("26.6", "106.71", False), ("106.71", "", False), ("35586214.1", "2945120.7", False)],
)  # fmt: skip
def test_a_point_is_whole_and_within_the_country_or_none(lon: str, lat: str, kept: bool) -> None:
    rows = cleaned("component", code="5201030102000001", lon=lon, lat=lat)
    assert (rows.values["lon"][0] is not None, rows.values["lat"][0] is not None) == (kept, kept)
    assert not rows.rejected[0]


def test_one_half_of_a_point_alone_is_none() -> None:
    assert "lon" not in cleaned("organisation", name="金龙超市", lon="106.71").values.columns


def test_a_text_is_cut_to_what_is_kept_and_a_code_that_is_too_long_goes_back() -> None:
    rows = cleaned("component", code="5" * 21, kind="路灯", owner="局" * 200)
    assert len(rows.values["owner"][0]) == 80
    assert rows.rejected[0] and "code:too_long" in rows.faults[0]


def test_a_count_that_cannot_be_is_left_out() -> None:
    rows = cleaned("organisation", name="金龙超市", staff_count="13985100002")
    assert rows.values["staff_count"][0] is None
    assert not rows.rejected[0]


@given(st.integers(0, 99_998), st.sampled_from(["0101", "0118", "0301"]))
def test_a_given_code_says_its_kind_and_that_it_was_given(running: int, kind: str) -> None:
    code = given_code("520103/520103019/520103019001/", kind, running)
    assert code.startswith("520103")
    assert kind_in(code) == kind
    assert is_given(code)


@pytest.mark.parametrize("code", ["5201030102000001", "井盖17", ""])
def test_a_departments_own_code_is_not_taken_for_a_given_one(code: str) -> None:
    assert not is_given(code)
