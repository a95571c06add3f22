"""Who lives together: households by size and make-up, with sex, age and how each is related to the head.

Everything is an array of households × places: a place is a seat at the table (the head, the spouse, three children, two
parents, a grandchild, two who share the rent), taken or empty. Shares are invented, near those of a census of towns
[GK]: of 100 households 25 have one person, 30 two, 22 three, 13 four, 10 five or more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

HEAD, SPOUSE, CHILD, PARENT, GRANDCHILD, OTHER = 0, 1, 2, 5, 7, 8
"""The first place of each role: children have places 2 to 4, parents 5 and 6, others 8 and 9."""
PLACES = 10
SEATS = {"H": (0,), "S": (1,), "C": (2, 3, 4), "P": (5, 6), "G": (7,), "O": (8, 9)}

MALE, FEMALE = 1, 2
YEAR = 365.25
OLDEST = 103 * YEAR
YOUNGEST_MOTHER = 19 * YEAR


@dataclass(frozen=True)
class MakeUp:
    """One make-up of a household: who is there (a letter a person), how many of 100 are such, the age of the head as
    youngest, commonest and oldest, how many heads of 100 are men, and how many such households of 100 came from elsewhere."""

    members: str
    share: float
    ages: tuple[int, int, int]
    men: int
    floating: int

    @property
    def seats(self) -> list[int]:
        """The places that are taken."""
        return [SEATS[letter][self.members[:n].count(letter)] for n, letter in enumerate(self.members)]


MAKE_UPS = (
    MakeUp("H", 11, (19, 25, 35), 54, 55),
    MakeUp("H", 5, (35, 45, 60), 58, 35),
    MakeUp("H", 9, (60, 74, 97), 36, 2),
    MakeUp("HS", 8, (23, 28, 42), 76, 42),
    MakeUp("HS", 12, (48, 63, 90), 80, 5),
    MakeUp("HC", 4, (26, 38, 60), 34, 15),
    MakeUp("HG", 1.5, (55, 64, 78), 38, 0),
    MakeUp("HO", 4.5, (19, 25, 36), 55, 75),
    MakeUp("HSC", 16, (24, 36, 62), 76, 22),
    MakeUp("HSP", 2.5, (30, 45, 62), 78, 5),
    MakeUp("HCP", 1.5, (28, 40, 55), 40, 5),
    MakeUp("HOO", 2, (19, 24, 34), 57, 80),
    MakeUp("HSCC", 6, (27, 38, 56), 78, 16),
    MakeUp("HSCP", 5, (27, 38, 58), 78, 5),
    MakeUp("HSPP", 2, (28, 40, 60), 80, 3),
    MakeUp("HSCCP", 3, (29, 39, 56), 78, 4),
    MakeUp("HSCPP", 4.5, (28, 37, 56), 80, 3),
    MakeUp("HSCCC", 1, (30, 38, 52), 80, 10),
    MakeUp("HSCCPP", 1.5, (30, 38, 54), 82, 3),
)
SKIPPED = [n for n, kind in enumerate(MAKE_UPS) if "G" in kind.members]
"""Make-ups in which a grandparent brings up a child."""


@dataclass(frozen=True)
class Households:
    """Households × places: who is there, sex (1 male, 2 female) and age in days; and of each household its make-up, whether
    it came from elsewhere, and whether the old people in it are the parents of the spouse."""

    kind: Ints
    there: Flags
    sex: Ints
    age: Ints
    floating: Flags
    in_law: Flags

    @property
    def father(self) -> Ints:
        """The place of the man of the couple; of the head where there is no couple."""
        return np.where(self.there[:, SPOUSE] & (self.sex[:, SPOUSE] == MALE), SPOUSE, HEAD)


def draw(people: int, rng: np.random.Generator) -> Households:
    """Households with that many people together: the last one loses whoever is too many."""
    shares = np.array([kind.share for kind in MAKE_UPS]) / sum(kind.share for kind in MAKE_UPS)
    sizes = np.array([len(kind.members) for kind in MAKE_UPS])
    kind = rng.choice(len(MAKE_UPS), people, p=shares)
    kind = kind[: np.searchsorted(np.cumsum(sizes[kind]), people) + 1]
    table = np.zeros((len(MAKE_UPS), PLACES), bool)
    for n, make_up in enumerate(MAKE_UPS):
        table[n, make_up.seats] = True
    there = table[kind]
    late = np.flatnonzero(there[-1])[::-1]
    there[-1, late[: int(there.sum()) - people]] = False
    sex = _sexes(kind, there, rng)
    floating = rng.random(len(kind)) * 100 < np.array([m.floating for m in MAKE_UPS])[kind]
    in_law = there[:, SPOUSE] & (rng.random(len(kind)) < 0.15)
    return Households(kind, there, sex, _ages(kind, there, sex, in_law, rng), floating, in_law)


def _sexes(kind: Ints, there: Flags, rng: np.random.Generator) -> Ints:
    count = len(kind)
    sex = np.where(rng.random((count, PLACES)) < 0.515, MALE, FEMALE)
    men = np.array([m.men for m in MAKE_UPS])[kind]
    sex[:, HEAD] = np.where(rng.random(count) * 100 < men, MALE, FEMALE)
    sex[:, SPOUSE] = 3 - sex[:, HEAD]
    sex[:, PARENT] = np.where(rng.random(count) < 0.3, MALE, FEMALE)
    sex[:, PARENT + 1] = 3 - sex[:, PARENT]
    for place in (OTHER, OTHER + 1):
        sex[:, place] = np.where(rng.random(count) < 0.8, sex[:, HEAD], sex[:, place])
    return sex


def _ages(kind: Ints, there: Flags, sex: Ints, in_law: Flags, rng: np.random.Generator) -> Ints:
    count = len(kind)
    age = np.zeros((count, PLACES))
    low, common, high = np.array([m.ages for m in MAKE_UPS]).T[:, kind]
    age[:, HEAD] = rng.triangular(low, common, high + 1) * YEAR
    older = rng.normal(1.8, 2.6, count) * YEAR
    age[:, SPOUSE] = np.maximum(
        age[:, HEAD] + np.where(sex[:, HEAD] == MALE, -older, older), 20 * YEAR + rng.uniform(0, YEAR, count)
    )
    age[:, CHILD : CHILD + 3] = _children(age, there, sex, rng)
    born_of = np.where(in_law, age[:, SPOUSE], age[:, HEAD])
    age[:, PARENT] = born_of + np.minimum(20 + rng.gamma(3, 2.3, count), 42) * YEAR
    age[:, PARENT + 1] = age[:, PARENT] + rng.normal(0, 2.6, count) * YEAR
    age[:, GRANDCHILD] = rng.uniform(2, 16, count) * YEAR
    for place in (OTHER, OTHER + 1):
        age[:, place] = np.maximum(age[:, HEAD] + rng.normal(0, 3, count) * YEAR, 18.1 * YEAR)
    return np.minimum(age, OLDEST + rng.uniform(0, YEAR, age.shape)).astype(np.int64)


def _children(
    age: NDArray[np.float64], there: Flags, sex: Ints, rng: np.random.Generator
) -> NDArray[np.float64]:
    """A first child some 27 years younger than the mother, the next a year or more after; a few are twins."""
    count = len(age)
    mother = np.where(there[:, SPOUSE] & (sex[:, SPOUSE] == FEMALE), age[:, SPOUSE], age[:, HEAD])
    first = mother - np.clip(21 + rng.gamma(3, 2, count), 20, 44) * YEAR
    small = rng.uniform(0, 1, count) * np.clip(mother - YOUNGEST_MOTHER, 30, 4 * YEAR)
    first = np.where(first < 0, small, first)
    rest = []
    elder = first
    for _ in range(2):
        gap = rng.uniform(1.1, 8, count) * YEAR
        younger = np.where(elder > gap, elder - gap, (elder - 300) * rng.uniform(0, 1, count))
        twin = (rng.random(count) < 0.02) | (elder < 330)
        elder = np.where(twin, elder, younger)
        rest.append(elder)
    return np.stack([first, *rest], axis=1)


def relations(found: Households) -> NDArray[np.str_]:
    """What each is to the head, as GB/T 4761 has it (``registry/data/relations.csv``): households × places."""
    count = len(found.kind)
    sex, there = found.sex, found.there
    code = np.full((count, PLACES), "99", "U2")
    code[:, HEAD] = "02"
    code[:, SPOUSE] = np.where(sex[:, SPOUSE] == MALE, "11", "12")
    children = slice(CHILD, CHILD + 3)
    boys, girls = there[:, children] & (sex[:, children] == MALE), there[:, children] & (sex[:, children] == FEMALE)  # fmt: skip
    son, daughter = np.array(["", "22", "23", "24"]), np.array(["", "32", "33", "34"])
    code[:, children] = np.where(boys, son[boys.cumsum(axis=1)], daughter[girls.cumsum(axis=1)])
    only = there[:, children].sum(axis=1) == 1
    code[only, CHILD] = np.where(sex[only, CHILD] == MALE, "21", "31")
    for place in (PARENT, PARENT + 1):
        father = sex[:, place] == MALE
        own = np.where(father, "51", "52")
        his = np.where(father, "55", "56")
        hers = np.where(father, "53", "54")
        code[:, place] = np.where(found.in_law, np.where(sex[:, HEAD] == MALE, his, hers), own)
    boy = sex[:, GRANDCHILD] == MALE
    code[:, GRANDCHILD] = np.where(sex[:, HEAD] == MALE, np.where(boy, "41", "42"), np.where(boy, "43", "44"))
    return code
