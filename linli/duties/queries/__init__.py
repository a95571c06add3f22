"""Reading the category tree and the dispatch catalogue: from memory, in microseconds."""

from __future__ import annotations

from linli.duties.queries.categories import CategoryTree, categories, category_by_code
from linli.duties.queries.checks import Finding, findings
from linli.duties.queries.routing import Routing, lead_choices, lead_words, route
from linli.duties.queries.suggesting import Guess, suggest_categories
from linli.duties.rules import PLACE_KINDS

__all__ = [
    "PLACE_KINDS", "CategoryTree", "Finding", "Guess", "Routing", "categories", "category_by_code", "findings", "lead_choices", "lead_words", "route",
    "suggest_categories",
]  # fmt: skip
