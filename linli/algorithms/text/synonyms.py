"""Suggesting a category from the words of a text, with the words that decided.

``没有`` and ``不要`` do not turn a word off: who writes ``没有路灯`` writes about street lights. Only a plain denial
right before the word (``不是``, ``并非`` …) does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Generic, TypeVar

from linli.algorithms.text.bigrams import normalise
from linli.algorithms.text.words import WordFinder

Category = TypeVar("Category", bound=Hashable)
DENIALS = ("不是", "并非", "而非", "不属于")
TITLE_FACTOR = 2.0


@dataclass(frozen=True, slots=True)
class Synonym(Generic[Category]):
    """A word that speaks for a category. The weight is its own; by default longer words weigh more."""

    word: str
    category: Category
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Ranked(Generic[Category]):
    """A category with its score and the words that gave it, heaviest first."""

    category: Category
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion(Generic[Category]):
    """All categories that a text speaks for, best first; ``decided`` is empty where the text does not decide."""

    ranked: tuple[Ranked[Category], ...]
    decided: Category | None
    margin: float


class Suggester(Generic[Category]):
    """Reads texts against the synonyms of all categories. Build once; safe to share between threads."""

    def __init__(
        self, synonyms: Iterable[Synonym[Category]], *, least_score: float = 2.0, least_margin: float = 0.15
    ) -> None:
        self._votes: dict[str, list[tuple[Category, float]]] = {}
        for synonym in synonyms:
            word = normalise(synonym.word)
            if word:
                self._votes.setdefault(word, []).append(
                    (synonym.category, synonym.weight or float(len(word)))
                )
        self._finder = WordFinder(self._votes)
        self._least_score = least_score
        self._least_margin = least_margin

    def suggest(self, text: str, title: str = "", *, limit: int = 5) -> Suggestion[Category]:
        """Rank the categories of a text; words of its title count double, repeated words less and less."""
        weights = {word: sqrt(count) for word, count in self._words(text).items()}
        for word, count in self._words(title).items():
            weights[word] = weights.get(word, 0.0) + TITLE_FACTOR * sqrt(count)
        scores: dict[Category, float] = {}
        shares: dict[Category, list[tuple[float, str]]] = {}
        for word, weight in weights.items():
            for category, vote in self._votes[word]:
                scores[category] = scores.get(category, 0.0) + weight * vote
                shares.setdefault(category, []).append((weight * vote, word))
        best = sorted(scores, key=lambda category: (-scores[category], str(category)))
        ranked = tuple(Ranked(each, scores[each], _heaviest(shares[each])) for each in best[:limit])
        return self._judged(ranked)

    def _words(self, text: str) -> Counter[str]:
        held = normalise(text)
        return Counter(
            word for at, word in self._finder.find(held) if not held[max(0, at - 3) : at].endswith(DENIALS)
        )

    def _judged(self, ranked: tuple[Ranked[Category], ...]) -> Suggestion[Category]:
        if not ranked:
            return Suggestion((), None, 0.0)
        second = ranked[1].score if len(ranked) > 1 else 0.0
        margin = (ranked[0].score - second) / ranked[0].score
        sure = ranked[0].score >= self._least_score and margin >= self._least_margin
        return Suggestion(ranked, ranked[0].category if sure else None, margin)


def _heaviest(shares: list[tuple[float, str]]) -> tuple[str, ...]:
    return tuple(word for _, word in sorted(shares, key=lambda share: (-share[0], share[1])))
