"""Counts of every facet for every combination of some filtered fields: what a large scope is counted by without a look at its rows.

A county's list has a million rows and its filters let through half of them. To count these anew at each look costs a pass
over them for each group of facets. The combinations of three filters are a few hundred, and the counts of a facet among
the rows that pass are the sum of those of the combinations chosen. They are counted once and kept up to date by the rows
that change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = Mapping[str, NDArray[Any]]
Rows = NDArray[np.intp]
Counts = NDArray[np.intp]

LARGEST = 4_000_000
"""Counts that are kept at most for one set of filtered fields: 16 MB."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """``totals[facet][combination, code]``: how many of all rows have a combination of codes and a code of the facet.

    ``codes`` are the columns as they were counted: a row that changes is taken off by them and added by the new ones.
    """

    fields: tuple[str, ...]
    sizes: tuple[int, ...]
    codes: Codes
    totals: dict[str, NDArray[np.int32]]

    def counts(self, chosen: Sequence[NDArray[np.bool_]]) -> dict[str, Counts]:
        """Per facet how many rows have each code, of those with a chosen code in every field."""
        cells = np.ravel_multi_index(np.ix_(*chosen), self.sizes).ravel()
        return {name: totals[cells].sum(axis=0, dtype=np.intp) for name, totals in self.totals.items()}

    def changed(self, codes: Codes, sizes: Mapping[str, int], rows: Rows) -> Crossed | None:
        """The same after some rows changed or came; None where a filtered field has codes that were not counted."""
        if tuple(sizes[name] for name in self.fields) != self.sizes:
            return None
        gone = rows[rows < len(self.codes[self.fields[0]])]
        off, on = (
            cells_of(self.fields, self.sizes, self.codes, gone),
            cells_of(self.fields, self.sizes, codes, rows),
        )
        totals = {}
        for name, before in self.totals.items():
            now = totals[name] = np.zeros((len(before), sizes[name]), np.int32)
            now[:, : before.shape[1]] = before
            np.subtract.at(now, (off, self.codes[name][gone]), 1)
            np.add.at(now, (on, codes[name][rows]), 1)
        return Crossed(self.fields, self.sizes, codes, totals)


def is_small(fields: Sequence[str], facets: Sequence[str], sizes: Mapping[str, int]) -> bool:
    """Whether the counts of these facets by the combinations of these fields are few enough to be kept."""
    return prod(sizes[name] for name in fields) * sum(sizes[name] for name in facets) <= LARGEST


def cross(fields: tuple[str, ...], facets: Sequence[str], codes: Codes, sizes: Mapping[str, int]) -> Crossed:
    """Count all rows."""
    lengths = tuple(sizes[name] for name in fields)
    cells = cells_of(fields, lengths, codes, slice(None))
    totals = {}
    for name in facets:
        numbers = cells * sizes[name] + codes[name]
        flat = np.bincount(numbers, minlength=prod(lengths) * sizes[name])
        totals[name] = flat.astype(np.int32).reshape(prod(lengths), sizes[name])
    return Crossed(fields, lengths, codes, totals)


def cells_of(fields: Sequence[str], sizes: Sequence[int], codes: Codes, rows: Rows | slice) -> Rows:
    """The combination of codes of each row as one number, the last field the quickest to change."""
    numbers = codes[fields[0]][rows].astype(np.intp)
    for name, size in zip(fields[1:], sizes[1:], strict=True):
        numbers *= size
        numbers += codes[name][rows]
    return numbers
