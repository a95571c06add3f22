"""What a department's query is answered with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import declare_door, door
from linli.kernel.privacy.limits import limits
from linli.returns.models import Query
from linli.returns.queries.figures import figures
from linli.returns.rules.elements import Element, dictionary
from linli.returns.rules.leaving import covered, small
from linli.returns.rules.periods import Period
from linli.territory.queries.units import Node, tree

ASK = declare_door("部门数据查询", "按批准的查询统计各单位的数字，只得到数量，不显示任何人的记录")
TOTAL = "total"


@dataclass(frozen=True)
class Counted:
    """The answer to a query: for each unit the figures in their order, the sum last; a small count of a sensitive group is in words."""

    period: Period
    elements: Sequence[Element]
    rows: Sequence[tuple[Node, Sequence[int | str]]]
    total: Sequence[int | str]

    @property
    def cells(self) -> int:
        """How many figures communities were not asked for."""
        return len(self.rows) * len(self.elements)


def units_of_level(level: str) -> list[Node]:
    """The units that a form or a query asks about (``Form.Level`` has the territory's words for levels), in force today."""
    return [node for node in tree().nodes if node.level == level]


def counted(row: Query, period: Period, at: datetime) -> Counted:
    """The figures of a query for every unit of its level: of records that the department itself does not see, so that only counts leave this function."""
    elements = [dictionary()[code] for code in row.figures]
    nodes = units_of_level(row.level)
    with door(ASK):
        held = figures(row.figures, [node.path for node in nodes], period, Actor.system("数据查询"), at)
    least = 0 if row.exact else limits(timezone.localdate(at)).small_count
    columns = [
        told(held[each.code], least) if each.is_sensitive else {**held[each.code], TOTAL: sum(held[each.code].values())} for each in elements
    ]  # fmt: skip
    rows = [(node, [column[node.path] for column in columns]) for node in nodes]
    return Counted(period, elements, rows, [column[TOTAL] for column in columns])


def told(counts: Mapping[str, int], least: int) -> dict[str, int | str]:
    """A column of counts by path, with its sum, as it may leave: a small one in words.

    What is left of a sum less all the others is known too, and the sums of streets are a query of their own: where one unit of a street, or of the
    whole, is hidden, another one is hidden with it.
    """
    numbers = {path: Decimal(count) for path, count in counts.items()} | {
        TOTAL: Decimal(sum(counts.values()))
    }
    streets: dict[str, set[str]] = defaultdict(set)
    for path in counts:
        streets[path.rstrip("/").rpartition("/")[0]].add(path)
    hidden = covered(small(numbers, numbers, least), [set(numbers), *streets.values()], numbers)
    return {
        path: _words(int(number), least) if path in hidden else int(number)
        for path, number in numbers.items()
    }


def _words(count: int, least: int) -> str:
    return f"少于{least}" if count < least else "不显示"
