"""The figures of cases that can colour the map of the territory: counted within what the viewer sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from linli.cases.queries.rates import Sight
from linli.kernel.audit.actor import Actor
from linli.territory.queries.figures import Values, declare
from linli.territory.queries.units import Node

DAYS = 30


def _counted(rows: Callable[[Sight], NDArray[np.bool_]]) -> Values:
    def values(actor: Actor, nodes: Sequence[Node]) -> dict[str, float]:
        sight = Sight(actor, timezone.now())
        found = sight.by_place(rows(sight))
        return {node.code: found.get(node.code, 0) for node in nodes}

    return values


def _lately(sight: Sight) -> NDArray[np.bool_]:
    return sight.received(sight.today - timedelta(days=DAYS - 1), sight.today)


declare("cases_open", "在办案件", "件", _counted(lambda sight: sight.holds("open")), verb="case.view")
declare("cases_overdue", "逾期案件", "件", _counted(lambda sight: sight.holds("overdue")), verb="case.view")
declare("cases_lately", "近 30 天受理", "件", _counted(_lately), verb="case.view")
