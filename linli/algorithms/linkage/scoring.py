"""From levels to bits: the pattern of a pair looked up in tables of a model, and what competes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log2

import numpy as np
from numpy.typing import NDArray

from linli.algorithms.linkage.columns import Ints, Prepared
from linli.algorithms.linkage.comparisons import Levels
from linli.algorithms.linkage.model import Model

Bits = NDArray[np.float64]
Patterns = NDArray[np.int32]

PRIOR_ROWS = 5_000
"""How many rows the model's own frequency of a name weighs as, against those counted in the files."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A model as tables over patterns: every combination of levels is one number (``strides`` apart by comparison)."""

    order: tuple[str, ...]
    strides: tuple[int, ...]
    same: Bits
    housemates: Bits
    twins: Bits

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, model: Model) -> Weights:
        """The tables: logarithms of same, housemates and twins over strangers, summed by pattern."""
        order = tuple(model.levels)
        tables = {kind: np.zeros(1) for kind in ("same", "housemates", "twins")}
        strides, size = [], 1
        for name in order:
            strides.append(size)
            size *= len(model.levels[name]) + 1
            for kind, table in tables.items():
                ratios = [
                    0.0,
                    *(log2(getattr(level, kind) / level.strangers) for level in model.levels[name]),
                ]
                tables[kind] = (np.array(ratios)[:, None] + table[None, :]).ravel()
        return cls(order, tuple(strides), **tables)

    def patterns(self, levels: Mapping[str, Levels]) -> Patterns:
        """One number a pair; a comparison not given counts as missing."""
        total = np.zeros(len(next(iter(levels.values()))), np.int32)
        for name, stride in zip(self.order, self.strides, strict=True):
            if name in levels:
                total += levels[name].astype(np.int32) * np.int32(stride)
        return total

    def level(self, patterns: Patterns, model: Model, name: str) -> Levels:
        """The level of one comparison within patterns."""
        at = self.order.index(name)
        found: Levels = (patterns // self.strides[at] % (len(model.levels[name]) + 1)).astype(np.uint8)
        return found


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs with their bits: ``score`` = prior + weights of the levels + ``rarity`` + ``family`` (+ rivals, later)."""

    patterns: Patterns
    rarity: Bits
    family: Bits
    score: Bits


def score(weights: Weights, model: Model, patterns: Patterns, rarity: Bits, sizes: tuple[int, int]) -> Scored:
    """Bits of each pair: odds of the same person against strangers, housemates and twins together."""
    same, housemates, twins = model.rates(*sizes)
    by_pattern = housemates * np.exp2(weights.housemates) + twins * np.exp2(weights.twins)
    family = -np.log2(1.0 + by_pattern[patterns] * np.exp2(rarity))
    return Scored(patterns, rarity, family, log2(same) + weights.same[patterns] + rarity + family)


def counted(a: Prepared, b: Prepared, column: str) -> Ints:
    """For each row of ``a``, how many rows of both sources have its value."""
    keys = a[column] if a is b else np.concatenate([a[column], b[column]])
    order = np.argsort(keys)
    ordered = keys[order]
    starts = (
        np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        if len(keys)
        else np.zeros(0, np.int64)
    )
    counts = np.empty(len(keys), np.int64)
    sizes = np.diff(np.append(starts, len(keys)))
    counts[order] = np.repeat(sizes, sizes)
    return counts[: a.size]


def rarity(
    counts: Mapping[int, Ints], model: Model, comparison: str, levels: Levels, i: Ints, rows: int
) -> Bits:
    """Bits by which an agreement on a rare value says more than its level does, and on a common one less.

    ``counts``: for each level that is an agreement, how often the value of each row of the left source is seen. The two
    rows of the pair are not counted, and the model's own frequency stands for ``PRIOR_ROWS`` further ones.
    """
    bits = np.zeros(len(i))
    for level, seen in counts.items():
        usual = model.levels[comparison][level - 1].strangers
        at = np.flatnonzero(levels == level)
        others = np.maximum(seen[i[at]] - 2, 0)
        bits[at] = np.log2(usual) - np.log2((others + PRIOR_ROWS * usual) / (max(rows - 2, 0) + PRIOR_ROWS))
    return bits


def best_other(group: Ints, scores: Bits) -> Bits:
    """For each pair the best score among the other pairs of its group; minus infinity where it has none."""
    order = np.lexsort((-scores, group))
    ordered, values = group[order], scores[order]
    starts = (
        np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        if len(order)
        else np.zeros(0, np.int64)
    )
    sizes = np.diff(np.append(starts, len(order)))
    second = np.full(len(starts), -np.inf)
    several = sizes > 1
    second[several] = values[starts[several] + 1]
    others = np.repeat(values[starts], sizes)
    others[starts] = second
    result = np.empty(len(order))
    result[order] = others
    return result


def rivals(i: Ints, j: Ints, scores: Bits, *, left_repeats: bool, right_repeats: bool) -> Bits:
    """Bits taken off because either row has another candidate that is as good, where a person stands once in a file."""
    total = np.ones(len(i))
    if not right_repeats:
        total += np.exp2(np.minimum(best_other(i, scores), 500))
    if not left_repeats:
        total += np.exp2(np.minimum(best_other(j, scores), 500))
    return -np.log2(total)


def supported(a: Prepared, b: Prepared, i: Ints, j: Ints, strong: tuple[Ints, Ints]) -> Levels:
    """How many *other* members of the two rows' households are linked with each other: two, one, none (0: no others)."""
    home_a, home_b = a["home"], b["home"]
    others = (_sizes(home_a)[i] > 1) & (_sizes(home_b)[j] > 1) & (home_a[i] != 0) & (home_b[j] != 0)
    partner_a, partner_b = np.full(a.size, -1), np.full(b.size, -1)
    partner_a[strong[0]], partner_b[strong[1]] = strong[1], strong[0]
    together = _pair_keys(home_a[strong[0]], home_b[strong[1]])
    keys, counts = np.unique(together, return_counts=True)
    wanted = _pair_keys(home_a[i], home_b[j])
    at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    linked = np.where(keys[at] == wanted, counts[at], 0) if len(keys) else np.zeros(len(i), np.int64)
    mine, yours = partner_a[i], partner_b[j]
    linked -= (mine >= 0) & (home_b[mine] == home_b[j])
    linked -= (yours >= 0) & (home_a[yours] == home_a[i])
    linked += mine == j
    levels = np.where(linked >= 2, 1, np.where(linked == 1, 2, 3)).astype(np.uint8)
    levels[~others] = 0
    return levels


def _pair_keys(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (one * np.uint64(0x9E3779B97F4A7C15)) ^ (other * np.uint64(0xC2B2AE3D27D4EB4F) + np.uint64(1))


def _sizes(home: NDArray[np.uint64]) -> Ints:
    _, inverse, counts = np.unique(home, return_inverse=True, return_counts=True)
    return counts[inverse]
