"""Which records are one person: connected links, with guards that keep out what cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from linli.algorithms.linkage.columns import Ints
from linli.algorithms.linkage.packed import Flags, Words
from linli.algorithms.linkage.scoring import Bits

SAME_SOURCE, TWO_NUMBERS, DECIDED = "same_source", "two_numbers", "decided_different"


@dataclass(frozen=True, slots=True)
class Nodes:
    """All records: their ``source``, whether a person stands there once (``single``), a valid number or 0."""

    source: Ints
    single: Flags
    number: Words


@dataclass(frozen=True, slots=True)
class Links:
    """Certain links between records; ``decided`` ones come first and pass every guard but a contrary decision."""

    one: Ints
    other: Ints
    score: Bits
    decided: Flags


@dataclass(slots=True)
class _Group:
    members: list[int]
    sources: set[int] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)

    def take_in(self, other: _Group) -> None:
        self.members += other.members
        self.sources |= other.sources
        self.numbers |= other.numbers


def clustered(
    nodes: Nodes, links: Links, apart: Iterable[tuple[int, int]], name: Callable[[int], tuple[str, str]]
) -> tuple[Ints, list[tuple[int, str]]]:
    """The cluster of each record (numbered by its first record) and the links that a guard kept apart, with the reason.

    Where the links of a connected part contradict each other, they are taken in order of their bits (equal ones by
    ``name``) and one that would join what cannot be one person is left out.
    """
    labels = connected(len(nodes.source), links.one, links.other)
    apart = list(apart)
    bad = _contradicted(nodes, labels, apart)
    if not len(bad):
        return labels, []

    def order(link: int) -> tuple[bool, float, list[tuple[str, str]]]:
        ends = sorted((name(int(links.one[link])), name(int(links.other[link]))))
        return not links.decided[link], -float(links.score[link]), ends

    groups = _Groups(nodes, {*apart, *((other, one) for one, other in apart)})
    here = np.flatnonzero(np.isin(labels[links.one], bad)).tolist()
    split = groups.join(links, sorted(here, key=order))
    for node, held in groups.by_node.items():
        labels[node] = min(held.members)
    return labels, split


class _Groups:
    """Clusters that grow link by link."""

    def __init__(self, nodes: Nodes, forbidden: set[tuple[int, int]]) -> None:
        self.nodes, self.forbidden = nodes, forbidden
        self.by_node: dict[int, _Group] = {}

    def of(self, node: int) -> _Group:
        if node not in self.by_node:
            number = int(self.nodes.number[node])
            sources = {int(self.nodes.source[node])} if self.nodes.single[node] else set()
            self.by_node[node] = _Group([node], sources, {number} if number else set())
        return self.by_node[node]

    def join(self, links: Links, order: list[int]) -> list[tuple[int, str]]:
        """Take the links in order; those that are kept apart at the end, with the reason."""
        refused: list[tuple[int, str]] = []
        for link in order:
            one, other = self.of(int(links.one[link])), self.of(int(links.other[link]))
            if one is other:
                continue
            reason = _hindrance(one, other, self.forbidden, decided=bool(links.decided[link]))
            if reason:
                refused.append((link, reason))
                continue
            one.take_in(other)
            self.by_node.update(dict.fromkeys(other.members, one))
        return [
            (at, why)
            for at, why in refused
            if self.of(int(links.one[at])) is not self.of(int(links.other[at]))
        ]


def _hindrance(one: _Group, other: _Group, forbidden: set[tuple[int, int]], *, decided: bool) -> str:
    if forbidden and any((a, b) in forbidden for a in one.members for b in other.members):
        return DECIDED
    if decided:
        return ""
    if one.numbers and other.numbers and one.numbers != other.numbers:
        return TWO_NUMBERS
    return SAME_SOURCE if one.sources & other.sources else ""


def connected(size: int, one: Ints, other: Ints) -> Ints:
    """For each node the smallest node that it is connected with."""
    labels = np.arange(size)
    while True:
        least = np.minimum(labels[one], labels[other])
        before = labels.copy()
        np.minimum.at(labels, one, least)
        np.minimum.at(labels, other, least)
        labels = labels[labels]
        if np.array_equal(labels, before):
            return labels


def _contradicted(nodes: Nodes, labels: Ints, apart: list[tuple[int, int]]) -> Ints:
    """The clusters that hold two records of one source, two valid numbers, or a pair decided to be different."""
    linked = np.flatnonzero(np.bincount(labels, minlength=len(labels))[labels] > 1)
    single = linked[nodes.single[linked]]
    places, times = np.unique(np.stack([labels[single], nodes.source[single]]), axis=1, return_counts=True)
    numbered = linked[nodes.number[linked] != 0]
    held = np.unique(np.stack([labels[numbered].astype(np.uint64), nodes.number[numbered]]), axis=1)[0]
    whose, numbers = np.unique(held, return_counts=True)
    decided = [labels[one] for one, other in apart if labels[one] == labels[other]]
    return np.unique(
        np.concatenate(
            [places[0][times > 1], whose[numbers > 1].astype(np.int64), np.array(decided, np.int64)]
        )
    )
