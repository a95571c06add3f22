"""Formulas read and reckoned: the grammar of ECMA-376 part 1, 18.17.2, with the functions of ``functions``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.utils import column_index_from_string

from linli.algorithms.workbooks.functions import (
    FUNCTIONS,
    HOLDS,
    Area,
    Error,
    Given,
    NotReckoned,
    Value,
    divided,
    number,
    one,
    order,
    power,
    text,
    truth,
)
from linli.algorithms.workbooks.references import CELL, RANGE

MOST_CELLS = 200_000
"""Of a range; a form has none that is larger."""


class Look(Protocol):
    """Where a formula looks: a cell, or the last row that a sheet has; ``sheet`` is empty for the sheet of the formula itself."""

    def cell(self, sheet: str, row: int, column: int) -> Value:
        """The value of a cell; raises ``NotReckoned`` where that hangs on something that is not reckoned."""

    def last_row(self, sheet: str) -> int:
        """The last row with something in it."""


Node = Callable[[Look], Given]


@lru_cache(maxsize=20_000)
def read(formula: str) -> Node:
    """A formula without its equals sign. Raises ``NotReckoned`` where it says something that is not reckoned here."""
    try:
        tokens = [each for each in Tokenizer(f"={formula}").items if each.type != Token.WSPACE]
        reader = _Reader(tokens)
        found = reader.expression(0)
    except (IndexError, ValueError) as error:
        raise NotReckoned(formula) from error
    if reader.at != len(tokens):
        raise NotReckoned(formula)
    return found


def reckon(formula: str, look: Look) -> Value:
    """What a formula comes to; an error that it shows is a value, too. Raises ``NotReckoned``."""
    node = read(formula)
    try:
        return one(node(look))
    except Error as error:
        return error
    except NotReckoned:
        raise
    except (
        ArithmeticError,
        ValueError,
        IndexError,
        RecursionError,
    ) as error:  # arguments that a function does not take
        raise NotReckoned(formula) from error


def _compared(sign: str) -> Callable[[Value, Value], Value]:
    return lambda a, b: HOLDS[sign](order(a, b))


BINDS: dict[str, tuple[int, Callable[[Value, Value], Value]]] = {
    **{sign: (1, _compared(sign)) for sign in HOLDS},
    "&": (2, lambda a, b: text(a) + text(b)),
    "+": (3, lambda a, b: number(a) + number(b)),
    "-": (3, lambda a, b: number(a) - number(b)),
    "*": (4, lambda a, b: number(a) * number(b)),
    "/": (4, lambda a, b: divided(number(a), number(b))),
    "^": (5, lambda a, b: power(number(a), number(b))),
}
"""How tightly a sign binds, and what it does; all bind to the left, and a sign before a value more tightly than all."""


class _Reader:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens, self.at = tokens, 0

    def next(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def is_at(self, kind: str, subtype: str = "") -> bool:
        if self.at >= len(self.tokens):
            return False
        token = self.tokens[self.at]
        return token.type == kind and subtype in ("", token.subtype)

    def expression(self, least: int) -> Node:
        """What is bound at least so tightly."""
        left = self.operand()
        while self.is_at(Token.OP_IN):
            tightness, does = self.binding()
            if tightness <= least:
                break
            self.at += 1
            left = _both(does, left, self.expression(tightness))
        return left

    def binding(self) -> tuple[int, Callable[[Value, Value], Value]]:
        sign = str(self.tokens[self.at].value)
        if sign not in BINDS:
            raise NotReckoned(sign)
        return BINDS[sign]

    def operand(self) -> Node:
        token = self.next()
        if token.type == Token.OP_PRE:
            found = _signed(str(token.value), self.operand())
        elif token.type == Token.PAREN:
            found = self.expression(0)
            self.closed(Token.PAREN)
        elif token.type == Token.FUNC:
            found = _called(str(token.value)[:-1].upper(), self.arguments())
        elif token.type == Token.OPERAND:
            found = OPERANDS[token.subtype](str(token.value))
        else:
            raise NotReckoned(str(token.value))
        while self.is_at(Token.OP_POST):
            self.at += 1
            found = _percent(found)
        return found

    def closed(self, kind: str) -> None:
        if not self.is_at(kind, Token.CLOSE):
            raise NotReckoned("no end")
        self.at += 1

    def arguments(self) -> list[Node]:
        """Up to the closing bracket; one that is left out is nothing."""
        given: list[Node] = []
        while not self.is_at(Token.FUNC, Token.CLOSE):
            is_left_out = self.is_at(Token.SEP)
            given.append((lambda _look: None) if is_left_out else self.expression(0))
            if not self.is_at(Token.SEP):
                break
            self.at += 1
            if self.is_at(Token.FUNC, Token.CLOSE):
                given.append(lambda _look: None)
        self.closed(Token.FUNC)
        return given


def _both(does: Callable[[Value, Value], Value], left: Node, right: Node) -> Node:
    return lambda look: does(one(left(look)), one(right(look)))


def _signed(sign: str, node: Node) -> Node:
    if sign == "-":
        return lambda look: -number(one(node(look)))
    return node


def _percent(node: Node) -> Node:
    return lambda look: number(one(node(look))) / 100


def _number(said: str) -> Node:
    value = float(said)
    return lambda _look: value


def _text(said: str) -> Node:
    value = said[1:-1].replace('""', '"')
    return lambda _look: value


def _error(said: str) -> Node:
    value = Error(said)
    return lambda _look: value


def _logical(said: str) -> Node:
    value = said.upper() == "TRUE"
    return lambda _look: value


COLUMNS = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})")


def _reference(said: str) -> Node:
    """A cell, a range or whole columns, on this sheet or another of the same file."""
    named, mark, place = said.rpartition("!")
    sheet = named.strip("'").replace("''", "'") if mark else ""
    if "[" in said or ":" in sheet:
        raise NotReckoned(said)
    if columns := COLUMNS.fullmatch(place.upper()):
        left, right = (column_index_from_string(each) for each in columns.groups())
        return lambda look: _area(look, sheet, (1, look.last_row(sheet)), (left, right))
    match = RANGE.fullmatch(place.upper())
    if match is None:
        raise NotReckoned(said)
    top, left = _address(match[1])
    if match[2] is None:
        return lambda look: look.cell(sheet, top, left)
    bottom, right = _address(match[2])
    rows, across = (min(top, bottom), max(top, bottom)), (min(left, right), max(left, right))
    return lambda look: _area(look, sheet, rows, across)


def _address(said: str) -> tuple[int, int]:
    match = CELL.fullmatch(said)
    assert match is not None
    return int(match[4]), column_index_from_string(match[2])


def _area(look: Look, sheet: str, rows: tuple[int, int], columns: tuple[int, int]) -> Area:
    first, last = rows
    if (last - first) * (
        columns[1] - columns[0] + 1
    ) > MOST_CELLS:  # ``A1:A1048576`` means as far as there is something
        last = min(last, max(first, look.last_row(sheet)))
    if (last - first) * (columns[1] - columns[0] + 1) > MOST_CELLS:
        raise NotReckoned("a range too large")
    return Area(
        [
            [look.cell(sheet, row, column) for column in range(columns[0], columns[1] + 1)]
            for row in range(first, last + 1)
        ]
    )


OPERANDS: dict[str, Callable[[str], Node]] = {
    Token.NUMBER: _number, Token.TEXT: _text, Token.LOGICAL: _logical, Token.ERROR: _error, Token.RANGE: _reference,
}  # fmt: skip


def _called(name: str, given: Sequence[Node]) -> Node:
    name = name.removeprefix("_XLFN.")
    if name == "IF" and len(given) in (2, 3):
        return _if(given)
    if name == "IFERROR" and len(given) == 2:
        return lambda look: _or_else(given[0], given[1], look)
    if name == "ISERROR" and len(given) == 1:
        return lambda look: isinstance(_shown(given[0], look), Error)
    function = FUNCTIONS.get(name)
    if function is None:
        raise NotReckoned(name)
    return lambda look: function([each(look) for each in given])


def _if(given: Sequence[Node]) -> Node:
    def chosen(look: Look) -> Given:
        if truth(one(given[0](look))):
            return given[1](look)
        return given[2](look) if len(given) > 2 else False

    return chosen


def _shown(node: Node, look: Look) -> Value:
    try:
        return one(node(look))
    except Error as error:
        return error


def _or_else(node: Node, otherwise: Node, look: Look) -> Given:
    found = _shown(node, look)
    return otherwise(look) if isinstance(found, Error) else found
