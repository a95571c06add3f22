"""The claims check calculates with decimals and refuses everything that is not arithmetic."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.insight.expressions import ExpressionError, evaluate, half_up, names, spell_out

WHOLE = st.integers(-10_000, 10_000)


def test_areas_are_subtracted_without_binary_error() -> None:
    assert evaluate("93.57 - 56.88", {}) == Decimal("36.69")


def test_halves_are_rounded_up_as_the_reports_do() -> None:
    assert evaluate("round(2.5)", {}) == 3
    assert half_up(Decimal("0.845"), 2) == Decimal("0.85")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("(2 + 3) * 4", 20),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("floor(1551 / 300)", 5),
        ("max(750, 50 * 3551 / 100)", Decimal("1775.5")),
        ("sum(counts) + min(counts)", 75),
        ("round(8.4483, 2)", Decimal("8.45")),
        ("1 < 2 <= 2", True),
        ("1 < 2 < 2", False),
    ],
)
def test_the_language_covers_what_the_reports_need(expression: str, value: object) -> None:
    assert evaluate(expression, {"counts": (Decimal(15), Decimal(30), Decimal(15))}) == value


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os')",
        "staff.real",
        "2 ** 999999999",
        "'a' * 9",
        "[1, 2]",
        "lambda: 1",
        "staff if 1 else 2",
        "True",
        "round(1, -5)",
        "round(1, 0.5)",
        "min()",
        "sum(1 < 2)",
        "staff and 1",
        "1 in staff",
        "unknown + 1",
        "1 / 0",
        "1 +",
        "1 + " * 200 + "1",
        "(" * 200 + "1" + ")" * 200,
    ],
)
def test_anything_else_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(expression, {"staff": Decimal(245)})


def test_a_list_is_not_a_number() -> None:
    with pytest.raises(ExpressionError):
        evaluate("counts + 1", {"counts": (Decimal(1),)})
    with pytest.raises(ExpressionError):
        evaluate("counts", {"counts": (Decimal(1),)})


@given(WHOLE, WHOLE.filter(bool))
def test_floor_division_and_remainder_give_the_number_back(left: int, right: int) -> None:
    values = {"a": Decimal(left), "b": Decimal(right)}
    assert evaluate("(a // b) * b + a % b", values) == left
    assert evaluate("a // b", values) == left // right


@given(WHOLE, WHOLE, WHOLE)
def test_what_is_spelled_out_keeps_the_order_of_calculation(a: int, b: int, c: int) -> None:
    expression = f"({a} - {b}) * ({c} - ({a} - {b}))"
    spelled = spell_out(expression, str)
    back = spelled.translate(str.maketrans("−×（）", "-*()"))
    assert evaluate(back, {}) == evaluate(expression, {})


def test_names_are_the_figures_and_not_the_functions() -> None:
    assert names("round(staff / communities) == 7") == {"staff", "communities"}
