"""Two sources compared: the exact pass, wide blocking for what is left, households, rivals."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from linli.algorithms.linkage.blocking import candidates, distinct, joined
from linli.algorithms.linkage.columns import VALID, Ints, Prepared
from linli.algorithms.linkage.comparisons import Levels
from linli.algorithms.linkage.kinds import Kind
from linli.algorithms.linkage.model import Model
from linli.algorithms.linkage.packed import Flags
from linli.algorithms.linkage.scoring import (
    Bits,
    Patterns,
    Weights,
    counted,
    rarity,
    rivals,
    score,
    supported,
)

HOPELESS = -24.0
"""Pairs below this many bits are no rivals of anybody and are let go."""

PIECE = 250_000
ARRAYS = ("i", "j", "patterns", "rarity", "family", "rivals", "decided", "score")


@dataclass(frozen=True, slots=True)
class Decided:
    """Pairs of rows on which a person decided, in order, with the bits that this weighs."""

    i: Ints
    j: Ints
    bits: Bits

    def of(self, i: Ints, j: Ints, width: int) -> Bits:
        """The bits of each pair, 0 where nobody decided."""
        keys, wanted = self.i * width + self.j, i * width + j
        at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        return np.where(keys[at] == wanted, self.bits[at], 0.0) if len(keys) else np.zeros(len(i))


@dataclass(frozen=True, slots=True)
class Edges:
    """Scored pairs of rows of two sources, in order of rows. ``score`` = all other bits together."""

    a: Prepared
    b: Prepared
    i: Ints
    j: Ints
    patterns: Patterns
    rarity: Bits
    family: Bits
    rivals: Bits
    decided: Bits
    score: Bits
    left_out: dict[str, int]

    def where(self, kept: Flags) -> Edges:
        """Some of the pairs."""
        arrays = {name: getattr(self, name)[kept] for name in ARRAYS}
        return replace(self, **arrays)

    def sure(self, kind: Kind, model: Model) -> Flags:
        """Certain pairs: enough bits and no two valid numbers that differ, or a person's decision."""
        comparison, level = kind.contradiction
        contradicts = Weights.of(model).level(self.patterns, model, comparison) == level
        certain: Flags = (self.score >= model.certain) & (~contradicts | (self.decided > 0))
        return certain


class Comparer:
    """Compares rows of two sources under a model."""

    def __init__(self, kind: Kind, model: Model, a: Prepared, b: Prepared, decided: Decided) -> None:
        self.kind, self.model, self.a, self.b, self.decided = kind, model, a, b, decided
        self.weights = Weights.of(model)
        comparison, columns = kind.frequent
        with ThreadPoolExecutor(2) as pool:
            counts = pool.map(lambda column: counted(a, b, column), columns.values())
            self.counts = dict(zip(columns, counts, strict=True))
        self.rows = a.size if a is b else a.size + b.size

    def levels(self, i: Ints, j: Ints) -> dict[str, Levels]:
        """The level of every comparison but the household's."""
        return {name: compare(self.a, self.b, i, j) for name, compare in self.kind.comparisons.items()}

    def compared(self, i: Ints, j: Ints) -> tuple[Patterns, Bits]:
        """Patterns and rarity of pairs, in pieces that stay in the cache, on two threads."""
        pieces = [slice(start, start + PIECE) for start in range(0, len(i), PIECE)]

        def one(piece: slice) -> tuple[Patterns, Bits]:
            levels = self.levels(i[piece], j[piece])
            comparison = self.kind.frequent[0]
            rare = rarity(self.counts, self.model, comparison, levels[comparison], i[piece], self.rows)
            return self.weights.patterns(levels), rare

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(one, pieces))
        if not done:
            return np.zeros(0, np.int32), np.zeros(0)
        return np.concatenate([each for each, _ in done]), np.concatenate([each for _, each in done])

    def edges(self, i: Ints, j: Ints, patterns: Patterns, rare: Bits, left_out: dict[str, int]) -> Edges:
        """Pairs scored and set against their rivals; the hopeless ones are let go."""
        scored = score(self.weights, self.model, patterns, rare, (self.a.size, self.b.size))
        decided = self.decided.of(i, j, self.b.size)
        total = scored.score + decided
        kept = np.flatnonzero((total > HOPELESS) | (decided != 0))
        i, j, total = i[kept], j[kept], total[kept]
        against = rivals(
            i, j, total,
            left_repeats=self.a.duplicates, right_repeats=self.b.duplicates,
        )  # fmt: skip
        return Edges(
            self.a, self.b, i, j, patterns[kept], rare[kept], scored.family[kept], against,
            decided[kept], total + against, left_out,
        )  # fmt: skip

    def partners(self, edges: Edges) -> tuple[Ints, Ints]:
        """Certain pairs, of which each row is in one at most: the best, the first of equal ones."""
        sure = np.flatnonzero(edges.sure(self.kind, self.model))
        order = sure[np.lexsort((edges.j[sure], edges.i[sure], -edges.score[sure]))]
        for rows in (edges.i, edges.j):
            _, first = np.unique(rows[order], return_index=True)
            order = order[np.sort(first)]
        return edges.i[order], edges.j[order]


def compare(kind: Kind, model: Model, a: Prepared, b: Prepared, decided: Decided) -> Edges:
    """All pairs of two sources (or of one with itself) that are not hopeless, scored."""
    comparer = Comparer(kind, model, a, b, decided)
    i, j = exact_pairs(kind, a, b)
    patterns, rare = comparer.compared(i, j)
    sure = comparer.edges(i, j, patterns, rare, {})
    set_aside = comparer.partners(sure)
    rows_a, rows_b = _others(a.size, set_aside[0]), _others(b.size, set_aside[1])
    more_i, more_j, left_out = candidates(a, b, rows_a, rows_b, kind.rules)
    i, j, more_i, more_j = _united(b.size, (i, j), (more_i, more_j), (decided.i, decided.j))
    more_patterns, more_rare = comparer.compared(more_i, more_j)
    patterns, rare = np.concatenate([patterns, more_patterns]), np.concatenate([rare, more_rare])
    edges = comparer.edges(i, j, patterns, rare, left_out)
    if kind.lives_together and a is not b:
        edges = _with_households(comparer, edges, rows_a, rows_b)
    return edges


def _with_households(comparer: Comparer, edges: Edges, rows_a: Ints, rows_b: Ints) -> Edges:
    """The pairs with their households' support, and the other members of linked households compared, too."""
    a, b = edges.a, edges.b
    strong = comparer.partners(edges)
    i, j = housemates(a, b, strong, np.setdiff1d(rows_a, strong[0]), np.setdiff1d(rows_b, strong[1]))
    all_i, all_j, i, j = _united(b.size, (edges.i, edges.j), (i, j))
    patterns, rare = comparer.compared(i, j)
    patterns = np.concatenate([edges.patterns, patterns])
    rare = np.concatenate([edges.rarity, rare])
    levels = supported(a, b, all_i, all_j, strong)
    patterns = patterns + comparer.weights.patterns({"household": levels})
    return comparer.edges(all_i, all_j, patterns, rare, edges.left_out)


def exact_pairs(kind: Kind, a: Prepared, b: Prepared) -> tuple[Ints, Ints]:
    """Rows with the same valid number that stands once in each source, and names that do not contradict it."""
    if a is b:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    rows = [np.flatnonzero(source[kind.state] == VALID) for source in (a, b)]
    single = []
    for source, valid in zip((a, b), rows, strict=True):
        keys = source[kind.number][valid]
        _, index, counts = np.unique(keys, return_index=True, return_counts=True)
        single.append(valid[index[counts == 1]])
    i, j, _ = joined(a[kind.number][single[0]], b[kind.number][single[1]], 1)
    i, j = single[0][i], single[1][j]
    comparison = kind.frequent[0]
    levels = kind.comparisons[comparison](a, b, i, j)
    agree = np.isin(levels, list(kind.agreement))
    return i[agree], j[agree]


def housemates(
    a: Prepared, b: Prepared, strong: tuple[Ints, Ints], rows_a: Ints, rows_b: Ints
) -> tuple[Ints, Ints]:
    """Pairs of rows whose households are linked by somebody else's certain pair."""
    home_a, home_b = a["home"], b["home"]
    linked = (home_a[strong[0]] != 0) & (home_b[strong[1]] != 0)
    links = np.unique(np.stack([home_a[strong[0]][linked], home_b[strong[1]][linked]]), axis=1)
    at_a, link_a, _ = joined(home_a[rows_a], links[0], 400)
    at_b, link_b, _ = joined(home_b[rows_b], links[1], 400)
    one, other, _ = joined(link_a.astype(np.uint64), link_b.astype(np.uint64), 400)
    pairs = distinct([np.sort((rows_a[at_a[one]] * b.size + rows_b[at_b[other]]).astype(np.uint64))])
    return np.divmod(pairs.astype(np.int64), max(b.size, 1))


def _united(width: int, known: tuple[Ints, Ints], *more: tuple[Ints, Ints]) -> tuple[Ints, Ints, Ints, Ints]:
    """The known pairs followed by those of ``more`` that are not among them, and these alone."""
    keys = distinct([np.sort((i * width + j).astype(np.uint64)) for i, j in more])
    held = (known[0] * width + known[1]).astype(np.uint64)
    held.sort()
    at = np.minimum(np.searchsorted(held, keys), max(len(held) - 1, 0))
    new = keys[held[at] != keys] if len(held) else keys
    i, j = np.divmod(new.astype(np.int64), max(width, 1))
    return np.concatenate([known[0], i]), np.concatenate([known[1], j]), i, j


def _others(size: int, taken: Ints) -> Ints:
    free = np.ones(size, np.bool_)
    free[taken] = False
    return np.flatnonzero(free)
