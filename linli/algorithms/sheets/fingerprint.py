"""A key of a table's layout, by which the next file of the same shape is known again."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from linli.algorithms.sheets.grid import plain_words
from linli.algorithms.sheets.tables import Table

LENGTH = 32


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``columns`` is the same for the same headings in any order; ``order`` only for the same order, too."""

    columns: str
    order: str

    def __str__(self) -> str:
        return f"{self.columns}-{self.order}"


def fingerprint(table: Table) -> Fingerprint:
    """The key of the headings, whatever their white space, width and case; titles, units and data do not count."""
    paths = ["/".join(map(plain_words, column.path.split("/"))) for column in table.columns]
    named = [path for path in paths if path]
    return Fingerprint(_digest(sorted(named)), _digest(named))


def _digest(words: list[str]) -> str:
    return sha256("\n".join(words).encode()).hexdigest()[:LENGTH]
