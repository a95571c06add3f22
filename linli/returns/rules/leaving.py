"""Small counts that would point at somebody do not leave the territory as numbers, nor can they be reckoned from what does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal


def small(counts: Mapping[str, Decimal], sensitive: Collection[str], least: int) -> set[str]:
    """The places with a sensitive count below ``least``; none stays none, which points at nobody."""
    return {place for place in sensitive if 0 < counts.get(place, Decimal(0)) < least}


def covered(
    hidden: Collection[str], sums: Sequence[Collection[str]], counts: Mapping[str, Decimal]
) -> set[str]:
    """The places to hide so that no sum gives away the one that is hidden in it.

    ``sums`` are the places of each equation of the form. Where exactly one place of an equation is hidden the smallest other that is not nought is
    hidden too (the cell that loses least), until no equation has one alone.
    """
    found = set(hidden)
    while True:
        alone = next(
            (places for places in sums if len(found & set(places)) == 1 and _others(places, found, counts)),
            None,
        )
        if alone is None:
            return found
        found.add(min(_others(alone, found, counts), key=lambda place: (counts[place], place)))


def _others(places: Collection[str], hidden: Collection[str], counts: Mapping[str, Decimal]) -> list[str]:
    return [place for place in places if place not in hidden and counts.get(place, Decimal(0)) != 0]
