"""What is asked of a snapshot, and what it answers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Rows that have one of these values. Values never seen match nothing; an empty set matches no row."""

    values: frozenset[Hashable]


@dataclass(frozen=True, slots=True)
class Range:
    """Rows whose number lies between both ends, ends included; an open end is ``None``."""

    low: int | None = None
    high: int | None = None


Filter = AnyOf | Range


@dataclass(frozen=True, slots=True)
class Query:
    """One state of a list page. Filters of different fields all apply, or any of them with ``match_any``."""

    filters: Mapping[str, Filter] = field(default_factory=dict)
    match_any: bool = False
    facets: Sequence[str] = ()
    order: str = ""
    descending: bool = False
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """How many rows match, the ids of the page, and for each facet how many rows each value would give.

    A facet's counts leave out its own filter, as a multi-select filter needs; values without rows are left out.
    """

    total: int
    ids: list[int]
    counts: dict[str, dict[Hashable, int]]
