"""Names, citizen ids and phones of people who do not exist.

**Ids** are right in form and check sign, but begin with the codes of counties that were withdrawn in 1983 or before
(``WITHDRAWN``), while the first identity cards were given out in 1984 [GK]: nobody has such a number, and whoever checks
the place finds one that once was. **Phones** begin with 161, one of the ranges that no operator had been given when that
was last reported (2022: 142, 143, 154, 161, 164, 194). Surnames and the characters of given names by how common they
are: ``linli/algorithms/linkage/data`` with its licences; which characters are in fashion when is invented.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linli.algorithms.linkage.synthetic import DATA
from linli.shell.demo.population.structure import (
    CHILD,
    GRANDCHILD,
    HEAD,
    MALE,
    PARENT,
    PLACES,
    SPOUSE,
    Households,
    Ints,
)

WITHDRAWN = {
    "21": "210820", "33": "332122", "42": "422221", "51": "512121", "52": "522721", "43": "432121", "53": "532121",
    "36": "362224", "41": "412521", "34": "342323",
}  # fmt: skip
"""By province: counties (and the one code for all districts of a city) that the table of codes ended in 1983 or before."""

SLOTS = 40
"""Numbers that one batch of people may use of those of one place, day and sex; there are 500."""
BATCHES = 500 // SLOTS

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECKS = np.frombuffer(b"10X98765432", np.uint8)
PHONE_PREFIX = "161"

FASHIONS = (
    (1966, 0.10, "建国华明德福英秀兰珍玉桂芳淑凤贵荣芬琴素文成忠祥光友学胜清"),
    (1986, 0.38, "伟军勇丽敏静艳红霞燕梅平刚强辉斌涛玲娟萍波峰磊志海永新"),
    (2006, 0.28, "婷洋超雪浩鹏俊佳宇晨慧欣莹帆凯杰阳倩璐瑶旭鑫飞丹琳雨"),
    (9999, 0.12, "梓涵轩浩宇欣怡佳诺一晨俊泽子睿萱彤语熙雨涵博文奕辰安沐妍"),
)
"""Generations by the year until which they were born, how many have one character, and what was in fashion then."""

SHARED = 0.3
"""Of the brothers and sisters, how many share the first character of their names."""


@dataclass(frozen=True)
class Words:
    """The tables that names are drawn from."""

    surnames: NDArray[np.str_]
    surname_shares: NDArray[np.float64]
    given: NDArray[np.str_]
    given_shares: NDArray[np.float64]
    """By generation and sex (men first), each a row of running shares of the characters."""


@lru_cache(maxsize=1)
def words() -> Words:
    """The tables, read once."""
    with (DATA / "surnames.csv").open(encoding="utf-8") as file:
        surnames = list(csv.DictReader(file))
    with (DATA / "given_names.csv").open(encoding="utf-8") as file:
        given = list(csv.DictReader(file))
    characters = [row["character"] for row in given]
    by_sex = np.array([[int(row[sex]) for row in given] for sex in ("male", "female")], float)
    liked = np.array([[9.0 if c in liked else 1.0 for c in characters] for _, _, liked in FASHIONS])
    shares = (liked[:, None, :] * by_sex[None, :, :]).reshape(-1, len(characters))
    weights = np.array([int(row["weight"]) for row in surnames], float)
    return Words(
        np.array([row["surname"] for row in surnames]),
        np.cumsum(weights) / weights.sum(),
        np.array([*characters, ""]),
        np.cumsum(shares, axis=1) / shares.sum(axis=1, keepdims=True),
    )


def surnames(count: int, rng: np.random.Generator) -> Ints:
    """Surnames by how common they are, as numbers."""
    return np.searchsorted(words().surname_shares, rng.random(count))


def family_names(found: Households, rng: np.random.Generator) -> Ints:
    """Surnames, households × places: children have the father's (7 of 100 the mother's), who is married keeps the own."""
    count = len(found.kind)
    name = surnames(count * PLACES, rng).reshape(count, PLACES)
    row = np.arange(count)
    born_of = np.where(found.in_law, name[:, SPOUSE], name[:, HEAD])
    for place in (PARENT, PARENT + 1):
        name[:, place] = np.where(found.sex[:, place] == MALE, born_of, name[:, place])
    father = name[row, found.father]
    mother = np.where(found.father == HEAD, name[:, SPOUSE], name[:, HEAD])
    couple = found.there[:, SPOUSE]
    alone = np.where((found.sex[:, HEAD] == MALE) | (rng.random(count) < 0.2), name[:, HEAD], name[:, CHILD])
    given = np.where(couple, np.where(rng.random(count) < 0.93, father, mother), alone)
    name[:, CHILD : CHILD + 3] = given[:, None]
    name[:, GRANDCHILD] = np.where(found.sex[:, HEAD] == MALE, name[:, HEAD], name[:, GRANDCHILD])
    return name


def given_names(found: Households, born: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """First and second characters of given names by sex and year of birth, households × places; the last number is none."""
    table, none = words().given_shares, len(words().given) - 1
    generation = np.searchsorted([until for until, _, _ in FASHIONS], born, side="right")
    row = generation * 2 + (found.sex != MALE)
    first, second = _drawn(table, row, rng), _drawn(table, row, rng)
    short = rng.random(row.shape) < np.array([share for _, share, _ in FASHIONS])[generation]
    for place in (CHILD + 1, CHILD + 2):
        shares = rng.random(len(row)) < SHARED
        first[:, place] = np.where(shares, first[:, CHILD], first[:, place])
        short[:, place] &= ~shares
        short[:, CHILD] &= ~(shares & found.there[:, place])
    return first, np.where(short, none, second)


def _drawn(table: NDArray[np.float64], row: Ints, rng: np.random.Generator) -> Ints:
    """A number for each entry from the running shares of its row."""
    drawn = np.empty(row.shape, np.int64)
    chance = rng.random(row.shape)
    for n in range(len(table)):
        those = row == n
        drawn[those] = np.searchsorted(table[n], chance[those])
    return np.minimum(drawn, table.shape[1] - 1)


def written_names(surname: Ints, first: Ints, second: Ints) -> list[str]:
    """Names as people write them."""
    family, given = words().surnames.tolist(), words().given.tolist()
    return [
        family[a] + given[b] + given[c]
        for a, b, c in zip(surname.tolist(), first.tolist(), second.tolist(), strict=True)
    ]


def single_names(count: int, rng: np.random.Generator) -> list[str]:
    """Names of grown-up people of whom nothing else is known."""
    row = rng.integers(2, 6, count)
    given = words().given_shares
    return written_names(surnames(count, rng), _drawn(given, row, rng), _drawn(given, row, rng))


def citizen_ids(places: NDArray[np.str_], births: pl.Series, sex: Ints, batch: int) -> pl.Series:
    """An id for each person: two of one batch are never the same, nor two of different batches.

    Raises ``ValueError`` from the thirteenth batch on, and where more people share place, day and sex than a batch has
    numbers for.
    """
    if batch >= BATCHES:
        raise ValueError(f"there are numbers for {BATCHES} batches")
    frame = pl.DataFrame({"place": places, "birth": births.dt.strftime("%Y%m%d"), "sex": sex})
    rank = frame.select(pl.int_range(pl.len()).over("place", "birth", "sex"))["literal"].to_numpy()
    if len(rank) and int(rank.max()) >= SLOTS:
        raise ValueError("more people of one place, day and sex than a batch has numbers for")
    first = births.dt.epoch("d").to_numpy() * 263
    order = (first + batch * SLOTS + rank) % 500
    body = frame.select(pl.col("place") + pl.col("birth"))["place"] + pl.Series(
        values=order * 2 + (sex == MALE)
    ).cast(pl.String).str.zfill(3)
    signs = np.frombuffer("".join(body.to_list()).encode(), np.uint8).reshape(-1, 17)
    check = CHECKS[(signs.astype(np.int64) - ord("0")) @ WEIGHTS % 11]
    whole = np.concatenate([signs, check[:, None]], axis=1)
    return pl.Series(values=np.ascontiguousarray(whole).view("S18").ravel().astype("U18"))


def phones(count: int, rng: np.random.Generator) -> NDArray[np.str_]:
    """Eleven figures that look like a mobile number and belong to nobody."""
    return np.char.add(PHONE_PREFIX, np.char.zfill(rng.integers(0, 10**8, count).astype("U8"), 8))


def own_place(division: str) -> str:
    """The withdrawn code that the invented people of a district were born under."""
    return WITHDRAWN.get(division[:2], WITHDRAWN["52"])


def other_places(count: int, division: str, rng: np.random.Generator) -> NDArray[np.str_]:
    """Withdrawn codes of other provinces, for those who came from there."""
    others = [code for province, code in WITHDRAWN.items() if province != division[:2]]
    return np.array(others)[rng.integers(0, len(others), count)]
