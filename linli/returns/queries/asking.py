"""What a department's query is answered with."""

from __future__ import annotations

from collections.abc import Sequence
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
    columns = [_told(each, held[each.code], least) for each in elements]
    rows = [(node, [column[node.path] for column in columns]) for node in nodes]
    return Counted(period, elements, rows, [column[TOTAL] for column in columns])


def _told(element: Element, counts: dict[str, int], least: int) -> dict[str, int | str]:
    """A column with its sum. A sum less all the others is what is left: where one unit is hidden, another one or the sum is hidden too."""
    whole: dict[str, int | str] = {**counts, TOTAL: sum(counts.values())}
    if not element.is_sensitive:
        return whole
    numbers = {place: Decimal(count) for place, count in whole.items()}
    hidden = covered(small(numbers, numbers, least), [set(numbers)], numbers)
    return {place: f"少于{least}" if place in hidden and numbers[place] < least else "不显示" if place in hidden else count for place, count in whole.items()}  # fmt: skip
