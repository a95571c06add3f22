"""How alike two cases are: by their words, their place and their time, with the reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise
from math import asin, cos, exp, fsum, log, radians, sin, sqrt

from linli.algorithms.text.bigrams import RUN, normalise

EARTH_RADIUS = 6_371_008.8
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Scales:
    """How quickly likeness fades and how much each side weighs. Chosen by hand, not read in a source."""

    metres: float = 200.0
    days: float = 14.0
    text: float = 0.6
    place: float = 0.25
    time: float = 0.15


@dataclass(frozen=True, slots=True)
class Trace:
    """What of a case is compared. ``place`` is (longitude, latitude) in degrees."""

    key: Hashable
    text: str
    at: datetime
    place: tuple[float, float] | None = None
    shingles: frozenset[str] = frozenset()
    weight: float = 0.0

    @classmethod
    def of(
        cls,
        key: Hashable,
        text: str,
        at: datetime,
        place: tuple[float, float] | None = None,
        rarity: Rarity | None = None,
    ) -> Trace:
        """A trace with its shingles and their weight worked out once. Traces compared share one ``rarity``."""
        held = shingles(text)
        return cls(key, text, at, place, held, _weight(held, rarity))


@dataclass(frozen=True, slots=True)
class Likeness:
    """A likeness from 0 to 1 and why: the words' part, metres and days apart, phrases in common."""

    key: Hashable
    score: float
    text: float
    metres: float | None
    days: float
    phrases: tuple[str, ...] = ()


class Rarity:
    """Weights of shingles from a body of texts: what stands in every message says little."""

    def __init__(self, documents: Iterable[frozenset[str]]) -> None:
        counts: Counter[str] = Counter()
        total = 0
        for document in documents:
            counts.update(document)
            total += 1
        self._unseen = log(1.0 + total) + 1.0
        self._weights = {
            shingle: log((1.0 + total) / (1.0 + count)) + 1.0 for shingle, count in counts.items()
        }

    def weight(self, shingle: str) -> float:
        """The weight of a shingle, at least 1; one never seen weighs most."""
        return self._weights.get(shingle, self._unseen)


def shingles(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text."""
    return frozenset(pair for run in RUN.findall(normalise(text)) for pair in map("".join, pairwise(run)))


def jaccard(one: Trace, two: Trace, rarity: Rarity | None = None) -> float:
    """Weight shared by weight held, from 0 to 1; two empty texts have nothing in common."""
    shared = _weight(one.shingles & two.shingles, rarity)
    return min(1.0, shared / (one.weight + two.weight - shared)) if shared else 0.0


def _weight(held: frozenset[str], rarity: Rarity | None) -> float:
    return float(len(held)) if rarity is None else fsum(map(rarity.weight, held))


def metres_between(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Great-circle distance of two points given as (longitude, latitude) in degrees."""
    (lon1, lat1), (lon2, lat2) = ((radians(x), radians(y)) for x, y in (one, two))
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(chord)))


def likeness(one: Trace, two: Trace, *, rarity: Rarity | None = None, scales: Scales = Scales()) -> Likeness:
    """Compare two traces. Where a place is missing, words and time share its weight."""
    text = jaccard(one, two, rarity)
    days = abs((one.at - two.at).total_seconds()) / SECONDS_A_DAY
    metres = metres_between(one.place, two.place) if one.place and two.place else None
    parts = [(scales.text, text), (scales.time, exp(-days / scales.days))]
    if metres is not None:
        parts.append((scales.place, exp(-metres / scales.metres)))
    score = sum(weight * value for weight, value in parts) / sum(weight for weight, _ in parts)
    return Likeness(two.key, score, text, metres, days)


def most_similar(
    case: Trace,
    candidates: Iterable[Trace],
    *,
    rarity: Rarity | None = None,
    scales: Scales = Scales(),
    least_score: float = 0.4,
    least_text: float = 0.12,
    limit: int = 5,
) -> list[Likeness]:
    """The candidates most like the case, best first. Being near alone is not enough: words must agree too."""
    found: list[tuple[Likeness, Trace]] = []
    for other in candidates:
        if other.key != case.key:
            each = likeness(case, other, rarity=rarity, scales=scales)
            if each.score >= least_score and each.text >= least_text:
                found.append((each, other))
    found.sort(key=lambda pair: (-pair[0].score, str(pair[0].key)))
    return [replace(each, phrases=shared_phrases(case.text, other.text)) for each, other in found[:limit]]


def shared_phrases(one: str, two: str, *, least: int = 3, limit: int = 4) -> tuple[str, ...]:
    """The longest stretches of words that both texts have, in full."""
    first, second = normalise(one), normalise(two)
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    phrases = {run for block in blocks for run in RUN.findall(first[block.a : block.a + block.size])}
    kept = sorted(
        (phrase for phrase in phrases if len(phrase) >= least), key=lambda phrase: (-len(phrase), phrase)
    )
    return tuple(kept[:limit])
