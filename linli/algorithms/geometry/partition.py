"""Cutting a mesh of cells into contiguous groups of wanted sizes, by halving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WINDING = 0.07
"""How far borders swing to either side, as a share of their length."""

Cells = NDArray[np.intp]


class TooFewCells(ValueError):
    """A group cannot be cut further: the mesh is too coarse."""


@dataclass(frozen=True, slots=True)
class Mesh:
    """Cells with their middles and, for each, the cells that share an edge with it."""

    middles: NDArray[np.float64]
    neighbours: Sequence[Sequence[int]]


def cut(mesh: Mesh, cells: Cells, weights: Sequence[int]) -> list[Cells]:
    """Groups of connected cells, one for each weight in reading order, about as large as its share of the weights.

    ``cells`` must be connected and every group gets at least as many cells as its weight. Raises ``TooFewCells``.
    """
    if sum(weights) > len(cells):
        raise TooFewCells(f"{len(cells)} cells for {sum(weights)} parts")
    if len(weights) == 1:
        return [cells]
    at = _halfway(weights)
    share = sum(weights[:at]) / sum(weights)
    first, second = _halves(mesh, cells, share)
    return [*cut(mesh, first, weights[:at]), *cut(mesh, second, weights[at:])]


def _halfway(weights: Sequence[int]) -> int:
    running = np.cumsum(weights)
    at = int(np.argmin(np.abs(running[:-1] - running[-1] / 2)))
    return at + 1


def _halves(mesh: Mesh, cells: Cells, share: float) -> tuple[Cells, Cells]:
    """Two connected groups, parted across the longer side; loose bits go to the other group."""
    ordered = cells[np.argsort(_along(mesh.middles[cells]), kind="stable")]
    count = min(max(round(len(cells) * share), 1), len(cells) - 1)
    first, loose = _largest(mesh, ordered[:count])
    second, back = _largest(mesh, np.concatenate([ordered[count:], loose]))
    return np.concatenate([first, back]), second


def _along(middles: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each middle lies along the longer side, from west or from north, on gently winding lines."""
    centred = middles - middles.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    axis, across = axes[0], axes[1]
    eastward = abs(axis[0]) >= abs(axis[1])
    axis = axis * (np.sign(axis[0]) if eastward else -np.sign(axis[1]))
    side = centred @ across
    width = float(np.ptp(side)) or 1.0
    winding = WINDING * width * np.sin(2 * np.pi * side / width + len(middles))
    return np.asarray(centred @ axis + winding)


def _largest(mesh: Mesh, cells: Cells) -> tuple[Cells, Cells]:
    """The largest connected part and all others; of equal parts the one with the lowest cell."""
    left = set(cells.tolist())
    parts: list[list[int]] = []
    while left:
        queue = [min(left)]
        left.discard(queue[0])
        for cell in queue:
            for other in mesh.neighbours[cell]:
                if other in left:
                    left.discard(other)
                    queue.append(other)
        parts.append(queue)
    parts.sort(key=lambda part: (-len(part), part[0]))
    rest = [cell for part in parts[1:] for cell in part]
    return np.array(sorted(parts[0]), np.intp), np.array(rest, np.intp)
