"""A model from the files themselves, without labels; and a model that people's decisions have taught.

``train``: Splink's expectation maximisation gives how often each level is seen among the same persons; agreements among
strangers are counted exactly from the columns, other levels by Splink's random pairs. What Splink does not know, who
lives together, is counted in a first linkage. Everything is drawn towards the model given as a prior: it stands for
``STRENGTH`` pairs of each class, so that small files change little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from linli.algorithms.linkage import splinked
from linli.algorithms.linkage.columns import MISSING, Ints, Prepared
from linli.algorithms.linkage.comparisons import Levels
from linli.algorithms.linkage.engine import Comparer, Decided, compare, housemates
from linli.algorithms.linkage.frames import Source
from linli.algorithms.linkage.kinds import PERSON
from linli.algorithms.linkage.linkage import Linkage
from linli.algorithms.linkage.model import DEFAULT, Level, Model
from linli.algorithms.linkage.scoring import Bits, Weights, counted

STRENGTH = 200.0
"""Pairs that the prior model weighs as, in each class of pairs of ``train``."""

TEACHING = 50
"""So many decisions are needed before they change a model, and so many the model itself weighs as in ``taught``."""

UNIQUE = "citizen_id"
"""The comparison whose agreement among strangers is a mistake, too rare to be counted: it stays as the model has it."""

RANDOM_PAIRS = 2e6
LEAST = 200
"""Fewer pairs with one valid id teach nothing: the prior model is returned."""

NOBODY = Decided(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
AGREEMENTS = {
    "name": ("chars", "length"),
    "birth": ("birth", "birth"),
    "phone": ("phone", "phone"),
}
"""By comparison, the column whose equality is its first level and the column that is 0 where the value is missing."""


def train(sources: Sequence[Source | Prepared], *, model: Model = DEFAULT, seed: int = 1) -> Model:
    """A model of persons from the two largest of some sources. The same files and seed give the same model."""
    prepared = [each if isinstance(each, Prepared) else PERSON.prepare(each) for each in sources]
    a, b = sorted(sorted(prepared, key=lambda each: each.source), key=lambda each: -each.size)[:2]
    a, b = sorted((a, b), key=lambda each: each.source)
    same_id = np.isin(a["id_key"][a["id_state"] != MISSING], b["id_key"][b["id_state"] != MISSING])
    if same_id.sum() < LEAST:
        return model
    learned = _expected(a, b, model, int(same_id.sum()), seed)
    return _together(a, b, learned)


def _expected(a: Prepared, b: Prepared, model: Model, pairs: int, seed: int) -> Model:
    """The probabilities that Splink learns, each comparison from the pairs that another one brought together."""
    by_id = "l.id_low = r.id_low AND l.id_high = r.id_high AND l.id_state <> 0 AND r.id_state <> 0"
    by_name = "l.near = r.near AND l.birth = r.birth AND l.birth <> 0"
    share = model.rates(a.size, b.size)[0]
    given = splinked.settings(model, "duckdb", [by_id], share)
    left, right = (splinked.table(each, taken_from_id=False) for each in (a, b))
    linker = splinked.linker(splinked.in_memory(), left, right, given)
    training = linker.training
    training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=seed)
    training.estimate_parameters_using_expectation_maximisation(by_id, fix_u_probabilities=True)
    training.estimate_parameters_using_expectation_maximisation(by_name, fix_u_probabilities=True)
    levels = dict(model.levels)
    for comparison in linker.misc.save_model_to_json()["comparisons"]:
        name = comparison["output_column_name"]
        found = [each for each in comparison["comparison_levels"] if not each.get("is_null_level")]
        # A level that no training pair showed keeps its share of before, so that all together may be above one.
        same = [_settled(each.get("m_probability")) for each in found]
        strangers = [_settled(each.get("u_probability")) for each in found]
        levels[name] = tuple(
            replace(
                level,
                same=_drawn(x / sum(same), level.same, pairs),
                strangers=level.strangers if name == UNIQUE else max(y - share * x, level.strangers / 10),
            )
            for level, x, y in zip(levels[name], same, strangers, strict=True)
        )
    return replace(model, levels=levels)


def _settled(share: float | None) -> float:
    """A share without its last digits: DuckDB's threads add up in another order each time, and a model must come again."""
    return float(f"{share or 0.0:.9g}")


def _drawn(found: float, prior: float, weight: float) -> float:
    return (found * weight + prior * STRENGTH) / (weight + STRENGTH)


def _agreements(
    a: Prepared, b: Prepared, model: Model, known_pairs: Mapping[str, int]
) -> dict[str, tuple[Level, ...]]:
    """How often strangers agree by chance, over all pairs: those of one value, less the same persons and housemates."""
    levels = {}
    for name, (column, known) in AGREEMENTS.items():
        here, there = np.flatnonzero(a[known] != 0), np.flatnonzero(b[known] != 0)
        agree = int((counted(a, b, column)[here] - counted(a, a, column)[here]).sum()) - known_pairs[name]
        first = model.levels[name][0]
        chance = max(agree, 1) / max(len(here) * len(there), 1)
        levels[name] = (replace(first, strangers=max(chance, first.strangers / 10)), *model.levels[name][1:])
    return levels


def _together(a: Prepared, b: Prepared, model: Model) -> Model:
    """Who is in both files, how often households support a link, how housemates compare: from a first linkage."""
    edges = compare(PERSON, model, a, b, NOBODY)
    comparer = Comparer(PERSON, model, a, b, NOBODY)
    i, j = comparer.partners(edges)
    weights = comparer.weights
    by_id = weights.level(edges.patterns, model, "citizen_id") == 1
    support = _shares(
        weights.level(edges.patterns[by_id], model, "household"), len(model.levels["household"])
    )
    levels = dict(model.levels)
    levels["household"] = tuple(
        replace(level, same=share, housemates=share, twins=share)
        for level, share in zip(
            levels["household"], _towards(levels["household"], "same", support), strict=True
        )
    )
    levels["address"] = tuple(
        replace(level, housemates=level.same, twins=level.same) for level in levels["address"]
    )
    one, other = housemates(a, b, (i, j), np.arange(a.size), np.arange(b.size))
    partner = np.full(a.size, -1)
    partner[i] = j
    linked_b = np.zeros(b.size, np.bool_)
    linked_b[j] = True
    mates = (partner[one] >= 0) & linked_b[other] & (partner[one] != other)
    one, other = one[mates], other[mates]
    seen = comparer.levels(one, other)
    twins = seen["birth"] == 1
    for name in ("citizen_id", "name", "birth", "sex", "phone"):
        for kind, among in (("housemates", np.ones(len(one), np.bool_)), ("twins", twins)):
            if (kind, name) != ("twins", "birth"):
                shares = _towards(levels[name], kind, _shares(seen[name][among], len(levels[name])))
                levels[name] = _with(levels[name], kind, shares)
    own = comparer.levels(i, j)
    together = {name: int((own[name] == 1).sum() + (seen[name] == 1).sum()) for name in AGREEMENTS}
    levels |= _agreements(a, b, replace(model, levels=levels), together)
    both = max(len(i), 1)
    return replace(
        model,
        levels=levels,
        overlap=(len(i) + 1.0) / (min(a.size, b.size) + 1.0),
        housemates=(len(one) + STRENGTH * model.housemates) / (both + STRENGTH),
        twins=(float(twins.sum()) + STRENGTH * model.twins) / (both + STRENGTH),
    )


def _shares(levels: Levels, size: int) -> NDArray[np.float64]:
    """How many pairs reach each level, missing ones left out."""
    return np.bincount(levels, minlength=size + 1)[1:].astype(np.float64)


def _towards(levels: tuple[Level, ...], kind: str, counts: NDArray[np.float64]) -> list[float]:
    prior = np.array([getattr(level, kind) for level in levels])
    shares = (counts + STRENGTH * prior / prior.sum()) / (counts.sum() + STRENGTH)
    return [float(share) for share in shares]


def _with(levels: tuple[Level, ...], kind: str, shares: Sequence[float]) -> tuple[Level, ...]:
    return tuple(
        replace(level, **{kind: share})  # type: ignore[arg-type]
        for level, share in zip(levels, shares, strict=True)
    )


def taught(linkage: Linkage) -> Model:
    """The linkage's model after the decisions in it: how often the levels are seen among the same persons.

    Decided pairs are a sample of those that were doubtful. Within steps of two bits, every pair nobody decided takes
    the share of "same" among the decided ones, drawn to the model's own probability as if ``TEACHING`` pairs had said
    so. Then each level is counted anew with these probabilities, and drawn to the old model by ``STRENGTH`` pairs.
    With fewer than ``TEACHING`` decisions the model stays as it is.
    """
    decided = sum(int((edges.decided != 0).sum()) for edges in linkage.edges)
    if decided < TEACHING:
        return linkage.model
    model, counts = linkage.model, _counts(linkage)
    levels: Mapping[str, tuple[Level, ...]] = {
        name: _with(given, "same", _towards(given, "same", counts[name]))
        for name, given in model.levels.items()
    }
    return replace(model, levels=levels)


def _counts(linkage: Linkage) -> dict[str, NDArray[np.float64]]:
    """By comparison, the expected number of same persons at each level."""
    model, weights = linkage.model, Weights.of(linkage.model)
    score = np.concatenate([edges.score - edges.decided for edges in linkage.edges])
    decided = np.concatenate([edges.decided for edges in linkage.edges])
    patterns = np.concatenate([edges.patterns for edges in linkage.edges])
    probable = _corrected(score, decided)
    counts: dict[str, NDArray[np.float64]] = {}
    for name, given in model.levels.items():
        levels = weights.level(patterns, model, name)
        counts[name] = np.bincount(levels, weights=probable, minlength=len(given) + 1)[1:].astype(np.float64)
    return counts


def _corrected(score: Bits, decided: Bits) -> Bits:
    """The probability of each pair after what was decided about pairs with nearly the same bits."""
    own = 1.0 / (1.0 + np.exp2(-score))
    step: Ints = np.clip(np.floor(score / 2.0), -20, 20).astype(np.int64) + 20
    size = 41
    sampled = decided != 0
    same = np.bincount(step[decided > 0], minlength=size)
    seen = np.bincount(step[sampled], minlength=size)
    expected = np.bincount(step, weights=own, minlength=size) / np.maximum(
        np.bincount(step, minlength=size), 1
    )
    share = (same + TEACHING * expected) / (seen + TEACHING)
    scale = np.where(expected > 0, share / np.maximum(expected, 1e-12), 1.0)
    return np.where(decided > 0, 1.0, np.where(decided < 0, 0.0, np.minimum(own * scale[step], 1.0)))
