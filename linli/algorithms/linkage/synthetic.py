"""Invented people in two departments' files that disagree, with the truth kept: for tests and ``bin/linli bench linkage``.

The recipe was written before any result was seen; no figure in it was tuned to a linkage.

**People.** Households of five kinds (alone, couple, couple with one or two children, three generations); children carry
the father's surname in 19 of 20 cases, siblings often share the first character of the given name, 3 in 100 pairs of
siblings are twins, whose names are likelier to share a character or a sound. Surnames and given names by how common
they are. One in 200 persons is a neighbour's namesake: the same name and sex in the same compound, born within three
years. A child or an old person may give another member's phone.

**Two files.** 70 of 100 persons are in both, 15 in each alone. The first is a register kept by one office, the second a
survey gone from door to door. ``EASY`` and ``HARD`` say how often what goes wrong (``Corruption``):

- rows *relayed* by a neighbour or the head of household have neither id nor phone, and more faults in the name and the
  birth date; together with what is missing otherwise, in the hard files half of the persons in both files have no pair
  of ids to compare, and a third have a row without id and phone;
- ids of 15 digits, digits swapped or misread; phones changed or mistyped;
- homophones, near-homophones, traditional characters, a character misread or left out, order reversed, a title alone;
- birth dates missing, of the year alone, month and day swapped, a part off by some, a year more (虚岁);
- each file writes addresses in ways of its own; entrance or room left out; households that moved;
- *maiden records*: married women still registered with their parents.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import opencc
import pyarrow as pa
from numpy.typing import NDArray

from linli.algorithms.linkage.frames import Source
from linli.algorithms.linkage.sounds import sounds

DATA = Path(__file__).parent / "data"
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SHARES = {"both": 0.70, "left": 0.15, "right": 0.15}
KINDS = (0.25, 0.25, 0.25, 0.12, 0.13)
MEMBERS = (1, 2, 3, 4, 4)
AREAS = ("520103", "520102", "520111", "520115", "522401", "522501", "511724", "420923", "330421", "430102")
AREA_SHARES = (0.62, 0.09, 0.05, 0.04, 0.04, 0.04, 0.04, 0.03, 0.03, 0.02)
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
PIECES = "东西南北新安福和平锦华金阳光明景翠云龙凤桂兰竹松溪湖山河星辰世纪时代城中海江林园御府盛德文昌学士"
PLACES = ("小区", "花园", "家园", "佳苑", "新村", "公寓")
ROADS = ("路", "街", "大道", "巷")
NUMERALS = "零一二三四五六七八九十"
TITLES = ("先生", "女士", "老师", "同志")
MISREAD = {
    "已": "己",
    "末": "未",
    "日": "曰",
    "王": "玉",
    "天": "夭",
    "丽": "而",
    "雨": "两",
    "洋": "样",
    "明": "朋",
}


@dataclass(frozen=True, slots=True)
class Corruption:
    """How often what goes wrong in one file, as shares of its rows (of what is present, for what is mistyped)."""

    relayed: float
    id_missing: float
    id_short: float
    id_swapped: float
    id_misread: float
    id_misread_twice: float
    phone_missing: float
    phone_other: float
    phone_misread: float
    homophone: float
    near_homophone: float
    traditional: float
    misread: float
    left_out: float
    reversed: float
    title: float
    birth_missing: float
    birth_year_only: float
    birth_swapped: float
    birth_part_off: float
    birth_year_more: float
    sex_missing: float
    sex_wrong: float
    address_missing: float
    entrance_missing: float
    room_missing: float
    moved: float
    maiden: float
    loose_address: bool


HARD = (
    Corruption(
        relayed=0.06, id_missing=0.06, id_short=0.03, id_swapped=0.002, id_misread=0.003, id_misread_twice=0.001,
        phone_missing=0.35, phone_other=0.15, phone_misread=0.01, homophone=0.01, near_homophone=0.004,
        traditional=0.008, misread=0.004, left_out=0.001, reversed=0.001, title=0.0, birth_missing=0.02,
        birth_year_only=0.005, birth_swapped=0.002, birth_part_off=0.008, birth_year_more=0.002, sex_missing=0.01,
        sex_wrong=0.002, address_missing=0.02, entrance_missing=0.05, room_missing=0.03, moved=0.0, maiden=0.05,
        loose_address=False,
    ),
    Corruption(
        relayed=0.27, id_missing=0.36, id_short=0.01, id_swapped=0.01, id_misread=0.015, id_misread_twice=0.005,
        phone_missing=0.30, phone_other=0.12, phone_misread=0.02, homophone=0.06, near_homophone=0.025,
        traditional=0.01, misread=0.01, left_out=0.005, reversed=0.004, title=0.010, birth_missing=0.14,
        birth_year_only=0.03, birth_swapped=0.01, birth_part_off=0.025, birth_year_more=0.012, sex_missing=0.06,
        sex_wrong=0.004, address_missing=0.04, entrance_missing=0.25, room_missing=0.05, moved=0.12, maiden=0.0,
        loose_address=True,
    ),
)  # fmt: skip
"""The register and the survey of a county that never compared them."""

EASY = (
    Corruption(
        relayed=0.01, id_missing=0.02, id_short=0.01, id_swapped=0.001, id_misread=0.001, id_misread_twice=0.0,
        phone_missing=0.10, phone_other=0.05, phone_misread=0.005, homophone=0.004, near_homophone=0.001,
        traditional=0.004, misread=0.001, left_out=0.0, reversed=0.0, title=0.0, birth_missing=0.01,
        birth_year_only=0.0, birth_swapped=0.001, birth_part_off=0.002, birth_year_more=0.0, sex_missing=0.005,
        sex_wrong=0.001, address_missing=0.01, entrance_missing=0.02, room_missing=0.01, moved=0.0, maiden=0.02,
        loose_address=False,
    ),
    Corruption(
        relayed=0.03, id_missing=0.08, id_short=0.01, id_swapped=0.003, id_misread=0.004, id_misread_twice=0.001,
        phone_missing=0.10, phone_other=0.05, phone_misread=0.01, homophone=0.015, near_homophone=0.005,
        traditional=0.005, misread=0.003, left_out=0.001, reversed=0.001, title=0.001, birth_missing=0.03,
        birth_year_only=0.01, birth_swapped=0.003, birth_part_off=0.008, birth_year_more=0.003, sex_missing=0.02,
        sex_wrong=0.002, address_missing=0.02, entrance_missing=0.10, room_missing=0.02, moved=0.06, maiden=0.0,
        loose_address=True,
    ),
)  # fmt: skip
"""The same two where both saw the document of nearly everybody."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Two files and, for each of their rows, the number of the person."""

    left: Source
    right: Source
    left_persons: Ints
    right_persons: Ints

    @property
    def pairs(self) -> int:
        """How many persons are in both files."""
        return int(len(np.intersect1d(self.left_persons, self.right_persons)))


def linked_files(records: int, *, seed: int, level: tuple[Corruption, Corruption] = HARD) -> Linked:
    """Two files of about ``records`` rows together; the same seed gives the same files."""
    rng = np.random.default_rng(seed)
    people = _People.drawn(round(records / (1 + SHARES["both"])), rng)
    fate = rng.choice(3, people.size, p=list(SHARES.values()))
    files = []
    for side, (name, apart) in enumerate((("register", 2), ("survey", 1))):
        rows = rng.permutation(np.flatnonzero(fate != apart))
        files.append((Source(name, people.written(rows, level[side], side, rng)), rows))
    return Linked(files[0][0], files[1][0], files[0][1], files[1][1])


@lru_cache(maxsize=1)
def _names() -> tuple[list[str], Ints, str, Ints, Ints]:
    """Surnames and the characters of given names, each with weights (of men and of women for the latter)."""
    with (DATA / "surnames.csv").open(encoding="utf-8") as file:
        surnames = list(csv.DictReader(file))
    with (DATA / "given_names.csv").open(encoding="utf-8") as file:
        given = list(csv.DictReader(file))
    return (
        [row["surname"] for row in surnames],
        np.array([int(row["weight"]) for row in surnames]),
        "".join(row["character"] for row in given),
        np.array([int(row["male"]) for row in given]),
        np.array([int(row["female"]) for row in given]),
    )


@lru_cache(maxsize=2)
def _alike(near: bool) -> dict[str, str]:
    """For each character of a name the others that sound the same, or nearly so but not the same."""
    surnames, _, given, _, _ = _names()
    table, groups = sounds(), defaultdict(list)
    characters = sorted({*given, *"".join(surnames)})
    by = table.near if near else table.syllable
    for character in characters:
        groups[int(by[ord(character)])].append(character)
    others = {}
    for character in characters:
        same = int(table.syllable[ord(character)])
        others[character] = "".join(
            other
            for other in groups[int(by[ord(character)])]
            if other != character and (not near or int(table.syllable[ord(other)]) != same)
        )
    return others


def _drawn(weights: Ints, size: int, rng: np.random.Generator) -> Ints:
    return rng.choice(len(weights), size, p=weights / weights.sum())


def citizen_id(area: str, birth: str, sequence: int) -> str:
    """An id of 18 places with its check character (GB 11643)."""
    body = f"{area}{birth}{sequence:03d}"
    return body + "10X98765432"[int(np.dot(WEIGHTS, [int(digit) for digit in body])) % 11]


@dataclass(slots=True)
class _People:
    """The truth: one entry for each person."""

    household: Ints
    dwelling: Ints
    parents_dwelling: Ints
    parents_household: Ints
    wife: Flags
    sex: Ints
    birth: NDArray[np.datetime64]
    name: list[str]
    document: list[str]
    phone: list[str]
    addresses: _Dwellings

    @property
    def size(self) -> int:
        return len(self.name)

    @classmethod
    def drawn(cls, size: int, rng: np.random.Generator) -> _People:
        kinds = rng.choice(5, int(size / np.dot(KINDS, MEMBERS) * 1.02) + 20, p=KINDS)
        counts = np.array(MEMBERS)[kinds]
        household = np.repeat(np.arange(len(kinds)), counts)
        place = np.arange(len(household)) - np.repeat(np.cumsum(counts) - counts, counts)
        household, place = household[:size], place[:size]
        kind = kinds[household]
        sex, born = cls._ages(household, place, kind, len(kinds), rng)
        twins = (place == 3) & (kind == 3) & (rng.random(size) < 0.03)
        born[twins] = born[np.flatnonzero(twins) - 1]
        dwellings = _Dwellings.drawn(len(kinds), rng)
        surname, first, second = cls._names(household, place, kind, sex, twins, rng)
        born = cls._namesakes(dwellings.compound[household], sex, born, (surname, first, second), rng)
        surnames, _, given, _, _ = _names()
        letters = [*given, ""]
        name = [
            surnames[a] + letters[b] + letters[c]
            for a, b, c in zip(surname.tolist(), first.tolist(), second.tolist(), strict=True)
        ]
        parents = rng.integers(0, len(kinds), size)
        return cls(
            household=household, dwelling=household, parents_dwelling=parents, parents_household=parents,
            wife=(place == 1) & (kind > 0), sex=sex, birth=born, name=name,
            document=cls._documents(household, born, sex, rng), phone=cls._phones(household, place, born, rng),
            addresses=dwellings,
        )  # fmt: skip

    @staticmethod
    def _ages(
        household: Ints, place: Ints, kind: Ints, households: int, rng: np.random.Generator
    ) -> tuple[Ints, NDArray[np.datetime64]]:
        """Sex (1 male, 2 female) and birth date by the place in the household; days are counted back from 2026."""
        head = rng.integers(28 * 365, 62 * 365, households)
        head = np.where(rng.random(households) < 0.25, rng.integers(62 * 365, 92 * 365, households), head)
        age = head[household] + rng.integers(-900, 900, len(household)) * (place > 0)
        child = ((kind == 2) | (kind == 3) | (kind == 4)) & (place >= 2) & ~((kind == 4) & (place == 3))
        age = np.where(child, age - rng.integers(22 * 365, 36 * 365, len(age)), age)
        age = np.where(age < 30, rng.integers(30, 6 * 365, len(age)), age)
        old = (kind == 4) & (place == 3)
        age = np.where(old, age + rng.integers(20 * 365, 30 * 365, len(age)), age)
        age = np.where(age > 101 * 365, rng.integers(80 * 365, 101 * 365, len(age)), age)
        sex = np.where(place == 0, 1, np.where(place == 1, 2, rng.integers(1, 3, len(place))))
        sex = np.where(kind == 0, rng.integers(1, 3, len(place)), sex)
        return sex, np.datetime64("2026-01-01") - age.astype("timedelta64[D]")

    @staticmethod
    def _names(
        household: Ints, place: Ints, kind: Ints, sex: Ints, twins: Flags, rng: np.random.Generator
    ) -> tuple[Ints, Ints, Ints]:
        _, weights, given, male, female = _names()
        size, none = len(household), len(given)
        surname = _drawn(weights, size, rng)
        head = np.searchsorted(household, household)
        mother = np.minimum(head + 1, size - 1)
        child = (kind >= 2) & (place >= 2)
        surname = np.where(child, np.where(rng.random(size) < 0.95, surname[head], surname[mother]), surname)
        first = np.where(sex == 1, _drawn(male, size, rng), _drawn(female, size, rng))
        second = np.where(sex == 1, _drawn(male, size, rng), _drawn(female, size, rng))
        second[rng.random(size) < 0.17] = none
        elder = np.arange(size) - 1
        sibling = (kind == 3) & (place == 3)
        shared = sibling & (rng.random(size) < np.where(twins, 0.7, 0.3)) & (second[elder] < none)
        first[shared] = first[elder[shared]]
        lone = shared & (second == none)
        second[lone] = _drawn(male + female, int(lone.sum()), rng)
        others = _alike(near=False)
        for row in np.flatnonzero(shared & twins & (rng.random(size) < 0.2)):
            alike = [given.index(c) for c in others[given[second[row - 1]]] if c in given]
            if alike:
                second[row] = alike[int(rng.integers(len(alike)))]
        return surname, first, second

    @staticmethod
    def _namesakes(
        compound: Ints,
        sex: Ints,
        born: NDArray[np.datetime64],
        names: tuple[Ints, Ints, Ints],
        rng: np.random.Generator,
    ) -> NDArray[np.datetime64]:
        """One person in 200 takes the name of the next in the same compound and sex, and nearly the age."""
        order = np.lexsort((rng.random(len(sex)), sex, compound))
        one, other = order[:-1], order[1:]
        fit = (compound[one] == compound[other]) & (sex[one] == sex[other]) & (rng.random(len(one)) < 0.005)
        one, other = one[fit], other[fit]
        for part in names:
            part[other] = part[one]
        born = born.copy()
        born[other] = born[one] + rng.integers(-1095, 1096, len(one)).astype("timedelta64[D]")
        return np.where(born < np.datetime64("2026-01-01"), born, born - np.timedelta64(1095, "D"))

    @staticmethod
    def _documents(
        household: Ints, born: NDArray[np.datetime64], sex: Ints, rng: np.random.Generator
    ) -> list[str]:
        area = rng.choice(len(AREAS), len(sex), p=AREA_SHARES)
        same = rng.random(len(sex)) < 0.8
        area[same] = area[np.searchsorted(household, household)][same]
        days = np.datetime_as_string(born, "D")
        key = area * 1_000_000 + born.astype("datetime64[D]").astype(np.int64)
        order = np.lexsort((np.arange(len(key)), key))
        starts = np.flatnonzero(np.concatenate([[True], np.diff(key[order]) != 0]))
        rank = np.empty(len(key), np.int64)
        rank[order] = np.arange(len(key)) - np.repeat(starts, np.diff(np.append(starts, len(key))))
        sequence = (key * 7 + rank) % 500 * 2 + (sex == 1)
        return [
            citizen_id(AREAS[a], day.replace("-", ""), int(s))
            for a, day, s in zip(area.tolist(), days.tolist(), sequence.tolist(), strict=True)
        ]

    @staticmethod
    def _phones(
        household: Ints, place: Ints, born: NDArray[np.datetime64], rng: np.random.Generator
    ) -> list[str]:
        own = rng.integers(13_000_000_000, 20_000_000_000, len(place))
        age = (np.datetime64("2026-01-01") - born).astype(int) // 365
        given = ((age < 14) | ((age > 70) & (rng.random(len(age)) < 0.4))) & (place > 0)
        head = np.searchsorted(household, household)
        helper = np.minimum(head + (rng.random(len(age)) < 0.5), len(own) - 1)
        helper = np.where(household[helper] == household, helper, head)
        return [str(number) for number in np.where(given, own[helper], own).tolist()]

    def written(self, rows: Ints, bad: Corruption, side: int, rng: np.random.Generator) -> pa.Table:
        """The rows of one file as its department writes them."""
        relayed = rng.random(len(rows)) < bad.relayed
        dwelling, household = self.dwelling[rows].copy(), self.household[rows].copy()
        maiden = self.wife[rows] & (rng.random(len(rows)) < bad.maiden)
        dwelling[maiden], household[maiden] = (
            self.parents_dwelling[rows[maiden]],
            self.parents_household[rows[maiden]],
        )
        homes = len(self.addresses.compound)
        moved_home = rng.random(homes) < bad.moved * 0.7
        alone = rng.random(len(rows)) < bad.moved * 0.3
        elsewhere = rng.permutation(homes)
        dwelling = np.where(moved_home[household] | alone, elsewhere[dwelling], dwelling)
        household = np.where(alone, homes + np.arange(len(rows)), household)
        return pa.table(
            {
                "id": [f"{'AB'[side]}{number}" for number in rng.permutation(len(rows)).tolist()],
                "citizen_id": self._written_ids(rows, relayed, bad, rng),
                "name": self._written_names(rows, relayed, bad, rng),
                "sex": self._written_sexes(rows, bad, rng),
                "birth": self._written_births(rows, relayed, bad, rng),
                "phone": self._written_phones(rows, relayed, bad, rng),
                "address": self.addresses.written(dwelling, bad, rng),
                "household": [f"{'RS'[side]}{number}" for number in household.tolist()],
            }
        )

    def _written_ids(
        self, rows: Ints, relayed: Flags, bad: Corruption, rng: np.random.Generator
    ) -> list[str | None]:
        gone = relayed | (rng.random(len(rows)) < bad.id_missing)
        chance, short, at = rng.random(len(rows)), rng.random(len(rows)), rng.integers(6, 16, len(rows))
        misread = bad.id_swapped + bad.id_misread
        written: list[str | None] = []
        for row, missing, x, y, place in zip(
            rows.tolist(), gone.tolist(), chance.tolist(), short.tolist(), at.tolist(), strict=True
        ):
            number = self.document[row]
            if missing:
                written.append(None)
            elif y < bad.id_short and number[6:8] == "19":
                written.append(number[:6] + number[8:17])
            elif x < bad.id_swapped:
                written.append(number[:place] + number[place + 1] + number[place] + number[place + 2 :])
            elif x < misread:
                written.append(_misread(number, place, rng))
            elif x < misread + bad.id_misread_twice:
                written.append(_misread(_misread(number, place, rng), 20 - place, rng))
            else:
                written.append(number)
        return written

    def _written_names(
        self, rows: Ints, relayed: Flags, bad: Corruption, rng: np.random.Generator
    ) -> list[str]:
        names = [self.name[row] for row in rows.tolist()]
        shares = (bad.homophone, bad.near_homophone, bad.traditional, bad.misread, bad.left_out, bad.reversed, bad.title)  # fmt: skip
        ways = (_homophone, _near_homophone, _traditional, _one_misread, _left_out, _reversed, _title)
        ends = np.cumsum(shares)
        chance = rng.random(len(rows)) / np.where(relayed, 2.0, 1.0)
        for at in np.flatnonzero(chance < ends[-1]).tolist():
            names[at] = ways[int(np.searchsorted(ends, chance[at], side="right"))](names[at], rng)
        return names

    def _written_sexes(self, rows: Ints, bad: Corruption, rng: np.random.Generator) -> list[str | None]:
        sex = np.where(rng.random(len(rows)) < bad.sex_wrong, 3 - self.sex[rows], self.sex[rows])
        sex[rng.random(len(rows)) < bad.sex_missing] = 0
        return [(None, "男", "女")[code] for code in sex.tolist()]

    def _written_births(
        self, rows: Ints, relayed: Flags, bad: Corruption, rng: np.random.Generator
    ) -> list[str | None]:
        born: list[str | None] = np.datetime_as_string(self.birth[rows], "D").tolist()
        shares = (
            bad.birth_missing,
            bad.birth_year_only,
            bad.birth_swapped,
            bad.birth_part_off,
            bad.birth_year_more,
        )
        ends = np.cumsum(shares)
        chance = rng.random(len(rows)) / np.where(relayed, 2.0, 1.0)
        for at in np.flatnonzero(chance < ends[-1]).tolist():
            year, month, day = map(int, str(born[at]).split("-"))
            way = int(np.searchsorted(ends, chance[at], side="right"))
            if way == 2 and day <= 12:
                month, day = day, month
            elif way >= 3:
                part = int(rng.integers(3)) if way == 3 else 0
                year += int(rng.choice([-1, 1, -10, 10])) if part == 0 and way == 3 else -(way == 4)
                month = month % 12 + 1 if part == 1 else month
                day = min(day, 28) % 28 + int(rng.integers(1, 3)) if part == 2 else day
            born[at] = (None, f"{year}")[way] if way < 2 else f"{year}-{month:02d}-{day:02d}"
        return born

    def _written_phones(
        self, rows: Ints, relayed: Flags, bad: Corruption, rng: np.random.Generator
    ) -> list[str | None]:
        gone = relayed | (rng.random(len(rows)) < bad.phone_missing)
        chance, at = rng.random(len(rows)), rng.integers(3, 11, len(rows))
        other = rng.integers(13_000_000_000, 20_000_000_000, len(rows))
        written: list[str | None] = []
        for row, missing, x, place, new in zip(
            rows.tolist(), gone.tolist(), chance.tolist(), at.tolist(), other.tolist(), strict=True
        ):
            if missing:
                written.append(None)
            elif x < bad.phone_other:
                written.append(str(new))
            elif x < bad.phone_other + bad.phone_misread:
                written.append(_misread(self.phone[row], place, rng))
            else:
                written.append(self.phone[row])
        return written


def _misread(number: str, place: int, rng: np.random.Generator) -> str:
    digit = int(number[place]) if number[place].isdigit() else 0
    return number[:place] + str((digit + int(rng.integers(1, 10))) % 10) + number[place + 1 :]


def _one_of(text: str, rng: np.random.Generator) -> str:
    return text[int(rng.integers(len(text)))]


def _replaced(name: str, others: str, place: int, rng: np.random.Generator) -> str:
    return name[:place] + _one_of(others, rng) + name[place + 1 :] if others else name


def _homophone(name: str, rng: np.random.Generator) -> str:
    place = int(rng.integers(0 if rng.random() < 0.15 else 1, len(name)))
    return _replaced(name, _alike(near=False).get(name[place], ""), place, rng)


def _near_homophone(name: str, rng: np.random.Generator) -> str:
    place = int(rng.integers(0 if rng.random() < 0.15 else 1, len(name)))
    return _replaced(name, _alike(near=True).get(name[place], ""), place, rng)


def _traditional(name: str, rng: np.random.Generator) -> str:
    return str(_converter().convert(name))


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def _one_misread(name: str, rng: np.random.Generator) -> str:
    given = _names()[2]
    place = len(name) - 1
    return name[:place] + MISREAD.get(name[place], given[int(rng.integers(300))])


def _left_out(name: str, rng: np.random.Generator) -> str:
    return name[0] + name[2:] if len(name) > 2 else name


def _reversed(name: str, rng: np.random.Generator) -> str:
    return name[1:] + name[0]


def _title(name: str, rng: np.random.Generator) -> str:
    return name[0] + TITLES[int(rng.integers(len(TITLES)))]


@dataclass(slots=True)
class _Dwellings:
    """Every dwelling by its parts; the numbers of compounds stand for names, roads and house numbers."""

    compound: Ints
    building: Ints
    entrance: Ints
    room: Ints
    names: list[str]
    roads: list[str]
    numbers: list[int]

    @classmethod
    def drawn(cls, households: int, rng: np.random.Generator) -> _Dwellings:
        compounds = max(3, households // 350)
        names = _place_names(compounds, PLACES, rng)
        streets = _place_names(max(2, compounds // 2), ROADS, rng)
        return cls(
            compound=rng.integers(0, compounds, households),
            building=rng.integers(1, 13, households),
            entrance=rng.integers(1, 4, households),
            room=rng.integers(1, 19, households) * 100 + rng.integers(1, 5, households),
            names=names,
            roads=[streets[int(rng.integers(len(streets)))] for _ in names],
            numbers=rng.integers(1, 300, compounds).tolist(),
        )

    def written(self, dwelling: Ints, bad: Corruption, rng: np.random.Generator) -> list[str | None]:
        gone = rng.random(len(dwelling)) < bad.address_missing
        no_entrance = rng.random(len(dwelling)) < bad.entrance_missing
        no_room = rng.random(len(dwelling)) < bad.room_missing
        way = rng.integers(0, 6, len(dwelling)) if bad.loose_address else np.zeros(len(dwelling), int)
        return [
            None if missing else self._one(home, style, not less, not bare)
            for home, missing, less, bare, style in zip(
                dwelling.tolist(),
                gone.tolist(),
                no_entrance.tolist(),
                no_room.tolist(),
                way.tolist(),
                strict=True,
            )
        ]

    def _one(self, home: int, style: int, entrance: bool, room: bool) -> str:
        place = int(self.compound[home])
        b, e, r = int(self.building[home]), int(self.entrance[home]), int(self.room[home])
        compound, road = self.names[place], f"{self.roads[place]}{self.numbers[place]}号"
        if style == 0:
            return (
                f"贵阳市云岩区{road}{compound}{b}栋{f'{e}单元' if entrance else ''}{f'{r}号' if room else ''}"
            )
        if style == 1:
            return (
                f"{compound}{'-'.join(map(str, [b, e, r] if entrance else [b, r]))}"
                if room
                else f"{compound}{b}栋"
            )
        if style == 2:
            return f"{compound}{b}号楼{f'{e}单元' if entrance else ''}{f'{r}室' if room else ''}"
        if style == 3:
            return f"{road}{b}栋{f'{e}单元' if entrance else ''}{r if room else ''}"
        if style == 4:
            return f"{road}{compound} {b} 幢 {f'{e} 单元 ' if entrance else ''}{f'{r}室' if room else ''}"
        numeral = NUMERALS[b] if b <= 10 else f"十{NUMERALS[b - 10]}"
        return f"{compound}{numeral}栋{f'{NUMERALS[e]}单元' if entrance else ''}{f'{r}室' if room else ''}"


def _place_names(count: int, endings: tuple[str, ...], rng: np.random.Generator) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        length = 2 if rng.random() < 0.8 else 3
        stem = "".join(PIECES[int(rng.integers(len(PIECES)))] for _ in range(length))
        names[stem + endings[int(rng.integers(len(endings)))]] = None
    return list(names)
