"""A small arithmetic for norms such as ``max(750, 50*hh/100)``: read once, evaluated with named inputs.

Numbers are decimal, so ``0.7*3`` is 2.1. Nothing but arithmetic, comparison, choice (``a if c else b``) and the
functions below exists; there is no attribute, index, string, power or call of anything else.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP  # isort: skip

from linli.algorithms.text.sentences import Refusal, listed

Number = int | float | Decimal

LONGEST = 400
DEEPEST = 24
LARGEST = Decimal(10) ** 18


class FormulaError(Refusal, ValueError):
    """The formula cannot be read, or cannot be evaluated with these inputs; the text says why."""


def _floor(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_FLOOR)


def _ceil(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_CEILING)


def _round(value: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    if places != int(places) or not 0 <= places <= 6:
        raise FormulaError("round 的小数位数应为 0 到 6 的整数")
    return value.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


FUNCTIONS: dict[str, tuple[Callable[..., Decimal], int, int]] = {
    "max": (max, 2, 20),
    "min": (min, 2, 20),
    "abs": (abs, 1, 1),
    "floor": (_floor, 1, 1),
    "ceil": (_ceil, 1, 1),
    "round": (_round, 1, 2),
}
"""Name to (function, fewest arguments, most arguments)."""

_ARITHMETIC: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: _floor(a / b),
    ast.Mod: lambda a, b: a - b * _floor(a / b),
}
_COMPARISON: dict[type[ast.cmpop], Callable[[Decimal, Decimal], bool]] = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}


@dataclass(frozen=True)
class Formula:
    """A formula that was read: its text, the inputs it needs, and its tree."""

    text: str
    names: frozenset[str]
    tree: ast.expr

    def evaluate(self, inputs: Mapping[str, Number]) -> Decimal:
        """The value for these inputs; raises ``FormulaError`` where one is missing or the arithmetic has no answer."""
        missing = sorted(self.names - inputs.keys())
        if missing:
            raise FormulaError("公式缺少数据：%(names)s", names=listed(missing))
        values = {name: Decimal(str(inputs[name])) for name in self.names}
        try:
            result = _value(self.tree, values)
        except (DivisionByZero, ZeroDivisionError):
            raise FormulaError("公式中出现除以零") from None
        except (InvalidOperation, Overflow):
            raise FormulaError("公式的结果无法计算") from None
        if not result.is_finite() or abs(result) > LARGEST:
            raise FormulaError("公式的结果超出范围")
        return result


def parse(text: str) -> Formula:
    """Read a formula; raises ``FormulaError`` with words for whoever typed it."""
    if len(text) > LONGEST:
        raise FormulaError("公式过长，最多 %(most)s 个字符", most=LONGEST)
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise FormulaError("公式写法有误，例如应写作 max(750, 50*hh/100)") from None
    names: set[str] = set()
    _check(tree, names, 0)
    return Formula(text.strip(), frozenset(names), tree)


def _check(node: ast.expr, names: set[str], depth: int) -> None:
    """Refuse every construct that ``_value`` does not know, and collect the names of the inputs."""
    if depth > DEEPEST:
        raise FormulaError("公式嵌套过深")
    if isinstance(node, ast.Name):
        names.add(node.id)
    for part in _parts(node):
        _check(part, names, depth + 1)


def _parts(node: ast.expr) -> list[ast.expr]:
    """The parts of an allowed construct."""
    match node:
        case ast.Name():
            return []
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return []
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return _counted(name, args)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return [left, right]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return [operand]
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=orelse):
            if type(op) in _COMPARISON:
                return [left, right, body, orelse]
    raise FormulaError(
        "公式中只能使用四则运算、比较取值（甲 if 比较 else 乙）和 %(functions)s", functions=listed(FUNCTIONS)
    )


def _counted(name: str, args: list[ast.expr]) -> list[ast.expr]:
    _, fewest, most = FUNCTIONS[name]
    if not fewest <= len(args) <= most:
        raise FormulaError("%(name)s 的参数个数不对", name=name)
    return args


def _value(node: ast.expr, inputs: Mapping[str, Decimal]) -> Decimal:
    match node:
        case ast.Constant(value=number):
            return Decimal(str(number))
        case ast.Name(id=name):
            return inputs[name]
        case ast.Call(func=ast.Name(id=name), args=args):
            return Decimal(FUNCTIONS[name][0](*(_value(arg, inputs) for arg in args)))
        case ast.BinOp(left=left, op=op, right=right):
            return _ARITHMETIC[type(op)](_value(left, inputs), _value(right, inputs))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, inputs)
        case ast.UnaryOp(operand=operand):
            return _value(operand, inputs)
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=orelse):
            holds = _COMPARISON[type(op)](_value(left, inputs), _value(right, inputs))
            return _value(body if holds else orelse, inputs)
    raise FormulaError("公式写法有误")
