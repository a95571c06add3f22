"""Reading the category tree, the dispatch catalogue and the lists: from memory, in microseconds."""

from __future__ import annotations

from linli.duties.queries.categories import CategoryTree, categories, category_by_code
from linli.duties.queries.checks import Finding, findings
from linli.duties.queries.gate import Citation, citation, let_through
from linli.duties.queries.lines import (
    Between,
    ListFinding,
    between,
    changes_between,
    forbids,
    list_findings,
    published,
    published_counts,
)
from linli.duties.queries.routing import Routing, lead_choices, lead_words, route
from linli.duties.queries.suggesting import Guess, suggest_categories
from linli.duties.rules import PLACE_KINDS

__all__ = [
    "PLACE_KINDS", "Between", "CategoryTree", "Citation", "Finding", "Guess", "ListFinding", "Routing", "between", "categories", "category_by_code", "changes_between", "citation",
    "findings", "forbids", "lead_choices", "lead_words", "let_through", "list_findings", "published", "published_counts", "route", "suggest_categories",
]  # fmt: skip
