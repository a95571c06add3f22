"""The model of a linkage as data: comparisons, their levels and how often each is seen among whom.

Two records of different files are one person (*same*), or of two persons: *strangers*, *housemates* (of one household)
or *twins*. Each class has a share of all pairs and, for each level of each comparison, a probability. The weight of a
level is log2(same / strangers), in bits; what housemates and twins explain as well is taken off again in one sum.
Bits add up to the logarithm of the odds that the two are one: 0 is even, 10 a thousand to one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import log2
from typing import Any


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison and its probability in each class of pairs, given that both values are there."""

    name: str
    same: float
    strangers: float
    housemates: float
    twins: float

    @property
    def bits(self) -> float:
        """What it says for (or, below 0, against) one person."""
        return log2(self.same / self.strangers)


@dataclass(frozen=True, slots=True)
class Model:
    """``levels`` by comparison; level 0 of each, a value missing, is implied and weighs nothing.

    ``overlap``: share of the smaller file that is in the larger one, too. ``housemates``, ``twins``: how many of them a
    person of both files has in the other file. ``certain``, ``review``: the least bits of the two upper bands.
    """

    levels: Mapping[str, tuple[Level, ...]]
    overlap: float = 0.7
    housemates: float = 1.6
    twins: float = 0.006
    certain: float = 4.25
    review: float = -4.25

    def __hash__(self) -> int:
        return hash((*self.levels.items(), self.overlap, self.housemates, self.twins))

    def rates(self, left: int, right: int) -> tuple[float, float, float]:
        """The shares of all pairs of two files that are the same, housemates and twins."""
        same = self.overlap / max(left, right, 1)
        return same, same * self.housemates / self.overlap, same * self.twins / self.overlap

    def to_json(self) -> str:
        """The model as text, to be kept with a linkage and read again."""
        return json.dumps(asdict(self) | {"levels": {name: [asdict(level) for level in levels] for name, levels in self.levels.items()}})  # fmt: skip

    @classmethod
    def from_json(cls, text: str) -> Model:
        """The model of ``to_json``."""
        data: dict[str, Any] = json.loads(text)
        levels = {name: tuple(Level(**each) for each in given) for name, given in data.pop("levels").items()}
        return cls(levels=levels, **data)


def _levels(*rows: tuple[str, float, float, float, float]) -> tuple[Level, ...]:
    return tuple(Level(*row) for row in rows)


DEFAULT = Model(
    {
        "citizen_id": _levels(
            ("same", 0.950, 1e-7, 2e-4, 1e-3),
            ("digit_off", 0.030, 1e-6, 5e-4, 5e-3),
            ("two_digits_off", 0.008, 5e-6, 5e-4, 1e-2),
            ("other_unsure", 0.009, 0.06, 0.06, 0.05),
            ("other_valid", 0.003, 0.94, 0.94, 0.93),
        ),
        "name": _levels(
            ("same", 0.900, 3e-5, 2e-4, 2e-3),
            ("same_sound", 0.040, 3e-5, 1e-4, 2e-2),
            ("turned", 0.004, 1e-5, 5e-4, 5e-3),
            ("near_sound", 0.018, 5e-5, 3e-4, 2e-2),
            ("one_character", 0.018, 2e-3, 0.06, 0.45),
            ("surname_alone", 0.008, 0.0004, 0.004, 0.006),
            ("same_surname", 0.008, 0.035, 0.48, 0.48),
            ("different", 0.004, 0.96, 0.455, 0.016),
        ),
        "birth": _levels(
            ("same", 0.900, 4e-5, 2e-3, 0.97),
            ("swapped", 0.010, 2e-5, 5e-5, 1e-3),
            ("one_part_off", 0.045, 5e-3, 8e-3, 0.02),
            ("year_alone", 0.035, 6e-4, 6e-4, 4e-3),
            ("near_year", 0.004, 0.035, 0.07, 2e-3),
            ("different", 0.006, 0.96, 0.92, 3e-3),
        ),
        "sex": _levels(("same", 0.994, 0.5, 0.45, 0.65), ("different", 0.006, 0.5, 0.55, 0.35)),
        "phone": _levels(
            ("same", 0.750, 2e-6, 0.15, 0.35),
            ("digit_off", 0.020, 2e-6, 4e-3, 8e-3),
            ("different", 0.230, 0.999996, 0.846, 0.642),
        ),
        "address": _levels(
            ("same_dwelling", 0.740, 5e-6, 0.740, 0.740),
            ("same_building", 0.070, 3e-4, 0.070, 0.070),
            ("same_place", 0.020, 4e-3, 0.020, 0.020),
            ("same_road", 0.005, 4e-3, 0.005, 0.005),
            ("elsewhere", 0.165, 0.99, 0.165, 0.165),
        ),
        "household": _levels(
            ("two_support", 0.250, 1e-6, 0.250, 0.250),
            ("one_supports", 0.350, 4e-6, 0.350, 0.350),
            ("none_supports", 0.400, 1.0, 0.400, 0.400),
        ),
    }
)
"""Set by hand from what the field says of its files [GK]; ``train`` reads them from the files themselves."""
