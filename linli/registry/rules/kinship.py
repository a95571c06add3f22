"""A household as a tree: how many generations below its head each member stands, by the relation of GB/T 4761."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Related(Protocol):
    """A member of a household, with the relation to the head."""

    @property
    def relation(self) -> str: ...


M = TypeVar("M", bound=Related)

GENERATIONS = {"0": 0, "1": 0, "2": 1, "3": 1, "4": 2, "5": -1, "6": -2, "7": 0}
"""By the first digit of the relation: parents stand one above the head, children one below."""

OTHERS = 9
"""Who is a relative of no known generation, or no relative."""

NAMES = {-2: "祖辈", -1: "父辈", 0: "户主一辈", 1: "子辈", 2: "孙辈", OTHERS: "其他成员"}


def generation(relation: str) -> int:
    """Generations below the head; ``OTHERS`` where the relation does not say."""
    return GENERATIONS.get(relation[:1], OTHERS)


def by_generation(members: Iterable[M]) -> list[tuple[int, list[M]]]:
    """The members in rows from the oldest generation to the youngest, others last; in a row by relation, the head first."""
    rows: dict[int, list[M]] = {}
    for member in sorted(members, key=lambda each: each.relation):
        rows.setdefault(generation(member.relation), []).append(member)
    return sorted(rows.items())
