"""The two entrances, ``link`` and ``match``, and what they give: pairs, bands, clusters, reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import log2
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linli.algorithms.linkage.clusters import Links, Nodes, clustered
from linli.algorithms.linkage.columns import VALID, Ints, Prepared
from linli.algorithms.linkage.engine import Decided, Edges, compare
from linli.algorithms.linkage.frames import Source
from linli.algorithms.linkage.kinds import PERSON, Kind
from linli.algorithms.linkage.model import Model
from linli.algorithms.linkage.scoring import Weights

CERTAIN, REVIEW, NO = "certain", "review", "no"
DECISION = 100.0
"""Bits of a person's decision: more than anything that records can say."""


class Ref(NamedTuple):
    """A record: its source and its id as text."""

    source: str
    id: str


class Decision(NamedTuple):
    """What a person said of two records."""

    left: Ref
    right: Ref
    same: bool


class Reason(NamedTuple):
    """A part of a score. ``comparison`` is one of the model's, or ``prior``, ``family``, ``rivals``, ``decision``.

    ``level`` is a level's name or ``missing``; for a name with ``bits`` of its rarity in them.
    """

    comparison: str
    level: str
    bits: float


class Split(NamedTuple):
    """A certain link whose records are nevertheless in two clusters: ``same_source``, ``two_numbers``, ``decided_different``."""

    left: Ref
    right: Ref
    bits: float
    reason: str


@dataclass(frozen=True)
class Linkage:
    """Links between records of several sources. ``left_out``: pairs never compared because too many share a key."""

    kind: Kind
    model: Model
    sources: tuple[Prepared, ...]
    edges: tuple[Edges, ...]

    @property
    def left_out(self) -> dict[str, int]:
        """Pairs that a key would have brought together but for its limit, by rule."""
        total: dict[str, int] = {}
        for edges in self.edges:
            for rule, pairs in edges.left_out.items():
                total[rule] = total.get(rule, 0) + pairs
        return total

    @cached_property
    def pairs(self) -> pa.Table:
        """Certain and review pairs: ``left_source, left_id, right_source, right_id, bits, probability, band``."""
        tables = [self._table(edges) for edges in self.edges]
        return pa.concat_tables(tables, promote_options="permissive") if tables else pa.table({})

    def _table(self, edges: Edges) -> pa.Table:
        kept = edges.where(edges.score >= self.model.review)
        sure = kept.sure(self.kind, self.model)
        size = len(kept.i)
        return pa.table(
            {
                "left_source": _repeated(kept.a.source, size),
                "left_id": kept.a.ids.take(pa.array(kept.i)),
                "right_source": _repeated(kept.b.source, size),
                "right_id": kept.b.ids.take(pa.array(kept.j)),
                "bits": kept.score,
                "probability": 1.0 / (1.0 + np.exp2(-kept.score)),
                "band": pa.DictionaryArray.from_arrays(pa.array((~sure).astype(np.int8)), [CERTAIN, REVIEW]),
            }
        )

    @property
    def clusters(self) -> pa.Table:
        """Every record with its cluster's number: ``source, id, cluster``."""
        labels, _ = self._clustered
        return pa.table(
            {
                "source": pa.concat_arrays([_repeated(each.source, each.size).cast(pa.string()) for each in self.sources]),
                "id": pa.chunked_array(
                    [chunk for each in self.sources for chunk in each.ids.cast(_common(self.sources)).chunks],
                    _common(self.sources),
                ),
                "cluster": labels,
            }
        )  # fmt: skip

    @property
    def splits(self) -> tuple[Split, ...]:
        """The certain links that a guard kept apart."""
        return self._clustered[1]

    @cached_property
    def _starts(self) -> dict[str, int]:
        sizes = np.cumsum([0, *(each.size for each in self.sources)])
        return {each.source: int(start) for each, start in zip(self.sources, sizes, strict=False)}

    @cached_property
    def _clustered(self) -> tuple[Ints, tuple[Split, ...]]:
        one, other, score, decided, apart = [], [], [], [], []
        for edges in self.edges:
            i, j = edges.i + self._starts[edges.a.source], edges.j + self._starts[edges.b.source]
            sure = edges.sure(self.kind, self.model)
            one.append(i[sure])
            other.append(j[sure])
            score.append(edges.score[sure])
            decided.append(edges.decided[sure] > 0)
            no = edges.decided < 0
            apart += list(zip(i[no].tolist(), j[no].tolist(), strict=True))
        links = Links(_joined(one), _joined(other), _joined(score), _joined(decided).astype(np.bool_))
        nodes = Nodes(
            np.repeat(np.arange(len(self.sources)), [each.size for each in self.sources]),
            np.repeat([not each.duplicates for each in self.sources], [each.size for each in self.sources]),
            np.concatenate(
                [np.where(each[self.kind.state] == VALID, each[self.kind.number], 0).astype(np.uint64) for each in self.sources]
            ),
        )  # fmt: skip
        labels, split = clustered(nodes, links, apart, self._ref)
        splits = tuple(
            Split(
                self._ref(int(links.one[at])), self._ref(int(links.other[at])), float(links.score[at]), reason
            )
            for at, reason in split
        )
        return labels, splits

    def _ref(self, node: int) -> Ref:
        for each in self.sources:
            start = self._starts[each.source]
            if start <= node < start + each.size:
                return Ref(each.source, str(each.ids[node - start].as_py()))
        raise IndexError(node)

    def band(self, left: Ref, right: Ref) -> str:
        """``certain``, ``review`` or ``no`` for two records."""
        found = self._find(left, right)
        if found is None or found.score[0] < self.model.review:
            return NO
        return CERTAIN if found.sure(self.kind, self.model)[0] else REVIEW

    def explain(self, left: Ref, right: Ref) -> tuple[Reason, ...]:
        """Why two records have their score: parts that add up to its bits. Empty where nothing brought them together."""
        found = self._find(left, right)
        if found is None:
            return ()
        model, weights = self.model, Weights.of(self.model)
        same = model.rates(found.a.size, found.b.size)[0]
        reasons = [Reason("prior", f"{found.a.size}×{found.b.size}", log2(same))]
        for name, levels in model.levels.items():
            level = int(weights.level(found.patterns, model, name)[0])
            bits = levels[level - 1].bits if level else 0.0
            rare = float(found.rarity[0]) if name == self.kind.frequent[0] else 0.0
            reasons.append(Reason(name, levels[level - 1].name if level else "missing", bits + rare))
        reasons.append(Reason("family", "housemate_or_twin", float(found.family[0])))
        reasons.append(Reason("rivals", "other_candidates", float(found.rivals[0])))
        if found.decided[0]:
            reasons.append(
                Reason("decision", "same" if found.decided[0] > 0 else "different", float(found.decided[0]))
            )
        return tuple(reasons)

    def _find(self, left: Ref, right: Ref) -> Edges | None:
        for edges in self.edges:
            for one, other in ((left, right), (right, left)):
                if (edges.a.source, edges.b.source) == (one.source, other.source):
                    i, j = _row(edges.a, one.id), _row(edges.b, other.id)
                    hit = (edges.i == i) & (edges.j == j)
                    if hit.any():
                        return edges.where(hit)
        return None


def link(
    sources: Sequence[Source | Prepared],
    *,
    model: Model | None = None,
    decisions: Iterable[Decision] = (),
    kind: Kind = PERSON,
) -> Linkage:
    """Link every source with every other, and within itself where it says that it holds duplicates.

    The score of a pair depends on its two sources alone. Raises ``ValueError`` where two sources have one name.
    """
    prepared = _prepared(sources, kind)
    couples = [*combinations(prepared, 2), *((each, each) for each in prepared if each.duplicates)]
    return _linked(prepared, couples, model or kind.model, tuple(decisions), kind)


def match(
    new: Source | Prepared,
    against: Source | Prepared,
    *,
    model: Model | None = None,
    decisions: Iterable[Decision] = (),
    kind: Kind = PERSON,
) -> Linkage:
    """Link a new file with a register that is kept ``Prepared``; neither is searched for duplicates."""
    prepared = _prepared((new, against), kind)
    return _linked(prepared, [(prepared[0], prepared[1])], model or kind.model, tuple(decisions), kind)


def _prepared(sources: Sequence[Source | Prepared], kind: Kind) -> tuple[Prepared, ...]:
    """In order of their names, so that the order in which they are given does not matter."""
    prepared = [each if isinstance(each, Prepared) else kind.prepare(each) for each in sources]
    if len({each.source for each in prepared}) < len(prepared):
        raise ValueError("two sources have the same name")
    return tuple(sorted(prepared, key=lambda each: each.source))


def _linked(
    prepared: tuple[Prepared, ...],
    couples: Sequence[tuple[Prepared, Prepared]],
    model: Model,
    decisions: tuple[Decision, ...],
    kind: Kind,
) -> Linkage:
    edges = tuple(compare(kind, model, a, b, _decided(decisions, a, b)) for a, b in couples)
    return Linkage(kind, model, prepared, edges)


def _decided(decisions: tuple[Decision, ...], a: Prepared, b: Prepared) -> Decided:
    """The decisions about rows of these two sources; of several about one pair the last counts."""
    pairs: dict[tuple[int, int], float] = {}
    for decision in decisions:
        one, other = decision.left, decision.right
        if (one.source, other.source) != (a.source, b.source):
            one, other = other, one
        if (one.source, other.source) == (a.source, b.source):
            i, j = _row(a, one.id), _row(b, other.id)
            if i >= 0 and j >= 0:
                pairs[(i, j) if a is not b else (min(i, j), max(i, j))] = (
                    DECISION if decision.same else -DECISION
                )
    ordered = sorted(pairs)
    return Decided(
        np.array([i for i, _ in ordered], np.int64),
        np.array([j for _, j in ordered], np.int64),
        np.array([pairs[pair] for pair in ordered], np.float64),
    )


def _row(source: Prepared, identifier: str) -> int:
    value = pa.scalar(identifier).cast(source.ids.type)
    return int(pc.index(source.ids, value).as_py())


def _repeated(text: str, size: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int8)), [text])


def _common(sources: tuple[Prepared, ...]) -> pa.DataType:
    kinds = {each.ids.type for each in sources}
    return kinds.pop() if len(kinds) == 1 else pa.string()


def _joined(arrays: list[np.ndarray]) -> np.ndarray:  # type: ignore[type-arg]
    return np.concatenate(arrays) if arrays else np.zeros(0, np.int64)
