"""Which of two values of an element is believed: the one that is held, or the one that a source offers.

Each kind of source has a rank for an element, and a number of days for which what it says is believed (``data/precedence.csv``;
an element without a row of its own follows ``*``, a source without one follows ``other``). Of two values that are both
believed the lower rank stands, of equal ranks the newer one, of the same day the one that a person recorded. What is
still believed stands before what is not. Two old values of different ranks, and two values of which nothing says which
stands, are for somebody to ask about; so is every difference that may mean another person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import polars as pl

from linli.registry.rules.tables import read_table

ANY, OTHER = "*", "other"
RISKY = {("person", "document"), ("person", "birth")}
"""Elements of which another value may mean another person: never taken over a value that is held without asking."""


class Verdict(StrEnum):
    """What becomes of an offered value."""

    TAKE = "take"
    KEEP = "keep"
    SAME = "same"
    ASK = "ask"


@dataclass(frozen=True)
class Belief:
    """How far a kind of source is believed for an element: a lower rank first; ``days`` is 0 where belief has no end."""

    rank: int
    days: int


@dataclass(frozen=True)
class Statement:
    """That a source said a value, of which day it spoke (None: not known), and whether a person recorded it."""

    value: str
    source_kind: str
    on: date | None
    by_person: bool = False


@cache
def beliefs() -> dict[tuple[str, str, str], Belief]:
    """The table by kind of record, element and kind of source."""
    return {
        (row["kind"], row["element"], row["source_kind"]): Belief(int(row["rank"]), int(row["believed_days"]))
        for row in read_table("precedence")
    }


def belief(kind: str, element: str, source_kind: str) -> Belief:
    """How far a kind of source is believed for an element of a kind of record."""
    table = beliefs()
    keys = ((element, source_kind), (ANY, source_kind), (element, OTHER), (ANY, OTHER))
    return next(table[kind, *key] for key in keys if (kind, *key) in table)


def verdict(
    kind: str, element: str, held: Statement | None, offered: Statement, on: date, *, risky: bool = False
) -> Verdict:
    """What becomes of an offered value, judged on a day; values are compared as they are written, so clean them before.

    ``risky`` says that the difference may mean another person: a name that comes with another sex or birth.
    """
    if held is None:
        return Verdict.TAKE
    if held.value == offered.value:
        return Verdict.SAME
    if risky or (kind, element) in RISKY:
        return Verdict.ASK
    stands = _stands(kind, element, held, offered, on)
    return Verdict.ASK if stands is None else Verdict.TAKE if stands is offered else Verdict.KEEP


def held_after(
    kind: str, element: str, held: Statement | None, offered: Statement, on: date, *, risky: bool = False
) -> Statement:
    """What is held once the verdict is carried out. A value said by two sources is held as said by the one that stands."""
    found = verdict(kind, element, held, offered, on, risky=risky)
    if held is None or found is Verdict.TAKE:
        return offered
    if found is Verdict.SAME:
        return _stands(kind, element, held, offered, on) or held
    return held


def _stands(kind: str, element: str, held: Statement, offered: Statement, on: date) -> Statement | None:
    """The statement that stands before the other; None where nothing says which."""
    ours, theirs = belief(kind, element, held.source_kind), belief(kind, element, offered.source_kind)
    known, new = _is_believed(ours, held.on, on), _is_believed(theirs, offered.on, on)
    if known != new:
        return offered if new else held
    if ours.rank != theirs.rank:
        return None if not known else offered if theirs.rank < ours.rank else held
    one, other = (held.on or date.min, held.by_person), (offered.on or date.min, offered.by_person)
    return None if one == other else offered if other > one else held


def _is_believed(belief: Belief, said: date | None, on: date) -> bool:
    return belief.days == 0 or said is not None and said + timedelta(days=belief.days) >= on


def verdicts(
    kind: str, element: str,
    held_kinds: pl.Series, held_on: pl.Series, offered_kinds: pl.Series, offered_on: pl.Series, on: date, *,
    held: pl.Series | None = None, equal: pl.Series | None = None, risky: pl.Series | None = None,
    held_by_person: pl.Series | None = None, offered_by_person: pl.Series | None = None,
) -> pl.Series:  # fmt: skip
    """``verdict`` for columns of one element: a series of "take", "keep", "same" and "ask".

    ``held`` says where a value is held (everywhere if not given), ``equal`` where it is the offered one (nowhere), ``risky``
    where the difference may mean another person (nowhere), ``..._by_person`` what a person recorded (nothing). A source or a
    day that is not known is null.
    """
    size = len(held_kinds)
    frame = pl.DataFrame(
        {
            "ours": held_kinds.cast(pl.String),
            "theirs": offered_kinds.cast(pl.String),
            "said": held_on.cast(pl.Date),
            "says": offered_on.cast(pl.Date),
            "held": _given(held, size, True),
            "equal": _given(equal, size, False),
            "risky": _given(risky, size, False),
            "we": _given(held_by_person, size, False),
            "they": _given(offered_by_person, size, False),
        }
    )
    column = pl.col
    frame = frame.with_columns(
        *_beliefs_of(kind, element, "ours", frame), *_beliefs_of(kind, element, "theirs", frame)
    )
    known, new = (
        (column(f"{name}_days") == 0)
        | (column(day) + pl.duration(days=column(f"{name}_days")) >= on).fill_null(False)
        for name, day in (("ours", "said"), ("theirs", "says"))
    )
    said, says = (column(name).fill_null(date.min) for name in ("said", "says"))
    ours, theirs, we, they = (column(name) for name in ("ours_rank", "theirs_rank", "we", "they"))
    judged = (
        pl.when(~column("held")).then(pl.lit("take"))
        .when(column("equal")).then(pl.lit("same"))
        .when(column("risky") | ((kind, element) in RISKY)).then(pl.lit("ask"))
        .when(new & ~known).then(pl.lit("take"))
        .when(known & ~new).then(pl.lit("keep"))
        .when((ours != theirs) & ~known).then(pl.lit("ask"))
        .when(theirs < ours).then(pl.lit("take"))
        .when(theirs > ours).then(pl.lit("keep"))
        .when(says > said).then(pl.lit("take"))
        .when(says < said).then(pl.lit("keep"))
        .when(they & ~we).then(pl.lit("take"))
        .when(we & ~they).then(pl.lit("keep"))
        .otherwise(pl.lit("ask"))
    )  # fmt: skip
    return frame.select(judged.alias("verdict")).to_series()


def _given(flags: pl.Series | None, size: int, otherwise: bool) -> pl.Series:
    return pl.repeat(otherwise, size, eager=True) if flags is None else flags.fill_null(otherwise)


def _beliefs_of(kind: str, element: str, whose: str, frame: pl.DataFrame) -> list[pl.Series]:
    """Rank and days for each row; each kind of source is looked up once."""
    sources = frame[whose].fill_null("")
    names = sources.unique().to_list()
    table = [belief(kind, element, name) for name in names]
    at = sources.replace_strict(names, list(range(len(names))), return_dtype=pl.UInt32)
    return [
        pl.Series([getattr(each, part) for each in table], dtype=pl.Int64).gather(at).alias(f"{whose}_{part}")
        for part in ("rank", "days")
    ]
