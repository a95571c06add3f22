"""Which norm holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.norms import rules
from linli.kernel.norms.rules import NormRefused, NormValue, choose

PLACES = ["", "520103/", "520103/520103001/", "520103/520103002/"]
FIRST = date(2026, 1, 1)


def row(
    id: int,
    *,
    place: str = "",
    match: dict[str, str] | None = None,
    start: date = FIRST,
    end: date | None = None,
) -> NormValue:
    return NormValue(
        id, "cases.clock.resolve", "办结时限", id, "working_day", "依据", start, end, place, match or {}
    )


days = st.integers(0, 30).map(lambda n: FIRST + timedelta(n))
matches = st.dictionaries(st.sampled_from(["kind", "category"]), st.sampled_from(["a", "b", "c"]), max_size=2)
rows = st.lists(
    st.tuples(st.sampled_from(PLACES), matches, days, st.none() | st.integers(0, 10)), max_size=12
).map(
    lambda specs: [
        row(n, place=place, match=match, start=start, end=None if length is None else start + timedelta(length))
        for n, (place, match, start, length) in enumerate(specs)
    ]
)  # fmt: skip
paths = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True)


@given(rows, days, st.sampled_from(PLACES), paths, st.sampled_from(["a", "b", "c"]))
def test_the_chosen_norm_is_the_closest_of_all_that_hold(
    candidates: list[NormValue], on: date, place: str, path: list[str], kind: str
) -> None:
    """Oracle: throw away what does not hold, then narrow by one criterion after another."""
    holding = [
        r for r in candidates
        if r.valid_from <= on and (r.valid_to is None or on <= r.valid_to)
        and place[: len(r.place)] == r.place
        and r.match.get("kind", kind) == kind and ("category" not in r.match or r.match["category"] in path)
    ]  # fmt: skip
    for criterion in (
        lambda r: len(r.place),
        lambda r: len(r.match),
        lambda r: path.index(r.match["category"]) + 1 if "category" in r.match else 0,
        lambda r: r.valid_from.toordinal(),
        lambda r: r.id,
    ):
        best = max((criterion(r) for r in holding), default=None)
        holding = [r for r in holding if criterion(r) == best]
    assert choose(candidates, on, place, {"category": path, "kind": kind}) == (
        holding[0] if holding else None
    )


def test_a_street_is_not_taken_for_another_whose_code_begins_alike() -> None:
    assert choose([row(1, place="520103/520103001/")], FIRST, "520103/5201030010/") is None


def test_a_row_for_a_category_beats_one_for_a_kind_with_as_many_keys() -> None:
    candidates = [
        row(9, match={"kind": "complaint", "urgency": "normal"}),
        row(1, match={"category": "01", "urgency": "normal"}),
    ]
    asked = {"kind": "complaint", "urgency": "normal", "category": ["01", "0102"]}
    assert choose(candidates, FIRST, "", asked) == candidates[1]


def test_a_deeper_category_beats_its_parent() -> None:
    candidates = [row(1, match={"category": "0102"}), row(9, match={"category": "01"})]
    assert choose(candidates, FIRST, "", {"category": ["01", "0102"]}) == candidates[0]
    assert choose(candidates, FIRST, "", {"category": ["01", "0103"]}) == candidates[1]


def test_the_first_and_the_last_day_belong_to_a_norm() -> None:
    only = row(1, start=date(2026, 3, 1), end=date(2026, 3, 31))
    held = [
        choose([only], day)
        for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1))
    ]
    assert held == [None, only, only, None]


def change(**values: Any) -> None:
    usual: dict[str, Any] = {
        "source": "云府发〔2026〕1号", "value": 5, "formula": "", "valid_from": FIRST, "valid_to": None,
        "unit": "working_day", "known_values": [10], "known_names": frozenset(), "known_units": frozenset({"working_day"}),
    }  # fmt: skip
    rules.check_change(**{**usual, **values})


def test_a_change_with_source_and_like_value_is_taken() -> None:
    change()
    change(unit="hour")
    change(value=0.5, known_values=[1])
    change(value={"a": 1}, known_values=[{"a": 9}])
    change(value=None, formula="10*hh", known_names=frozenset({"hh"}))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"source": " "}, "依据"),
        ({"valid_to": FIRST - timedelta(1)}, "失效日期"),
        ({"value": None}, "填写取值"),
        ({"value": "五"}, "例如：10"),
        ({"value": True}, "例如：10"),
        ({"value": {"a": 1, "b": 2}, "known_values": [{"a": 1}]}, "例如"),
        ({"value": ["1", 2], "known_values": [["1"]]}, "例如"),
        ({"formula": "10*persons", "known_names": frozenset({"hh"})}, "可用的有：hh"),
        ({"formula": "hh **"}, "写法有误"),
        ({"unit": "元"}, "单位应为"),
    ],
)
def test_a_change_that_could_not_be_computed_with_is_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        change(**values)


def test_a_row_can_be_withdrawn_until_it_is_in_force() -> None:
    today = date(2026, 11, 22)
    tomorrow, yesterday = today + timedelta(1), today - timedelta(1)
    assert rules.may_withdraw(is_local=True, valid_from=tomorrow, set_on=yesterday, today=today)
    assert rules.may_withdraw(is_local=True, valid_from=yesterday, set_on=today, today=today)
    assert not rules.may_withdraw(is_local=True, valid_from=today, set_on=yesterday, today=today)
    assert not rules.may_withdraw(is_local=False, valid_from=tomorrow, set_on=today, today=today)


def test_caution_is_given_for_the_past_and_for_a_later_row() -> None:
    today = date(2026, 11, 22)
    assert rules.cautions(today, today, None) == ()
    assert len(rules.cautions(today - timedelta(1), today, today + timedelta(9))) == 2
    assert isinstance(NormRefused("x"), ValueError)
