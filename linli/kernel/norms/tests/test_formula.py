"""The arithmetic of norms."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.norms.formula import FUNCTIONS, FormulaError, parse

numbers = st.decimals(min_value=-(10**6), max_value=10**6, places=3)


def test_service_space_is_at_least_750_square_metres_and_50_per_hundred_households() -> None:
    space = parse("max(750, 50*hh/100)")
    assert space.names == {"hh"}
    assert [space.evaluate({"hh": households}) for households in (100, 1499, 1500, 1501, 4000)] == [
        750, 750, 750, Decimal("750.5"), 2000,
    ]  # fmt: skip


def test_decimal_figures_stay_exact() -> None:
    assert parse("0.7*3").evaluate({}) == Decimal("2.1")


def test_extra_staff_above_two_thousand_households() -> None:
    staff = parse("floor((hh-2000)/400) if hh > 2000 else 0")
    assert staff.evaluate({"hh": 3551}) == 3
    assert staff.evaluate({"hh": 2000}) == 0


@given(a=numbers, b=numbers, c=numbers)
def test_arithmetic_agrees_with_decimal(a: Decimal, b: Decimal, c: Decimal) -> None:
    inputs = {"a": a, "b": b, "c": c}
    assert parse("a + b*c - a").evaluate(inputs) == a + b * c - a
    assert parse("max(a, b, c)").evaluate(inputs) == max(a, b, c)
    assert parse("min(a, -b)").evaluate(inputs) == min(a, -b)
    assert parse("a if a >= b else b").evaluate(inputs) == max(a, b)
    assert parse("abs(a)").evaluate(inputs) == abs(a)
    floor = parse("floor(a)").evaluate(inputs)
    assert floor == int(floor) and floor <= a < floor + 1
    assert parse("ceil(a)").evaluate(inputs) == -parse("floor(-a)").evaluate(inputs)


@given(a=numbers, b=numbers.filter(bool))
def test_quotient_and_rest_give_the_number_back(a: Decimal, b: Decimal) -> None:
    inputs = {"a": a, "b": b}
    assert parse("(a // b)*b + a % b").evaluate(inputs) == a


expressions = st.recursive(
    st.sampled_from(["a", "b", "1", "2.5", "0"]),
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from(["+", "-", "*", "/", "//", "%"]), part).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        st.tuples(part, part).map(lambda t: f"max({t[0]}, {t[1]})"),
        part.map(lambda t: f"-{t}"),
        st.tuples(part, part, part).map(lambda t: f"({t[0]} if {t[1]} < {t[2]} else {t[0]})"),
    ),
    max_leaves=8,
)


@given(text=expressions, a=numbers, b=numbers)
def test_every_readable_formula_gives_a_finite_number_or_says_why_not(
    text: str, a: Decimal, b: Decimal
) -> None:
    try:
        value = parse(text).evaluate({"a": a, "b": b})
    except FormulaError as refused:
        assert str(refused)
    else:
        assert value.is_finite()


@given(text=st.text(max_size=60))
def test_no_text_gets_past_the_reader_except_arithmetic(text: str) -> None:
    try:
        formula = parse(text)
    except FormulaError:
        return
    assert formula.names.isdisjoint(FUNCTIONS) or formula.names <= {*FUNCTIONS}
    assert all(name.isidentifier() for name in formula.names)


@pytest.mark.parametrize(
    "text",
    [
        "", "1 +", "__import__('os')", "a.b", "a[0]", "'x'", "lambda: 1", "[1]", "a and b", "2**9", "True", "sum(a)",
        "max(1)", "max(a=1, b=2)", "a < b", "1 if a < b < 3 else 2", "(a := 1)", "f'{a}'", "1j", "*a", "1+" * 300 + "1",
        "(" * 90 + "1" + ")" * 90 + "+" + "-" * 40 + "1",
    ],
)  # fmt: skip
def test_anything_but_arithmetic_is_refused_in_words(text: str) -> None:
    with pytest.raises(FormulaError, match="[一-龥]"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [("1/a", "除以零"), ("a+b", "缺少数据：b"), ("a*1" + "0" * 19 + "+1" + "0" * 19, "超出范围")],
)
def test_what_cannot_be_computed_says_why(text: str, words: str) -> None:
    with pytest.raises(FormulaError, match=words):
        parse(text).evaluate({"a": 0})
