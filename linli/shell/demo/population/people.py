"""The people of a district: households put into homes, with all that the registry knows of each person.

The same homes, seed and day give the same people. Shares are invented [GK]: 70 of 100 live where they are registered, 12
are registered elsewhere in the district or live elsewhere, 18 came from other places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linli.shell.demo.population import identity
from linli.shell.demo.population.structure import (
    GRANDCHILD,
    HEAD,
    SKIPPED,
    SPOUSE,
    YEAR,
    Flags,
    Households,
    Ints,
    draw,
    relations,
)

EMPTY = 0.07
"""Homes in which nobody lives."""
APART, AWAY = 0.088, 0.045
"""Of the households that did not come from elsewhere, how many are registered in another grid; of the grown-up children
and parents that are registered here, how many in 100 of all people live outside the district."""
DIED, LEFT = 0.012, 0.02
MAIDEN_PLACE = 0.12
"""Who did not come from elsewhere, but was born there."""
WORKING_AGE = (16, 60)
RETIRED = 60

ORIGINS = (
    "四川省广安市武胜县", "湖南省邵阳市隆回县", "重庆市綦江区", "云南省昭通市镇雄县", "湖北省恩施州利川市", "广西河池市南丹县", "江西省上饶市余干县",
    "河南省周口市沈丘县", "贵州省毕节市织金县", "贵州省遵义市习水县", "贵州省黔南州瓮安县", "安徽省阜阳市临泉县",
)  # fmt: skip
"""Where those who came from elsewhere are registered."""
TRADES = ("个体经营", "灵活就业", "自由职业", "网约车司机", "外卖配送", "家政服务", "建筑务工", "自主创业")

EDUCATIONS = ("90", "80", "70", "60", "40", "30", "20", "10")
"""Codes of ``registry/data/educations.csv`` from the lowest to the highest."""
SCHOOLED = (
    (1945, (30, 40, 18, 5, 3, 2, 2, 0)), (1960, (8, 34, 36, 13, 4, 3, 2, 0)), (1970, (3, 20, 42, 16, 8, 7, 4, 0)),
    (1980, (1, 9, 38, 16, 13, 13, 9, 1)), (1990, (1, 4, 26, 14, 14, 21, 18, 2)), (2008, (0, 2, 13, 13, 14, 26, 28, 4)),
)  # fmt: skip
"""By the year until which people were born: shares of the educations."""


@dataclass(frozen=True)
class Population:
    """Frames whose columns are fields of the registry's models; ``person`` and ``household`` are rows of the first two.

    ``persons`` have ``household`` and ``dwelling_id`` of where they are counted besides; ``households`` have ``head``.
    """

    persons: pl.DataFrame
    households: pl.DataFrame
    memberships: pl.DataFrame
    residences: pl.DataFrame
    cares: pl.DataFrame


def invent(
    homes: pl.DataFrame,
    people: int,
    *,
    seed: int,
    on: date,
    division: str,
    batch: int = 0,
    workplaces: Sequence[str] = (),
    schools: Sequence[str] = (),
) -> Population:
    """Put that many people into homes (``dwelling_id``, ``path`` of the grid), one household a home, some left empty.

    ``division`` are the first six digits of the district's code. Raises ``ValueError`` where the homes are too few.
    """
    rng = np.random.default_rng([seed, batch])
    found = draw(people, rng)
    count = len(found.kind)
    home = _occupied(len(homes), count, rng)
    facts = _Facts(found, np.datetime64(on, "D"), rng)
    surname = identity.family_names(found, rng)
    first, second = identity.given_names(found, facts.born_year, rng)
    there = found.there
    names = identity.written_names(surname[there], first[there], second[there])
    lives = _Lives(facts, homes, home, rng)
    work = _work(facts, workplaces, schools, rng)
    births = pl.Series(values=facts.birth[there])
    persons = pl.DataFrame(
        {
            "household": facts.household,
            "name": names,
            "sex": found.sex[there].astype("U1"),
            "birth": births,
            "document_kind": np.full(len(names), "citizen_id"),
            "document": identity.citizen_ids(_places(facts, division, rng), births, found.sex[there], batch),
            "phones": _phones(facts, rng),
            "education": _education(facts, rng),
            "work": work,
            "population": lives.population,
            "state": lives.state,
            "died_on": lives.died_on,
            "left_on": lives.left_on,
            "path": lives.path,
            "registered_path": lives.registered_path,
            "confirmed_on": _confirmed(facts, lives, on, rng),
            "dwelling_id": lives.dwelling,
        }
    )
    return Population(
        persons,
        _households(facts, homes, home, division, batch),
        lives.memberships(relations(found)[there]),
        lives.residences(),
        _cares(facts, lives, work, rng),
    )


def _occupied(homes: int, count: int, rng: np.random.Generator) -> Ints:
    """Which homes the households live in, in the order of the homes."""
    if count > homes:
        raise ValueError(f"{count} households do not fit into {homes} homes")
    kept = np.flatnonzero(rng.random(homes) >= EMPTY)
    if len(kept) < count:
        kept = np.sort(rng.permutation(homes)[:count])
    return kept[:count]


class _Facts:
    """What follows from who lives together: by person where nothing else is said."""

    def __init__(self, found: Households, today: np.datetime64, rng: np.random.Generator) -> None:
        self.found = found
        self.today = today
        self.there = found.there
        self.birth = today - found.age.astype("timedelta64[D]")
        self.born_year = self.birth.astype("datetime64[Y]").astype(int) + 1970
        self.household, self.place = np.nonzero(found.there)
        self.age: NDArray[np.float64] = found.age[found.there] / YEAR
        self.sex = found.sex[found.there]
        self.floating = found.floating[self.household]
        self.first = np.searchsorted(self.household, np.arange(len(found.kind)))
        self.apart = ~found.floating & (rng.random(len(found.kind)) < APART)
        """Households that are registered in another grid."""

    @property
    def size(self) -> int:
        """How many people."""
        return len(self.household)


class _Lives:
    """Where each person lives and is registered, since when and until when."""

    def __init__(self, facts: _Facts, homes: pl.DataFrame, home: Ints, rng: np.random.Generator) -> None:
        self.facts, size = facts, facts.size
        paths, dwellings = homes["path"].to_numpy(), homes["dwelling_id"].to_numpy()
        self.home_path, self.dwelling = paths[home][facts.household], dwellings[home][facts.household]
        elsewhere, apart = self._registered_elsewhere(paths, home, rng)
        self.away = self._away(rng) & ~apart
        self.apart = apart
        self.path = np.where(self.away, "", self.home_path)
        self.registered_dwelling = np.where(apart, dwellings[elsewhere], self.dwelling)
        self.registered_path = np.where(facts.floating, "", np.where(apart, paths[elsewhere], self.home_path))
        self.population = np.where(
            facts.floating, "floating", np.where(apart | self.away, "apart", "registered")
        )
        self.state, self.ended = self._ends(rng)
        none = np.datetime64("NaT")
        self.died_on = pl.Series(values=np.where(self.state == "dead", self.ended, none))
        self.left_on = pl.Series(values=np.where(self.state == "left", self.ended, none))
        self.origin = rng.integers(0, len(ORIGINS), len(home))[facts.household]
        self.renting = facts.floating & (rng.random(len(home)) < 0.8)[facts.household]
        years = np.where(facts.found.floating, rng.gamma(1.2, 2.5, len(home)), rng.gamma(2.2, 6, len(home)))
        moved = np.minimum(years * YEAR, 40 * YEAR).astype("timedelta64[D]")[facts.household] + 1
        since = np.maximum(facts.today - moved, facts.birth[facts.there])
        self.since = np.where(np.isnat(self.ended), since, np.minimum(since, self.ended))
        self.rows = np.arange(size)

    def _registered_elsewhere(
        self, paths: NDArray[np.str_], home: Ints, rng: np.random.Generator
    ) -> tuple[Ints, Flags]:
        """The home where a household that lives apart is registered, and for whom that is in another grid."""
        other = rng.integers(0, len(paths), len(home))
        apart = self.facts.apart & (paths[other] != paths[home])
        household = self.facts.household
        return other[household], apart[household]

    def _away(self, rng: np.random.Generator) -> Flags:
        """Grown-up people, not the head, who are registered here and live outside the district."""
        facts = self.facts
        may = ~facts.floating & (facts.place != HEAD) & (facts.age >= 18) & (facts.age < 55)
        share = min(1.0, AWAY * facts.size / max(1, int(may.sum())))
        chosen: Flags = may & (rng.random(facts.size) < share)
        return chosen

    def _ends(self, rng: np.random.Generator) -> tuple[NDArray[np.str_], NDArray[np.datetime64]]:
        """Who died or left, and when: the old, and whoever came from elsewhere; never a head."""
        facts = self.facts
        old = (facts.place != HEAD) & (facts.age > 62)
        mobile = (facts.place != HEAD) & (facts.place != SPOUSE) & (facts.age >= 18) & ~old & ~self.away
        died = old & (rng.random(facts.size) < min(1.0, DIED * facts.size / max(1, int(old.sum()))))
        left = mobile & (rng.random(facts.size) < min(1.0, LEFT * facts.size / max(1, int(mobile.sum()))))
        days = rng.integers(5, 3 * 365, facts.size).astype("timedelta64[D]")
        state = np.where(died, "dead", np.where(left, "left", "present"))
        return state, np.where(died | left, facts.today - days, np.datetime64("NaT"))

    @property
    def here(self) -> Flags:
        """Who lives in the home of the household today."""
        here: Flags = ~self.away & (self.state == "present")
        return here

    def memberships(self, relation: NDArray[np.str_]) -> pl.DataFrame:
        """Everybody belongs to one household."""
        return pl.DataFrame(
            {
                "household": self.facts.household,
                "person": self.rows,
                "relation": relation,
                "valid_from": self.since,
                "valid_to": self.ended,
            }
        )

    def residences(self) -> pl.DataFrame:
        """Where each is registered, and where each lives: two rows a person."""
        facts = self.facts
        outside = pl.Series(values=np.array(ORIGINS))[self.origin]
        registered = pl.DataFrame(
            {
                "person": self.rows,
                "kind": np.full(facts.size, "registered"),
                "dwelling_id": pl.Series(values=self.registered_dwelling).set(
                    pl.Series(values=facts.floating), None
                ),
                "address": outside.set(pl.Series(values=~facts.floating), ""),
                "path": self.registered_path,
                "valid_from": self.since,
                "valid_to": self.ended,
            }
        )
        living = np.where(self.renting, "renting", np.where(facts.floating, "floating", "usual"))
        lives = registered.with_columns(
            kind=pl.Series(values=np.where(self.away, "apart", living)),
            dwelling_id=pl.Series(values=self.dwelling),
            address=pl.lit(""),
            path=pl.Series(values=self.home_path),
        )
        return pl.concat([registered, lives])


def _places(facts: _Facts, division: str, rng: np.random.Generator) -> NDArray[np.str_]:
    """Under which code each was born."""
    came = facts.floating | ((facts.age > 20) & (rng.random(facts.size) < MAIDEN_PLACE))
    return np.where(came, identity.other_places(facts.size, division, rng), identity.own_place(division))


def _phones(facts: _Facts, rng: np.random.Generator) -> list[str | None]:
    """One phone, seldom two; children and many old people give that of the head, or none."""
    own, second = identity.phones(facts.size, rng), identity.phones(facts.size, rng)
    chance = rng.random(facts.size)
    dependent = (facts.age < 14) | ((facts.age > 72) & (chance < 0.5))
    own = np.where(dependent & (chance < 0.35), own[facts.first[facts.household]], own)
    none = (dependent & (chance >= 0.35)) | (rng.random(facts.size) < 0.03)
    two = ~dependent & (rng.random(facts.size) < 0.05)
    return [
        None if nothing else f"{one}、{other}" if both else one
        for one, other, nothing, both in zip(
            own.tolist(), second.tolist(), none.tolist(), two.tolist(), strict=True
        )
    ]


def _education(facts: _Facts, rng: np.random.Generator) -> NDArray[np.str_]:
    """By year of birth for who has left school, by age for who has not."""
    born = facts.born_year[facts.there]
    generation = np.minimum(
        np.searchsorted([year for year, _ in SCHOOLED], born, side="right"), len(SCHOOLED) - 1
    )
    shares = np.array([shares for _, shares in SCHOOLED], float)
    running = np.cumsum(shares, axis=1) / shares.sum(axis=1, keepdims=True)
    level = (rng.random(facts.size)[:, None] > running[generation]).sum(axis=1)
    at_school = np.searchsorted([6, 12, 15, 18], facts.age, side="right")
    level = np.where(facts.age < 18, np.minimum(at_school, 3), level)
    level = np.where(facts.age < 24, np.minimum(level, 6), level)
    level = np.where(facts.age < 21, np.minimum(level, 5), level)
    return np.array(EDUCATIONS)[np.minimum(level, len(EDUCATIONS) - 1)]


def _work(
    facts: _Facts, workplaces: Sequence[str], schools: Sequence[str], rng: np.random.Generator
) -> NDArray[np.str_]:
    """Children at a school, most grown-up people at a workplace of the district, few from 60 on; empty where not known."""
    names = np.array([*(workplaces or TRADES), *TRADES])
    pupils = np.array(list(schools) or ["区内学校"])
    chance = rng.random(facts.size)
    named = np.where(chance < 0.6, rng.integers(0, max(1, len(workplaces)), facts.size), 0)
    named = np.where(
        (chance >= 0.6) | (not workplaces), len(names) - 1 - rng.integers(0, len(TRADES), facts.size), named
    )
    works = (facts.age >= WORKING_AGE[0] + 2) & (facts.age < WORKING_AGE[1]) & (rng.random(facts.size) < 0.8)
    pupil = (facts.age >= 6) & (facts.age < WORKING_AGE[0] + 2)
    work = np.where(works, names[named], "")
    work = np.where(pupil, pupils[rng.integers(0, len(pupils), facts.size)], work)
    return np.where((facts.age >= RETIRED) & (rng.random(facts.size) < 0.5), "退休", work)


def _confirmed(facts: _Facts, lives: _Lives, on: date, rng: np.random.Generator) -> pl.Series:
    """Most were spoken of within the year, some not for two; who died or left, not since."""
    days = np.minimum(rng.gamma(1.6, 130, facts.size), 900).astype("timedelta64[D]")
    last = np.datetime64(on, "D") - days
    return pl.Series(
        values=np.where(np.isnat(lives.ended), np.maximum(last, facts.birth[facts.there]), lives.ended)
    )


def _households(facts: _Facts, homes: pl.DataFrame, home: Ints, division: str, batch: int) -> pl.DataFrame:
    """The households with number, head (a row of the persons), home and size."""
    count = len(facts.found.kind)
    numbers = batch * 100_000 + np.arange(1, count + 1)
    return pl.DataFrame(
        {
            "number": (division + pl.Series(values=numbers).cast(pl.String).str.zfill(8)),
            "head": facts.first,
            "dwelling_id": homes["dwelling_id"].gather(home),
            "size": facts.there.sum(axis=1),
            "path": homes["path"].gather(home),
        }
    )


def _cares(facts: _Facts, lives: _Lives, work: NDArray[np.str_], rng: np.random.Generator) -> pl.DataFrame:
    """Who belongs to which care group, of those who are here. No more is known than the group and since when."""
    found, size, age, here = facts.found, facts.size, facts.age, lives.here
    chance = {group: rng.random(size) for group in SHARES}
    alone = (found.there.sum(axis=1) == 1)[facts.household]
    grandchild = (facts.place == GRANDCHILD) & np.isin(found.kind, SKIPPED)[facts.household]
    poor = (rng.random(len(found.kind)) < SHARES["minimum_allowance"])[facts.household]
    belongs = {
        "elderly_alone": alone & (age >= 65),
        "disabled": np.ones(size, bool),
        "unemployed": (age >= 18) & (age < WORKING_AGE[1]) & (work == ""),
        "minimum_allowance": poor & ~facts.floating,
        "extreme_hardship": alone & (age >= 60) & ~facts.floating,
        "orphan": grandchild,
        "left_behind_child": grandchild,
    }
    level = {
        "minimum_allowance": np.ones(size),
        "disabled": np.where(age > 55, 1.8, 0.7) * SHARES["disabled"],
    }
    chosen = {
        group: here & who & (chance[group] < level.get(group, SHARES[group]))
        for group, who in belongs.items()
    }
    chosen["left_behind_child"] &= ~chosen["orphan"]
    chosen["extreme_hardship"] &= ~chosen["minimum_allowance"]
    rows = np.concatenate([np.flatnonzero(who) for who in chosen.values()])
    days = rng.integers(30, 5 * 365, len(rows)).astype("timedelta64[D]")
    since = np.maximum(facts.today - days, facts.birth[facts.there][rows])
    groups = np.repeat(list(chosen), [int(who.sum()) for who in chosen.values()])
    return pl.DataFrame(
        {"person": rows, "group": groups, "basis": np.full(len(rows), ORIGIN), "valid_from": since}
    )


SHARES = {
    "elderly_alone": 0.6, "disabled": 0.02, "unemployed": 0.12, "minimum_allowance": 0.03, "extreme_hardship": 0.02,
    "orphan": 0.02, "left_behind_child": 0.6,
}  # fmt: skip
"""How many of those who could belong to a care group do."""

ORIGIN = "演示数据"
