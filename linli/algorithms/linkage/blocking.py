"""Which pairs are worth comparing: those that share one of several wide keys. A join of sorted keys, in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from linli.algorithms.linkage.columns import MISSING, Ints, Prepared
from linli.algorithms.linkage.packed import Flags, Words, mixed

Key = Callable[[Prepared, Ints], tuple[Words, Flags]]
"""The key of each of some rows and whether the row has one."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows with the same key are compared, unless more than ``most`` pairs share it."""

    name: str
    key: Key
    most: int


def of(*columns: str, also: Callable[[Prepared, Ints], Flags] | None = None) -> Key:
    """A key out of columns that must all be given (not 0)."""

    def key(source: Prepared, rows: Ints) -> tuple[Words, Flags]:
        parts = [source[column][rows] for column in columns]
        there = np.logical_and.reduce([part != 0 for part in parts])
        if also is not None:
            there &= also(source, rows)
        return mixed(*parts), there

    return key


def _has_id(source: Prepared, rows: Ints) -> Flags:
    there: Flags = source["id_state"][rows] != MISSING
    return there


def _whole_birth(source: Prepared, rows: Ints) -> Flags:
    there: Flags = source["birth"][rows] % 100 != 0
    return there


def _more_than_surname(source: Prepared, rows: Ints) -> Flags:
    there: Flags = source["length"][rows] > 1
    return there


PERSON = (
    Rule("citizen_id", of("id_low", "id_high", also=_has_id), 400),
    Rule("id_end", of("id_high", also=_has_id), 400),
    Rule("id_start_name", of("id_low", "near", also=_has_id), 400),
    Rule("phone", of("phone"), 400),
    Rule("name_birth", of("near", "birth", also=_whole_birth), 2_500),
    Rule("name_year", of("near", "year", also=_more_than_surname), 2_500),
    Rule("name_day", of("near", "day", also=_whole_birth), 2_500),
    Rule("name_compound", of("near", "compound", also=_more_than_surname), 2_500),
    Rule("name_door", of("near", "door", also=_more_than_surname), 2_500),
    Rule("rare_name", of("near", also=_more_than_surname), 25),
    Rule("turned_birth", of("turned", "birth", also=_whole_birth), 400),
    Rule("turned_compound", of("turned", "compound"), 400),
    Rule("surname_birth", of("surname", "birth", also=_whole_birth), 2_500),
    Rule("compound_dwelling", of("compound", "building", "room"), 400),
    Rule("door_dwelling", of("door", "building", "room"), 400),
    Rule("compound_birth", of("compound", "birth", also=_whole_birth), 400),
)
"""Wide: a person without id and phone is found by name and year, name and compound, dwelling, or surname and birth."""


def joined(keys_a: Words, keys_b: Words, most: int) -> tuple[Ints, Ints, int]:
    """Places of equal keys, and how many pairs were left out because more than ``most`` share one key."""
    order_a, order_b = np.argsort(keys_a), np.argsort(keys_b)
    sorted_a, sorted_b = keys_a[order_a], keys_b[order_b]
    heads_a, starts_a, counts_a = _runs(sorted_a)
    heads_b, starts_b, counts_b = _runs(sorted_b)
    _, at_a, at_b = np.intersect1d(heads_a, heads_b, assume_unique=True, return_indices=True)
    na, nb = counts_a[at_a], counts_b[at_b]
    wide = na * nb > most
    left_out = int((na * nb)[wide].sum())
    at_a, at_b, na, nb = at_a[~wide], at_b[~wide], na[~wide], nb[~wide]
    size = na * nb
    within = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    wide_b = np.repeat(nb, size)
    i = order_a[np.repeat(starts_a[at_a], size) + within // wide_b]
    j = order_b[np.repeat(starts_b[at_b], size) + within % wide_b]
    return i, j, left_out


def _runs(ordered: Words) -> tuple[Words, Ints, Ints]:
    starts = (
        np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        if len(ordered)
        else np.zeros(0, np.int64)
    )
    return ordered[starts], starts, np.diff(np.append(starts, len(ordered)))


def candidates(
    a: Prepared, b: Prepared, rows_a: Ints, rows_b: Ints, rules: Sequence[Rule]
) -> tuple[Ints, Ints, dict[str, int]]:
    """The distinct pairs of rows that some rule brings together, in order, and the pairs left out by rule.

    Where ``a`` is ``b`` each pair of two rows comes once, the earlier row first.
    """

    def apply(rule: Rule) -> tuple[Words, int]:
        keys_a, there_a = rule.key(a, rows_a)
        keys_b, there_b = rule.key(b, rows_b)
        i, j, left_out = joined(keys_a[there_a], keys_b[there_b], rule.most)
        pairs = (rows_a[there_a][i] * b.size + rows_b[there_b][j]).astype(np.uint64)
        return np.sort(pairs), left_out

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(apply, rules))
    pairs = distinct([each for each, _ in found])
    i, j = np.divmod(pairs.astype(np.int64), max(b.size, 1))
    if a is b:
        i, j = i[i < j], j[i < j]
    return i, j, {rule.name: left for rule, (_, left) in zip(rules, found, strict=True) if left}


def distinct(sorted_runs: Sequence[Words]) -> Words:
    """All values of several arrays once, in order."""
    merged = np.sort(np.concatenate([*sorted_runs, np.zeros(0, np.uint64)]))
    return merged[np.concatenate([[True], merged[1:] != merged[:-1]])] if len(merged) else merged
