"""Codes of unit grids: 15 digits, numbered west to east and north to south within a community (domain.md 2.1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

COMMUNITY_DIGITS = 12
MOST_GRIDS = 999


def reading_order(shapes: Sequence[BaseGeometry]) -> list[int]:
    """Places of the shapes as one reads a page: rows from north to south, each from west to east.

    A row takes in every shape whose middle is less than half the usual height below the row's northernmost middle.
    """
    if not shapes:
        return []
    bounds = shapely.bounds(np.asarray(shapes, dtype=object))
    middle_x, middle_y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    height = float(np.median(bounds[:, 3] - bounds[:, 1]))
    rows: list[list[int]] = []
    for at in sorted(range(len(shapes)), key=lambda at: (-middle_y[at], middle_x[at], at)):
        if rows and middle_y[rows[-1][0]] - middle_y[at] < height / 2:
            rows[-1].append(at)
        else:
            rows.append([at])
    return [at for row in rows for at in sorted(row, key=lambda at: (middle_x[at], -middle_y[at], at))]


def grid_codes(community: str, shapes: Sequence[BaseGeometry]) -> list[str]:
    """The 15-digit code of each grid of a community, in the order given.

    Raises ``ValueError`` for a community code that is not 12 digits, and for more grids than three digits can number.
    """
    if len(community) != COMMUNITY_DIGITS or not community.isdigit():
        raise ValueError(f"{community!r} is not a community code of 12 digits")
    if len(shapes) > MOST_GRIDS:
        raise ValueError(f"{len(shapes)} grids do not fit into three digits")
    codes = [""] * len(shapes)
    for number, at in enumerate(reading_order(shapes), start=1):
        codes[at] = f"{community}{number:03d}"
    return codes
