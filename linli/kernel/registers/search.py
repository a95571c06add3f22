"""Text search that finds two-character words and one-character surnames.

Every text is cut into overlapping pairs of characters kept in a ``text[]`` column under a GIN index; a word must have all
its pairs there and is then looked for in the texts themselves, so the answer is exact. A single character is looked up as the
beginning of a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from numpy.typing import NDArray

from linli.kernel.registers.engines.ids import ids_found

START = "^"
"""Marks the pair of a name's beginning."""

MAX_TEXT = 60
"""Characters of a search that are looked at."""


def bigram_array(texts: Iterable[str | None], names: Iterable[str | None] = ()) -> list[str]:
    """The pairs of a row: of its texts and names, and the beginning of each name; sorted, once each."""
    kept = [name.lower() for name in names if name]
    found = {START + name[0] for name in kept}
    for text in [*kept, *(text.lower() for text in texts if text)]:
        found.update(pairs(text))
    return sorted(found)


def pairs(text: str) -> set[str]:
    """The overlapping pairs of characters of a text, without those that contain a space."""
    return {text[i : i + 2] for i in range(len(text) - 1) if not (text[i].isspace() or text[i + 1].isspace())}


def grams_of(word: str) -> list[str]:
    """The pairs that a row must have when it contains the word; a single character begins a name."""
    return [START + word] if len(word) == 1 else sorted(pairs(word))


def words_of(text: str) -> list[str]:
    """The words of a search, split at spaces; all of them must be found."""
    return text[:MAX_TEXT].lower().replace("\0", "").split()


@dataclass(frozen=True)
class Search:
    """Where a register looks: the fields of texts and of names, and the bigram field and function of big tables.

    ``exact`` is asked first, word by word: the keys of the rows that have just this number, or None for a word that is no such
    number. So are values found that lie sealed, by their blind marks.
    """

    texts: Sequence[str] = ()
    names: Sequence[str] = ()
    field: str = ""
    function: str = ""
    hint: Any = ""
    exact: Callable[[str], Sequence[int] | None] | None = None

    @property
    def begun(self) -> Sequence[str]:
        """The names that are looked up by their first character."""
        return self.names if self.field else ()

    def ids(self, rows: QuerySet[Any], text: str) -> NDArray[np.int64]:
        """The keys of ``narrow``, for the columns in memory, which are masked by what a person may see.

        The function's answers are taken as they are: to find its rows in the table again costs more than the search.
        """
        words = words_of(text)
        if not self.function or not words:
            return np.fromiter(self.narrow(rows, text).order_by().values_list("pk", flat=True), np.int64)
        return reduce(partial(np.intersect1d, assume_unique=True), [self._found(word) for word in words])

    def _found(self, word: str) -> NDArray[np.int64]:
        known = self.exact(word) if self.exact else None
        if known is not None:
            return np.array(known, np.int64)
        return ids_found(f'SELECT * FROM "{self.function}"(%s::text[], %s)', [grams_of(word), word])

    def narrow(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """The rows in which every word of the text is found."""
        for word in words_of(text):
            known = self.exact(word) if self.exact else None
            if known is not None:
                rows = rows.filter(pk__in=known)
            elif self.function:
                ids = RawSQL(f'SELECT "{self.function}"(%s::text[], %s)', [grams_of(word), word])
                rows = rows.filter(pk__in=ids)
            else:
                rows = self._look(rows, word)
        return rows

    def _look(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        if self.field:
            rows = rows.filter(**{f"{self.field}__contains": grams_of(word)})
        if len(word) == 1 and self.begun:
            wanted = [Q(**{f"{name}__istartswith": word}) for name in self.names]
        else:
            wanted = [Q(**{f"{name}__icontains": word}) for name in (*self.texts, *self.names)]
        return rows.filter(reduce(or_, wanted))
