"""Columns of small codes, and the codebook that turns values into codes and back."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[Any]
MAX_RUNS = 12


class Codebook:
    """Gives each value a small whole number, in order of first appearance. Only ever grows."""

    def __init__(self) -> None:
        self._codes: dict[Hashable, int] = {}
        self.values: list[Hashable] = []

    def __len__(self) -> int:
        return len(self.values)

    def encode(self, values: Sequence[Hashable] | NDArray[Any]) -> NDArray[np.intp]:
        """Codes of values, new ones included. Whole numbers in an array are much quicker."""
        if isinstance(values, np.ndarray):
            seen, inverse = np.unique(values, return_inverse=True)
            return np.array([self._code(value) for value in seen.tolist()], np.intp)[inverse]
        for value in dict.fromkeys(values):
            self._code(value)
        codes = self._codes
        return np.fromiter((codes[value] for value in values), np.intp, len(values))

    def known(self, values: Iterable[Hashable]) -> list[int]:
        """Codes of the values that have one, in rising order."""
        return sorted(self._codes[value] for value in values if value in self._codes)

    def _code(self, value: Hashable) -> int:
        code = self._codes.get(value)
        if code is None:
            self.values.append(value)
            code = self._codes[value] = len(self.values) - 1
        return code


def narrowest(size: int) -> np.dtype[Any]:
    """The smallest unsigned type that holds codes below ``size``."""
    return np.min_scalar_type(max(size - 1, 0))


def grown(column: Codes, *, rows: int, dtype: np.dtype[Any] | None = None) -> Codes:
    """The column with room for at least ``rows``, or itself where there is room and the type stays."""
    wanted = dtype or column.dtype
    if rows <= len(column) and wanted == column.dtype:
        return column
    capacity = max(len(column), 1024)
    while capacity < rows:
        capacity += capacity // 2
    larger = np.zeros(capacity, wanted)
    larger[: len(column)] = column
    return larger


def among(column: Codes, codes: list[int]) -> NDArray[np.bool_]:
    """Which entries are one of the codes: by comparing with runs of codes, or by a table where there are many."""
    runs = _runs(codes)
    if len(runs) > MAX_RUNS:
        table = np.zeros(int(column.max(initial=0)) + 1, np.bool_)
        table[[code for code in codes if code < len(table)]] = True
        return table[column]
    mask = np.zeros(len(column), np.bool_)
    for low, high in runs:
        mask |= (column == low) if low == high else (column >= low) & (column <= high)
    return mask


def _runs(codes: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for code in codes:
        if runs and runs[-1][1] == code - 1:
            runs[-1] = runs[-1][0], code
        else:
            runs.append((code, code))
    return runs
