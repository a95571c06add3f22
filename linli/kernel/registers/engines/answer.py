"""What an engine gives back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from linli.kernel.registers.filters.base import Ask, Facet
from linli.kernel.registers.register import Register
from linli.kernel.registers.selection import Selection

CHUNK = 2000
"""Rows fetched at a time for an export."""


@dataclass(frozen=True)
class Answer:
    """One page of a list: how many rows there are in all, those of the page, and the filters with their counts."""

    total: int
    rows: list[Any]
    facets: tuple[Facet, ...]


class Engine(Protocol):
    """Answers selections of one register, always within what the actor may see."""

    def answer(self, register: Register, selection: Selection, ask: Ask) -> Answer:
        """The page that the selection names, with counts."""

    def total(self, register: Register, selection: Selection, ask: Ask) -> int:
        """How many rows the selection has."""

    def rows(
        self, register: Register, selection: Selection, ask: Ask, limit: int | None = None
    ) -> Iterator[Any]:
        """Every row of the selection in its order, for an export or a map."""
