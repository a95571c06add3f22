"""Which norm holds: values in, value out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from linli.algorithms.text.sentences import Refusal, listed, said
from linli.kernel.norms.formula import Formula, parse

Asked = Mapping[str, str | Sequence[str]]
"""What is known of the matter a norm is asked for. A sequence is a path, root first: ``["市容环境", "暴露垃圾"]``."""


@dataclass(frozen=True)
class NormValue:
    """One dated norm as it was found: the value or the formula, its unit and its source."""

    id: int
    key: str
    title: str
    value: Any
    unit: str
    source: str
    valid_from: date
    valid_to: date | None = None
    place: str = ""
    match: Mapping[str, str] = field(default_factory=dict, hash=False)
    formula: Formula | None = None
    note: str = ""

    def amount(self, **inputs: Any) -> Any:
        """The value, or the formula's result for the inputs it names (``hh=1600``)."""
        return self.value if self.formula is None else self.formula.evaluate(inputs)


Rank = tuple[int, int, int, date, int]


def rank(row: NormValue, on: date, place: str, asked: Asked) -> Rank | None:
    """How closely a row fits, greater is closer; None where it does not hold.

    In this order: the longer place, the more matching keys, the nearer place on a path, the later start.
    """
    if (
        row.valid_from > on
        or (row.valid_to is not None and row.valid_to < on)
        or not place.startswith(row.place)
    ):
        return None
    nearness = 0
    for key, wanted in row.match.items():
        position = _position(asked.get(key), wanted)
        if position is None:
            return None
        nearness += position
    return (len(row.place), len(row.match), nearness, row.valid_from, row.id)


def _position(known: str | Sequence[str] | None, wanted: str) -> int | None:
    """0 for a plain value that is the same; 1 and more for its place on a path, so that a path outweighs plain values."""
    if known is None:
        return None
    if isinstance(known, str):
        return 0 if known == wanted else None
    return next((index + 1 for index in range(len(known) - 1, -1, -1) if known[index] == wanted), None)


def choose(
    rows: Iterable[NormValue], on: date, place: str = "", asked: Asked | None = None
) -> NormValue | None:
    """The row that holds on a day at a place for a matter, or None."""
    best: NormValue | None = None
    best_rank: Rank | None = None
    for row in rows:
        found = rank(row, on, place, asked or {})
        if found is not None and (best_rank is None or found > best_rank):
            best, best_rank = row, found
    return best


def day_before(day: date) -> date:
    """The last day of a span that another one takes over."""
    return day - timedelta(days=1)


def may_withdraw(*, is_local: bool, valid_from: date, set_on: date, today: date) -> bool:
    """A local row may be taken back until it is in force, and on the day on which it was entered."""
    return is_local and (valid_from > today or set_on == today)


CLOCK_UNITS = frozenset({"working_hour", "working_day", "hour", "day"})
"""Units that a clock understands: one may be changed into another."""


class NormRefused(Refusal, ValueError):
    """A norm cannot be changed like this; the text says what to write instead."""


def check_change(
    *,
    source: str,
    value: Any,
    formula: str,
    valid_from: date,
    valid_to: date | None,
    unit: str,
    known_values: Sequence[Any],
    known_names: frozenset[str],
    known_units: frozenset[str],
) -> None:
    """Refuse a change without a source, that ends before it begins, or that the product could not compute with."""
    if not source.strip():
        raise NormRefused("请写明依据（文件名称和文号）")
    if valid_to is not None and valid_to < valid_from:
        raise NormRefused("失效日期不能早于生效日期")
    allowed_units = known_units | CLOCK_UNITS if known_units & CLOCK_UNITS else known_units
    if unit not in allowed_units:
        raise NormRefused("单位应为：%(allowed)s", allowed=listed(sorted(allowed_units)))
    if formula.strip():
        unknown = sorted(parse(formula).names - known_names)
        if unknown:
            allowed = "、".join(sorted(known_names)) or "无"
            raise NormRefused(
                "公式里的 %(unknown)s 不是这条规范可用的数据；可用的有：%(allowed)s",
                unknown=listed(unknown),
                allowed=allowed,
            )
    elif value is None:
        raise NormRefused("请填写取值")
    elif known_values and not any(same_shape(known, value) for known in known_values):
        raise NormRefused(
            "取值的写法应与现行一致，例如：%(example)s",
            example=json.dumps(known_values[-1], ensure_ascii=False),
        )


def same_shape(known: Any, value: Any) -> bool:
    """Whether the product can read a value where it reads a known one: a number for a number, the same named parts."""
    if isinstance(known, bool) or isinstance(value, bool):
        return isinstance(known, bool) and isinstance(value, bool)
    if isinstance(known, int | float):
        return isinstance(value, int | float)
    if isinstance(known, dict):
        return (
            isinstance(value, dict)
            and known.keys() == value.keys()
            and all(same_shape(known[k], value[k]) for k in known)
        )
    if isinstance(known, list):
        return isinstance(value, list) and all(
            not known or any(same_shape(k, v) for k in known) for v in value
        )
    return type(known) is type(value)


def cautions(valid_from: date, today: date, later: date | None) -> tuple[str, ...]:
    """What a person should know before a change is made."""
    found = []
    if valid_from < today:
        found.append(said("生效日期早于今天：已经算定的时限不会自动重算，此后新算的按新取值。"))
    if later is not None:
        found.append(said("%(day)s 起另有一条，本次改动只管到前一天。", day=later))
    return tuple(found)
