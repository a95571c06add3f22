"""From a resident's words to a category, with the words that decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from linli.algorithms.text.synonyms import Ranked, Suggester, Synonym
from linli.duties.models import Category
from linli.duties.queries.categories import CategoryTree, categories

GENERIC = 0.3
"""What a character of a generic word counts, one that stands on a category with others below it: a leaf's own counts 1."""


@dataclass(frozen=True)
class Guess:
    """A category that a text may be about. ``words`` decided, the heaviest first; ``score`` only compares guesses."""

    category: Category
    score: float
    words: tuple[str, ...]
    reason: str


@lru_cache(maxsize=2)
def _suggester(tree: CategoryTree) -> Suggester[str]:
    """The residents' words of every category that a case can be given; built once for each state of the tree."""
    return Suggester(_votes(tree))


def _votes(tree: CategoryTree) -> Iterator[Synonym[str]]:
    """A leaf's own words and name speak for it; a generic word speaks a little for every leaf below its category."""
    for row in filter(tree.is_open, tree.all):
        if row.is_leaf:
            yield from (Synonym(word, row.code) for word in {row.name, *row.synonyms})
        else:
            leaves = tree.leaves(row)
            yield from (
                Synonym(word, leaf.code, GENERIC * len(word)) for word in row.synonyms for leaf in leaves
            )


def suggest_categories(text: str, limit: int = 3, *, title: str = "", unsure: bool = False) -> list[Guess]:
    """The categories whose words stand in a text, the likeliest first.

    Empty where the words do not decide, so that the first guess can be taken without a person; with ``unsure`` every
    category with a word in the text is given, for a person to choose from.
    """
    tree = categories()
    found = _suggester(tree).suggest(text, title, limit=max(limit, 2))
    if found.decided is None and not unsure:
        return []
    return [_guess(tree, ranked) for ranked in found.ranked[:limit]]


def _guess(tree: CategoryTree, ranked: Ranked[str]) -> Guess:
    reason = _("因文中提到%(words)s") % {"words": "、".join(f"“{word}”" for word in ranked.words)}
    return Guess(tree.by_code[ranked.category], round(ranked.score, 2), ranked.words, reason)
