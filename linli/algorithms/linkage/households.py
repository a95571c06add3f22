"""Which households of two files are the same, from the links of their members: nothing else is compared."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from linli.algorithms.linkage.engine import Edges
from linli.algorithms.linkage.linkage import Linkage

HALF = 0.5
"""From this share of the smaller household on, both ways best, two households are one."""


def households(linkage: Linkage) -> pa.Table:
    """Linked households: ``left_source, left_id, right_source, right_id`` (each a member's id), ``members, share, best``.

    ``members``: how many persons are certainly in both; ``share``: of the smaller of the two; ``best``: whether each is
    the other's household with most members in common and they share at least half.
    """
    tables = [_of(linkage, edges) for edges in linkage.edges if edges.a is not edges.b]
    return pa.concat_tables(tables, promote_options="permissive") if tables else pa.table({})


def _of(linkage: Linkage, edges: Edges) -> pa.Table:
    sure = edges.where(edges.sure(linkage.kind, linkage.model))
    home_a, home_b = edges.a["home"], edges.b["home"]
    known = (home_a[sure.i] != 0) & (home_b[sure.j] != 0)
    i, j = sure.i[known], sure.j[known]
    pairs, first, members = np.unique(
        np.stack([home_a[i], home_b[j]]), axis=1, return_index=True, return_counts=True
    )
    sizes = [
        counts[np.searchsorted(keys, of)]
        for of, (keys, counts) in zip(
            pairs, (np.unique(home, return_counts=True) for home in (home_a, home_b)), strict=True
        )
    ]
    share = members / np.maximum(np.minimum(*sizes), 1)
    most = np.ones(len(members), np.bool_)
    for side in pairs:
        keys, inverse = np.unique(side, return_inverse=True)
        greatest = np.zeros(len(keys), np.int64)
        np.maximum.at(greatest, inverse, members)
        most &= members == greatest[inverse]
    return pa.table(
        {
            "left_source": [edges.a.source] * len(members),
            "left_id": edges.a.ids.take(pa.array(i[first])),
            "right_source": [edges.b.source] * len(members),
            "right_id": edges.b.ids.take(pa.array(j[first])),
            "members": members,
            "share": share,
            "best": most & (share >= HALF),
        }
    )
