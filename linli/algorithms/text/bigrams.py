"""Search tokens: every character and every pair of neighbours, so that a two-character word or a surname is found.

An index of the tokens finds every text that contains the query, and a few that only hold its pairs: the recheck
with ``contains`` (or ``like_patterns`` in SQL, on the normalised text) makes the answer exact.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

RUN = re.compile(r"[^\W_]+")


def normalise(text: str) -> str:
    """The form that is stored for searching: half-width, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def tokens(text: str) -> list[str]:
    """The distinct tokens of a text to be stored, sorted."""
    found: set[str] = set()
    for run in RUN.findall(normalise(text)):
        found.update(run)
        found.update(map("".join, pairwise(run)))
    return sorted(found)


def query_tokens(query: str) -> list[str]:
    """The tokens a text must have to contain the query: pairs where possible, as they are rarer."""
    found: set[str] = set()
    for run in RUN.findall(normalise(query)):
        found.update([run] if len(run) == 1 else map("".join, pairwise(run)))
    return sorted(found)


def terms(query: str) -> list[str]:
    """The words of a query, parted by spaces: a text must contain each of them."""
    return list(dict.fromkeys(normalise(query).split()))


def contains(text: str, query: str) -> bool:
    """Whether the text contains every word of the query; an empty query is contained in all."""
    held = normalise(text)
    return all(term in held for term in terms(query))


def like_patterns(query: str) -> list[str]:
    """One LIKE pattern for each word of the query, for the recheck on normalised text in the database."""
    escaped = (re.sub(r"([\\%_])", r"\\\1", term) for term in terms(query))
    return [f"%{term}%" for term in escaped]
