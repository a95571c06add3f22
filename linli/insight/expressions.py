"""A tiny arithmetic language for the claims check: evaluated from its syntax tree, never by ``eval``.

Allowed: numbers, figure names, ``+ - * / // %``, comparisons, and ``floor sum min max round``.
All arithmetic is decimal, so that 93.57 - 56.88 is 36.69; ``round`` rounds halves up, as the reports do.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, DecimalException

Number = Decimal
Operand = Decimal | tuple[Decimal, ...]
MAX_LENGTH = 400


class ExpressionError(ValueError):
    """The expression is not in the language, names an unknown figure, or divides by zero."""


def half_up(value: Decimal, digits: int = 0) -> Decimal:
    """Round to ``digits`` decimal places, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _floor(value: Decimal) -> Decimal:
    return value.to_integral_value(rounding=ROUND_FLOOR)


def _floor_divide(left: Decimal, right: Decimal) -> Decimal:
    return _floor(left / right)


def _modulo(left: Decimal, right: Decimal) -> Decimal:
    return left - right * _floor(left / right)


_OPERATORS: dict[type[ast.operator], tuple[str, int, Callable[[Decimal, Decimal], Decimal]]] = {
    ast.Add: ("+", 1, operator.add),
    ast.Sub: ("−", 1, operator.sub),
    ast.Mult: ("×", 2, operator.mul),
    ast.Div: ("÷", 2, operator.truediv),
    ast.FloorDiv: ("整除", 2, _floor_divide),
    ast.Mod: ("除余", 2, _modulo),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[[Decimal, Decimal], bool]]] = {
    ast.Eq: ("=", operator.eq),
    ast.NotEq: ("≠", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("≤", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: ("≥", operator.ge),
}
_FUNCTION_WORDS = {"floor": "取整", "sum": "合计", "min": "较小值", "max": "较大值", "round": "四舍五入"}


def evaluate(expression: str, values: Mapping[str, Operand]) -> Decimal | bool:
    """The value of ``expression``; comparisons give a bool. Raises ExpressionError."""
    try:
        result = _value(_parse(expression), values)
    except DecimalException as error:
        raise ExpressionError(f"{expression}: {type(error).__name__}") from error
    if isinstance(result, tuple):
        raise ExpressionError(f"{expression}: a list is not a result")
    return result


def names(expression: str) -> frozenset[str]:
    """The figure names that ``expression`` uses."""
    found = {node.id for node in ast.walk(_parse(expression)) if isinstance(node, ast.Name)}
    return frozenset(found - _FUNCTION_WORDS.keys())


def spell_out(expression: str, word: Callable[[str], str]) -> str:
    """The expression as people write it, each name replaced by ``word(name)``: ``31.3 ÷ 7.8``."""
    return _spell(_parse(expression), word)


def _parse(expression: str) -> ast.expr:
    if len(expression) > MAX_LENGTH:
        raise ExpressionError("expression too long")
    try:
        return ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"{expression}: not an expression") from error


def _value(node: ast.expr, values: Mapping[str, Operand]) -> Operand | bool:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return Decimal(str(number))
        case ast.Name(id=name):
            if name not in values:
                raise ExpressionError(f"unknown figure: {name}")
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand, values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)][2](_number(left, values), _number(right, values))
        case ast.Compare():
            return _compare(node, values)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTION_WORDS:
            return _call(name, [_value(arg, values) for arg in args])
    raise ExpressionError(f"not allowed: {ast.unparse(node)}")


def _number(node: ast.expr, values: Mapping[str, Operand]) -> Decimal:
    value = _value(node, values)
    if not isinstance(value, Decimal):
        raise ExpressionError(f"not a number: {ast.unparse(node)}")
    return value


def _compare(node: ast.Compare, values: Mapping[str, Operand]) -> bool:
    numbers = [_number(side, values) for side in (node.left, *node.comparators)]
    for op, left, right in zip(node.ops, numbers, numbers[1:], strict=False):
        if type(op) not in _COMPARISONS:
            raise ExpressionError(f"not allowed: {ast.unparse(node)}")
        if not _COMPARISONS[type(op)][1](left, right):
            return False
    return True


def _call(name: str, args: list[Operand | bool]) -> Decimal:
    flat = _flatten(args)
    if name == "sum":
        return sum(flat, Decimal(0))
    if name in {"min", "max"} and flat:
        return min(flat) if name == "min" else max(flat)
    if name == "floor" and len(flat) == 1:
        return _floor(flat[0])
    if name == "round" and len(flat) == 1:
        return half_up(flat[0])
    if name == "round" and len(flat) == 2 and flat[1] in range(10):
        return half_up(flat[0], int(flat[1]))
    raise ExpressionError(f"wrong arguments for {name}")


def _flatten(args: list[Operand | bool]) -> list[Decimal]:
    flat: list[Decimal] = []
    for arg in args:
        if isinstance(arg, bool):
            raise ExpressionError("a comparison is not a number")
        flat.extend(arg if isinstance(arg, tuple) else (arg,))
    return flat


def _spell(node: ast.expr, word: Callable[[str], str]) -> str:
    match node:
        case ast.Name(id=name):
            return word(name)
        case ast.UnaryOp(operand=operand):
            return f"−{_spell(operand, word)}"
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            symbol, rank, _ = _OPERATORS[type(op)]
            return f"{_side(left, rank, word)} {symbol} {_side(right, rank + 1, word)}"
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            parts = [_spell(left, word)]
            for comparison, side in zip(ops, comparators, strict=True):
                parts += [_COMPARISONS[type(comparison)][0], _spell(side, word)]
            return " ".join(parts)
        case ast.Call(func=ast.Name(id=name), args=args) if name in _FUNCTION_WORDS:
            return f"{_FUNCTION_WORDS[name]}（{'，'.join(_spell(arg, word) for arg in args)}）"
    return ast.unparse(node)


def _side(node: ast.expr, rank: int, word: Callable[[str], str]) -> str:
    """One side of an operation, in brackets where it binds less tightly."""
    text = _spell(node, word)
    lower = isinstance(node, ast.BinOp) and _OPERATORS[type(node.op)][1] < rank
    return f"（{text}）" if lower else text
