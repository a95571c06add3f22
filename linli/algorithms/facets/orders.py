"""Row numbers in the order of a column, brought up to date instead of sorted anew."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.algorithms.facets.query import Mask, Rows

FEW_MATCHES = 20_000
FEW_CHANGES = 5_000
FIRST_CHUNK = 4_096


def sorted_rows(keys: NDArray[Any]) -> Rows:
    """All row numbers by rising key; equal keys by rising row."""
    return np.argsort(keys, kind="stable")


def updated_rows(order: Rows, keys: NDArray[Any], changed: Rows) -> Rows:
    """The order after ``changed`` rows got new keys or were added. Equal to sorting anew."""
    if len(changed) > FEW_CHANGES:
        return sorted_rows(keys)
    moved = np.zeros(len(keys), np.bool_)
    moved[changed] = True
    kept = order[~moved[order]]
    kept_keys = keys[kept]
    changed = changed[np.lexsort((changed, keys[changed]))]
    left = np.searchsorted(kept_keys, keys[changed], "left")
    right = np.searchsorted(kept_keys, keys[changed], "right")
    places = [
        low + int(np.searchsorted(kept[low:high], row))
        for low, high, row in zip(left.tolist(), right.tolist(), changed.tolist(), strict=True)
    ]
    return np.insert(kept, places, changed)


def page(order: Rows, match: Mask, *, total: int, descending: bool, offset: int, limit: int) -> Rows:
    """The matching rows from ``offset`` on, walking the order only as far as needed."""
    if offset >= total or limit <= 0:
        return order[:0]
    walk = order[::-1] if descending else order
    wanted, found, parts = offset + limit, 0, []
    at, chunk = 0, FIRST_CHUNK
    while found < wanted and at < len(walk):
        piece = walk[at : at + chunk]
        hits = piece[match[piece]]
        parts.append(hits)
        found, at, chunk = found + len(hits), at + chunk, chunk * 4
    return np.concatenate(parts)[offset:wanted]
