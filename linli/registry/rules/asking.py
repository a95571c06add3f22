"""What is to be asked of a person on a day: what is missing, stale or in conflict, and nothing that is known and fresh.

Which elements are asked at all, of whom, what for and on which basis is data (``data/asking.csv``); how long a value is
fresh is the shelf life of its element. An open question of a department is asked as well, as long as it is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from linli.registry.rules.elements import Element, elements
from linli.registry.rules.tables import read_table
from linli.registry.rules.values import ELSEWHERE, FOLLOWS

PERSON = "person"
VERIFY = "核实登记的内容与实际是否一致"
"""What is asked for where a question does not say it."""


class Why(StrEnum):
    """Why something is asked; a conflict is asked before a gap, a gap before what is old."""

    CONFLICT = "conflict"
    MISSING = "missing"
    STALE = "stale"


@dataclass(frozen=True)
class Asked:
    """That an element is asked: of persons of an age (full years, both ends included) or of members of a household only."""

    element: str
    members_only: bool
    from_age: int
    to_age: int | None
    may_refuse: bool
    purpose: str
    basis: str
    valid_from: date
    valid_to: date | None

    def applies(self, age: int | None, is_member: bool) -> bool:
        """Whether somebody is asked; of whom the age is not known nothing is asked that depends on it."""
        if self.members_only and not is_member:
            return False
        if age is None:
            return self.from_age == 0 and self.to_age is None
        return self.from_age <= age and (self.to_age is None or age <= self.to_age)


@dataclass(frozen=True)
class Held:
    """What the register holds of an element: the value (None: nothing), which kind of source said it last, and of which day."""

    value: str | None = None
    source_kind: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Inquiry:
    """An open question of a department: why, since when, what the department says, and on which purpose and basis it asks."""

    element: str
    why: Why
    asked_on: date
    theirs: str = ""
    asked_by: str = ""
    purpose: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Pending:
    """One thing to ask of a person today."""

    element: str
    why: Why
    held: Held
    purpose: str
    basis: str
    may_refuse: bool
    inquiries: tuple[Inquiry, ...] = ()

    @property
    def offered(self) -> str:
        """What a department says instead of the value that is held."""
        return next((each.theirs for each in self.inquiries if each.theirs), "")


@cache
def _table() -> tuple[Asked, ...]:
    return tuple(
        Asked(
            row["element"],
            row["who"] == "member",
            int(row["from_age"]),
            int(row["to_age"]) if row["to_age"] else None,
            row["may_refuse"] == "yes",
            row["purpose"],
            row["basis"],
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        for row in read_table("asking")
    )


def asked_on(day: date) -> dict[str, Asked]:
    """The elements that are asked on a day, in their order."""
    return {
        each.element: each
        for each in _table()
        if each.valid_from <= day and (each.valid_to is None or day < each.valid_to)
    }


def can_be_answered(code: str) -> bool:
    """Whether an element is an ordinary value: what follows from others, lies elsewhere or must be switched on is not asked."""
    element = elements(PERSON).get(code)
    return (
        element is not None and element.access != "switched" and code not in FOLLOWS and code not in ELSEWHERE
    )


def is_stale(element: Element, said: date | None, on: date) -> bool:
    """Whether a value that was said on a day is past its shelf life."""
    return element.shelf_life > 0 and (said is None or said + timedelta(days=element.shelf_life) < on)


def pending(
    held: Mapping[str, Held], inquiries: Iterable[Inquiry], *, age: int | None, is_member: bool, on: date,
    refused: Mapping[str, date] | None = None, rest_days: int = 0,
) -> list[Pending]:  # fmt: skip
    """What is to be asked of one person on a day, each element once.

    ``refused`` are the days on which the resident said no; for ``rest_days`` after that nobody asks for it again.
    """
    asked, declared = asked_on(on), elements(PERSON)
    open_by: dict[str, list[Inquiry]] = {}
    for each in inquiries:
        if can_be_answered(each.element) and _is_open(each, held.get(each.element, Held()), on):
            open_by.setdefault(each.element, []).append(each)
    found = []
    for code in [*asked, *(code for code in open_by if code not in asked)]:
        own, known = asked.get(code), held.get(code, Held())
        why = None
        if own is not None and own.applies(age, is_member) and not _rests(code, refused or {}, rest_days, on):
            why = _gap(declared[code], known, on)
        about = tuple(open_by.get(code, ()))
        reasons = [each.why for each in about] + ([why] if why else [])
        if reasons:
            first = next((each for each in about if each.purpose or each.basis), None)
            found.append(
                Pending(
                    code,
                    min(reasons, key=list(Why).index),
                    known,
                    own.purpose if own else (first.purpose if first else "") or VERIFY,
                    own.basis if own else first.basis if first else "",
                    own.may_refuse if own else True,
                    about,
                )
            )
    return found


def _gap(element: Element, known: Held, on: date) -> Why | None:
    if not known.value:
        return Why.MISSING
    return Why.STALE if is_stale(element, known.on, on) else None


def _is_open(inquiry: Inquiry, known: Held, on: date) -> bool:
    """A question that has been answered by another way in the meantime is not asked."""
    if inquiry.why == Why.CONFLICT:
        return not known.value or not inquiry.theirs or known.value != inquiry.theirs
    if inquiry.why == Why.MISSING:
        return not known.value
    return known.on is None or known.on <= inquiry.asked_on


def _rests(code: str, refused: Mapping[str, date], rest_days: int, on: date) -> bool:
    said_no = refused.get(code)
    return said_no is not None and said_no + timedelta(days=rest_days) >= on


@dataclass(frozen=True)
class Standings:
    """One element of many persons: whether it is asked of each, and whether it is missing, stale, or known and fresh."""

    asked: NDArray[np.bool_]
    missing: NDArray[np.bool_]
    stale: NDArray[np.bool_]

    @property
    def fresh(self) -> NDArray[np.bool_]:
        """Where the value is asked for, known, and within its shelf life."""
        return self.asked & ~self.missing & ~self.stale


def standings(
    asked: Asked, *, known: NDArray[np.bool_], said: NDArray[np.datetime64], ages: NDArray[np.float64],
    members: NDArray[np.bool_], on: date,
) -> Standings:  # fmt: skip
    """``pending`` for a column of persons and one element, without departments' questions and refusals.

    ``said`` is the day of the value (NaT: not known), ``ages`` are full years (NaN: not known).
    """
    above = ages <= (np.inf if asked.to_age is None else asked.to_age)
    within = np.where(
        np.isnan(ages), asked.from_age == 0 and asked.to_age is None, (ages >= asked.from_age) & above
    )
    applies = within.astype(np.bool_) & (members if asked.members_only else np.ones(len(known), np.bool_))
    life = elements(PERSON)[asked.element].shelf_life
    old = np.zeros(len(known), np.bool_)
    if life:
        limit = np.datetime64(on, "D") - np.timedelta64(life, "D")
        old = np.isnat(said) | (said < limit)
    return Standings(applies, applies & ~known, applies & known & old)
