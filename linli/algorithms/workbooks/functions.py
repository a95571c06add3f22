"""The functions of a spreadsheet that forms use (ECMA-376 part 1, 18.17.7): values in, a value out.

A value is a number, a text, a truth, nothing (an empty cell) or an ``Error``; an ``Area`` is the values of a range. What is not here is
not guessed: the formula that needs it has no value until a spreadsheet opens the file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal, DecimalException


class NotReckoned(ValueError):
    """The formula says something that is not reckoned here."""


class Error(Exception):
    """An error that a cell shows, as ``#DIV/0!``: raised where it arises, and the value of the cell."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Error) and other.code == self.code

    def __hash__(self) -> int:
        return hash(self.code)


DIVIDED, NO_VALUE, NO_NUMBER, NOT_FOUND, NO_PLACE = "#DIV/0!", "#VALUE!", "#NUM!", "#N/A", "#REF!"

Value = float | str | bool | Error | None


@dataclass(frozen=True)
class Area:
    """The values of a range, row by row."""

    rows: Sequence[Sequence[Value]]

    def __iter__(self) -> Iterator[Value]:
        return (value for row in self.rows for value in row)

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0


Given = Value | Area


def number(value: Value) -> float:
    """A value where a number is wanted: nothing is 0, a text that says a number is that. Raises ``Error``."""
    if isinstance(value, Error):
        raise Error(value.code)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise Error(NO_VALUE) from None
    return float(value or 0)


def text(value: Value) -> str:
    """A value where a text is wanted."""
    if isinstance(value, Error):
        raise Error(value.code)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:.15g}"


def truth(value: Value) -> bool:
    """A value where a truth is wanted."""
    if isinstance(value, str):
        if value.upper() not in ("TRUE", "FALSE"):
            raise Error(NO_VALUE)
        return value.upper() == "TRUE"
    return bool(number(value))


def one(given: Given) -> Value:
    """A single value; of a range only where it is one cell."""
    if isinstance(given, Area):
        if len(given.rows) != 1 or given.width != 1:
            raise NotReckoned("a range where one value is wanted")
        return given.rows[0][0]
    return given


def order(left: Value, right: Value) -> int:
    """-1, 0 or 1: numbers before texts before truths, texts without regard to case; nothing is like 0 and like an empty text."""
    for value in (left, right):
        if isinstance(value, Error):
            raise Error(value.code)
    left, right = _filled(left, right), _filled(right, left)
    a, b = _rank(left), _rank(right)
    return (a > b) - (a < b)


def _filled(value: Value, beside: Value) -> Value:
    if value is not None:
        return value
    return "" if isinstance(beside, str) else False if isinstance(beside, bool) else 0.0


def _rank(value: Value) -> tuple[int, float, str]:
    if isinstance(value, str):
        return (1, 0.0, value.lower())
    return (2 if isinstance(value, bool) else 0, number(value), "")


def each(given: Sequence[Given]) -> Iterator[tuple[Value, bool]]:
    """All values of arguments, and of each whether it stands in a range."""
    for argument in given:
        if isinstance(argument, Area):
            yield from ((value, True) for value in argument)
        else:
            yield argument, False


def is_number(value: Value) -> bool:
    """Whether a value is a number, and no truth."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def numbers(given: Sequence[Given]) -> list[float]:
    """The numbers of arguments: of a range only what is a number, of a single value also what says one."""
    found = []
    for value, is_in_range in each(given):
        if isinstance(value, Error):
            raise Error(value.code)
        if is_number(value) or not is_in_range and value is not None:
            found.append(number(value))
    return found


def values(given: Sequence[Given]) -> list[Value]:
    """All values of arguments."""
    return [value for value, _is_in_range in each(given)]


def divided(a: float, b: float) -> float:
    """A quotient; by nothing it is ``#DIV/0!``."""
    if b == 0:
        raise Error(DIVIDED)
    return a / b


def power(a: float, b: float) -> float:
    """A power, where there is one."""
    try:
        found = a**b
    except (OverflowError, ZeroDivisionError):
        raise Error(NO_NUMBER) from None
    if isinstance(found, complex):
        raise Error(NO_NUMBER)
    return float(found)


def _rounded(how: str) -> Callable[[Sequence[Given]], Value]:
    def rounded(given: Sequence[Given]) -> Value:
        places = int(number(one(given[1]))) if len(given) > 1 else 0
        try:
            step = Decimal(1).scaleb(-places)
            return float((Decimal(repr(number(one(given[0])))) / step).quantize(Decimal(1), how) * step)
        except DecimalException:
            raise Error(NO_NUMBER) from None

    return rounded


SIGN = re.compile(r"(<>|<=|>=|=|<|>)?(.*)", re.DOTALL)
HOLDS: dict[str, Callable[[int], bool]] = {
    "=": lambda o: o == 0, "<>": lambda o: o != 0, "<": lambda o: o < 0, ">": lambda o: o > 0,
    "<=": lambda o: o <= 0, ">=": lambda o: o >= 0,
}  # fmt: skip


def meets(wanted: Value) -> Callable[[Value], bool]:
    """What a criterion of ``COUNTIF`` asks: ``">2"``, ``"<>"``, a value itself, a text with ``*`` and ``?``."""
    if isinstance(wanted, bool):
        return lambda value: value is wanted
    match = SIGN.fullmatch(text(wanted))
    assert match is not None
    sign, said = match[1] or "=", match[2]
    try:
        return _meets_number(sign, float(said), said)
    except ValueError:
        return _meets_text(sign, said)


def _meets_number(sign: str, limit: float, said: str) -> Callable[[Value], bool]:
    def asked(value: Value) -> bool:
        if is_number(value):
            return HOLDS[sign](order(value, limit))
        is_same = value == said
        return is_same if sign == "=" else not is_same if sign == "<>" else False

    return asked


def _meets_text(sign: str, said: str) -> Callable[[Value], bool]:
    if sign not in ("=", "<>"):
        return lambda value: isinstance(value, str) and HOLDS[sign](order(value, said))
    parts = re.split(r"([*?])", said)
    pattern = "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts)
    shape = re.compile(pattern, re.IGNORECASE | re.DOTALL)

    def is_like(value: Value) -> bool:
        if said == "":
            return value in (None, "")
        return isinstance(value, str) and shape.fullmatch(value) is not None

    return is_like if sign == "=" else lambda value: not is_like(value)


def _area(given: Given) -> Area:
    return given if isinstance(given, Area) else Area(((given,),))


def _chosen(criteria: Sequence[Given], shape: Area) -> list[bool]:
    """Which places of an area meet pairs of range and criterion."""
    held = [True] * len(list(shape))
    for range_, wanted in zip(criteria[::2], criteria[1::2], strict=True):
        asked, found = meets(one(wanted)), list(_area(range_))
        if len(found) != len(held):
            raise Error(NO_VALUE)
        held = [so_far and asked(value) for so_far, value in zip(held, found, strict=True)]
    return held


def _of_chosen(area: Area, criteria: Sequence[Given]) -> list[float]:
    return numbers(
        [Area([[value for value, is_in in zip(area, _chosen(criteria, area), strict=True) if is_in]])]
    )


def _with_area_last(given: Sequence[Given]) -> tuple[Area, Sequence[Given]]:
    """``SUMIF(range, criterion, [area])``."""
    return _area(given[2] if len(given) > 2 else given[0]), given[:2]


def _mean(found: Sequence[float]) -> float:
    return divided(math.fsum(found), len(found))


def _products(given: Sequence[Given]) -> float:
    columns = [
        [number(value) if is_number(value) else 0.0 for value in _area(argument)] for argument in given
    ]
    if len({len(column) for column in columns}) != 1:
        raise Error(NO_VALUE)
    return math.fsum(math.prod(row) for row in zip(*columns, strict=True))


def _subtotal(given: Sequence[Given]) -> Value:
    which = {
        9: "SUM",
        109: "SUM",
        1: "AVERAGE",
        101: "AVERAGE",
        2: "COUNT",
        102: "COUNT",
        3: "COUNTA",
        103: "COUNTA",
    }
    name = which.get(int(number(one(given[0]))))
    if name is None:
        raise NotReckoned("SUBTOTAL")
    return FUNCTIONS[name](given[1:])


def _match(given: Sequence[Given]) -> int:
    """The place, from 0 on, of a value in a column or row; only exact ones are looked for."""
    if len(given) < 3 or number(one(given[2])) != 0:
        raise NotReckoned("a match that is not exact")
    wanted = one(given[0])
    asked = (
        _meets_text("=", wanted)
        if isinstance(wanted, str)
        else lambda value: value is not None and order(value, wanted) == 0
    )
    for place, value in enumerate(_area(given[1])):
        if asked(value):
            return place
    raise Error(NOT_FOUND)


def _index(given: Sequence[Given]) -> Value:
    area, row = _area(given[0]), int(number(one(given[1])))
    column = int(number(one(given[2]))) if len(given) > 2 else 1
    if len(given) == 2 and len(area.rows) == 1:
        row, column = 1, row
    if not (1 <= row <= len(area.rows) and 1 <= column <= area.width):
        raise Error(NO_PLACE)
    return area.rows[row - 1][column - 1]


def _vlookup(given: Sequence[Given]) -> Value:
    area, column = _area(given[1]), int(number(one(given[2])))
    place = _match([given[0], Area([[row[0]] for row in area.rows]), given[3] if len(given) > 3 else 1.0])
    if not 1 <= column <= area.width:
        raise Error(NO_PLACE)
    return area.rows[place][column - 1]


def _mid(given: Sequence[Given]) -> Value:
    start, length = int(number(one(given[1]))), int(number(one(given[2])))
    if start < 1 or length < 0:
        raise Error(NO_VALUE)
    return text(one(given[0]))[start - 1 : start - 1 + length]


def _end(given: Sequence[Given], *, left: bool) -> Value:
    length = int(number(one(given[1]))) if len(given) > 1 else 1
    if length < 0:
        raise Error(NO_VALUE)
    words = text(one(given[0]))
    return words[:length] if left else words[len(words) - min(length, len(words)) :]


FIRST_DAY = date(1899, 12, 30)
"""Day 0 as it comes out for every day from 1 March 1900 on; days before are miscounted by spreadsheets, and not reckoned."""


def _day(given: Sequence[Given]) -> date:
    serial = int(number(one(given[0])))
    if not 61 <= serial <= 2_958_465:
        raise NotReckoned("a day before March 1900")
    return FIRST_DAY + timedelta(days=serial)


def _date(given: Sequence[Given]) -> Value:
    year, month, day = (int(number(one(argument))) for argument in given)
    try:
        first = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
        serial = (first - FIRST_DAY).days + day - 1
    except (ValueError, OverflowError):
        raise Error(NO_NUMBER) from None
    if serial < 61:
        raise NotReckoned("a day before March 1900")
    return float(serial)


def _truths(given: Sequence[Given]) -> list[bool]:
    found = [
        truth(value)
        for value, is_in_range in each(given)
        if not (is_in_range and (value is None or isinstance(value, str)))
    ]
    if not found:
        raise Error(NO_VALUE)
    return found


def _counted(given: Sequence[Given]) -> float:
    return float(
        sum(
            is_number(value) or not is_in_range and isinstance(value, bool)
            for value, is_in_range in each(given)
        )
    )


def _mod(given: Sequence[Given]) -> float:
    a, b = number(one(given[0])), number(one(given[1]))
    if b == 0:
        raise Error(DIVIDED)
    return a - b * math.floor(a / b)


def _root(given: Sequence[Given]) -> float:
    found = number(one(given[0]))
    if found < 0:
        raise Error(NO_NUMBER)
    return math.sqrt(found)


FUNCTIONS: dict[str, Callable[[Sequence[Given]], Value]] = {
    "SUM": lambda g: math.fsum(numbers(g)),
    "AVERAGE": lambda g: _mean(numbers(g)),
    "MAX": lambda g: max(numbers(g), default=0.0),
    "MIN": lambda g: min(numbers(g), default=0.0),
    "PRODUCT": lambda g: math.prod(found) if (found := numbers(g)) else 0.0,
    "COUNT": _counted,
    "COUNTA": lambda g: float(sum(value is not None for value in values(g))),
    "COUNTBLANK": lambda g: float(sum(value in (None, "") for value in values(g))),
    "SUMPRODUCT": _products,
    "SUBTOTAL": _subtotal,
    "SUMIF": lambda g: math.fsum(_of_chosen(*_with_area_last(g))),
    "AVERAGEIF": lambda g: _mean(_of_chosen(*_with_area_last(g))),
    "SUMIFS": lambda g: math.fsum(_of_chosen(_area(g[0]), g[1:])),
    "AVERAGEIFS": lambda g: _mean(_of_chosen(_area(g[0]), g[1:])),
    "COUNTIF": lambda g: float(sum(_chosen(g, _area(g[0])))),
    "COUNTIFS": lambda g: float(sum(_chosen(g, _area(g[0])))),
    "ROUND": _rounded(ROUND_HALF_UP),
    "ROUNDUP": _rounded(ROUND_UP),
    "ROUNDDOWN": _rounded(ROUND_DOWN),
    "TRUNC": _rounded(ROUND_DOWN),
    "INT": lambda g: float(math.floor(number(one(g[0])))),
    "ABS": lambda g: abs(number(one(g[0]))),
    "SQRT": _root,
    "MOD": _mod,
    "POWER": lambda g: power(number(one(g[0])), number(one(g[1]))),
    "AND": lambda g: all(_truths(g)),
    "OR": lambda g: any(_truths(g)),
    "NOT": lambda g: not truth(one(g[0])),
    "TRUE": lambda g: True,
    "FALSE": lambda g: False,
    "LEN": lambda g: float(len(text(one(g[0])))),
    "LEFT": lambda g: _end(g, left=True),
    "RIGHT": lambda g: _end(g, left=False),
    "MID": _mid,
    "TRIM": lambda g: " ".join(part for part in text(one(g[0])).split(" ") if part),
    "VALUE": lambda g: number(one(g[0])),
    "CONCATENATE": lambda g: "".join(text(one(argument)) for argument in g),
    "CONCAT": lambda g: "".join(map(text, values(g))),
    "EXACT": lambda g: text(one(g[0])) == text(one(g[1])),
    "ISBLANK": lambda g: one(g[0]) is None,
    "ISNUMBER": lambda g: is_number(one(g[0])),
    "ISTEXT": lambda g: isinstance(one(g[0]), str),
    "INDEX": _index,
    "MATCH": lambda g: float(_match(g) + 1),
    "VLOOKUP": _vlookup,
    "DATE": _date,
    "YEAR": lambda g: float(_day(g).year),
    "MONTH": lambda g: float(_day(g).month),
    "DAY": lambda g: float(_day(g).day),
}
"""What is reckoned, by name; ``IF``, ``IFERROR`` and ``ISERROR``, which do not take every argument as it comes, are in ``formulas``."""
