"""How a room brings rows of its personal tables to the attack test: one function for each, in its ``tests/personal.py``."""

from __future__ import annotations

from collections.abc import Callable

from tests.cast import Cast

ROWS: dict[str, Callable[[Cast], object]] = {}

Make = Callable[[Cast], object]


def rows_of(*models: str) -> Callable[[Make], Make]:
    """Say which function writes rows of these tables: of every place of the small district, of every kind that the policy
    tells apart, some of them made by or for the cast. It is called once for each table, as the web role, seeing all."""

    def keep(make: Make) -> Make:
        ROWS.update({model.lower(): make for model in models})
        return make

    return keep
