"""What becomes of a file's rows: new, the same, changed, in conflict, to be looked at, or sent back; decided in columns.

The linking of rows with records is done once, when a file is examined; the comparison with what the register holds is done
again when its rows are written, because somebody may have been quicker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linli.algorithms.cleaning.columns import clean_address_column
from linli.kernel.privacy import crypto
from linli.kernel.privacy.marks import mark
from linli.registry.models import RecordKind
from linli.registry.queries import held
from linli.registry.rules import precedence
from linli.registry.rules.elements import elements
from linli.registry.rules.life import REGISTERED

HINTS = {"unit"}
"""Elements that say where to look and are no value of the record."""

Ids = NDArray[np.int64]
Flags = NDArray[np.bool_]

AT_ONCE = 100_000
"""Records whose values are held in memory together."""

NEAR = 3e-5
"""Degrees between two readings of one point: three metres, as far as a phone errs."""


@dataclass(frozen=True)
class Offer:
    """Which file speaks, from which kind of source, of which day, and the day on which it is judged."""

    intake_id: UUID
    source_kind: str
    file_date: date
    on: date


@dataclass(frozen=True)
class Compared:
    """For each row the elements to be taken from it, those that the register holds in the same words, and those to ask about."""

    take: pl.Series
    same: pl.Series
    ask: pl.Series

    def verdicts(self, record: pl.Series) -> pl.Series:
        """The word for each row that is not refused and not to be looked at."""
        frame = pl.DataFrame({"record": record, "take": self.take, "ask": self.ask})
        return frame.select(
            pl.when(pl.col("record").is_null())
            .then(pl.lit("new"))
            .when(pl.col("ask") != 0)
            .then(pl.lit("conflict"))
            .when(pl.col("take") != 0)
            .then(pl.lit("changed"))
            .otherwise(pl.lit("same"))
        ).to_series()


@dataclass(frozen=True)
class Comparing:
    """How the records of a kind are compared with rows.

    ``held`` gives what the register holds of records in their order: ``id`` and a column for each element. Of ``marked``
    elements it gives ``<element>_mark``, and what a file offers is turned into marks, too. ``alike`` says where values in
    different words (ours, theirs) say the same, ``finer`` where theirs says the same more exactly: that is taken. Of ``added`` elements a record may have several: another one contradicts nothing.
    An element is kept ``beside`` another one: a relation of a household, a way of living of a home. Who belongs to a household is
    not moved to another by a file: elements of ``joining`` that differ are asked about. Elements that are ``of_present`` are not taken for who died or left: an office that has not heard of it brings nobody back.
    """

    kind: RecordKind
    held: Callable[[Ids], pl.DataFrame]
    marked: Mapping[str, Callable[[pl.Series], pl.Series]] = field(default_factory=dict)
    alike: Mapping[str, Callable[[pl.Series, pl.Series], Flags]] = field(default_factory=dict)
    finer: Mapping[str, Callable[[pl.Series, pl.Series], Flags]] = field(default_factory=dict)
    added: Mapping[str, Callable[[Ids, pl.Series], tuple[Flags, Flags]]] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    joining: frozenset[str] = frozenset()
    of_present: frozenset[str] = frozenset()


def compare_persons(values: pl.DataFrame, record: pl.Series, offer: Offer) -> Compared:
    """Compare rows with the persons they were linked with."""
    return compare(PERSONS, values, record, offer)


def compare(kind: Comparing, values: pl.DataFrame, record: pl.Series, offer: Offer) -> Compared:
    """Compare rows with the records they were linked with (null: new ones) element by element, after precedence."""
    size = len(values)
    spoken = {
        code: element
        for code, element in elements(kind.kind).items()
        if code in values.columns and code not in HINTS
    }
    take = np.zeros(size, np.int64)
    same = np.zeros(size, np.int64)
    ask = np.zeros(size, np.int64)
    new = record.is_null().to_numpy()
    for code, element in spoken.items():
        take[new & _kept(kind, values, code)] |= element.mask
    everyone = np.flatnonzero(~new)
    for known in np.array_split(everyone, -(-everyone.size // AT_ONCE) or 1):
        if not known.size:
            continue
        ids = record.gather(known).to_numpy().astype(np.int64)
        there = kind.held(np.unique(ids))
        at = np.searchsorted(there["id"].to_numpy(), ids)
        written = held.writers(kind.kind, np.unique(ids), offer.intake_id)
        for code, element in spoken.items():
            offered, can = values[code].gather(known), _kept(kind, values, code)[known]
            if code in kind.added:
                taken, kept = kind.added[code](ids, offered)
                asked = np.zeros(known.size, np.bool_)
            else:
                marked = kind.marked.get(code)
                ours = _ours(there, f"{code}_mark" if marked else code).gather(at)
                theirs = marked(offered) if marked else offered
                taken, kept, asked = _decided(kind, code, ours, theirs, can, ids, written[code], offer)
            if code in kind.of_present:
                here = (there["state"].gather(at) == "present").to_numpy()
                taken, asked = taken & here, asked & here
            take[known[taken]] |= element.mask
            same[known[kept]] |= element.mask
            ask[known[asked]] |= element.mask
    return Compared(pl.Series(take), pl.Series(same), pl.Series(ask))


def _kept(kind: Comparing, values: pl.DataFrame, code: str) -> Flags:
    """Which rows have a value for an element that can be kept."""
    needed = {code, kind.beside.get(code, code)}
    if not needed <= set(values.columns):
        return np.zeros(len(values), np.bool_)
    return values.select(pl.all_horizontal(pl.col(needed).is_not_null())).to_series().to_numpy()  # type: ignore[no-any-return]


def _ours(there: pl.DataFrame, code: str) -> pl.Series:
    return there[code] if code in there.columns else pl.Series([None] * len(there), dtype=pl.String)


def _marks(documents: pl.Series) -> pl.Series:
    """Documents as the marks they are found by, in hex."""
    marks = crypto.blind_many("document", documents.to_list())
    return pl.Series([each.hex() if each else None for each in marks], dtype=pl.String)


def _lies_in(ours: pl.Series, theirs: pl.Series) -> Flags:
    """A year or a month that the day lies in says nothing else."""
    return pl.DataFrame({"o": ours.fill_null(""), "t": theirs.fill_null("x")}).select(
        pl.col("o").str.starts_with(pl.col("t"))
    ).to_series().to_numpy()  # type: ignore[no-any-return]  # fmt: skip


def _leads_there(ours: pl.Series, theirs: pl.Series) -> Flags:
    """An address that leads to the known door in other words, or less far, says nothing else."""
    same = np.zeros(len(ours), np.bool_)
    at = (ours != theirs).fill_null(False).arg_true()
    if not len(at):
        return same
    o, t = (
        clean_address_column(each.gather(at)).value.struct.unnest().fill_null("") for each in (ours, theirs)
    )
    both = pl.concat([o, t.rename({name: f"told_{name}" for name in t.columns})], how="horizontal")
    same[at.to_numpy()] = both.select(ONE_DOOR).to_series().to_numpy()
    return same


def _one_door() -> pl.Expr:
    """Whether two addresses name one compound, or one number of one road, and the second goes no other way from there."""
    agree = {
        name: pl.col(name) == pl.col(f"told_{name}") for name in ("road", "number", "compound", *FURTHER)
    }
    either = {name: (pl.col(name) == "") | (pl.col(f"told_{name}") == "") for name in ("division", *agree)}
    anchored = (agree["compound"] & ~either["compound"]) | (
        agree["road"] & agree["number"] & ~either["road"] & ~either["number"]
    )
    within = pl.any_horizontal(
        pl.col(one).str.contains(pl.col(other), literal=True)
        for one, other in (("division", "told_division"), ("told_division", "division"))
    )
    before = [either[name] | agree[name] for name in ("road", "number", "compound")]
    further = [(pl.col(f"told_{name}") == "") | agree[name] for name in FURTHER]
    return pl.all_horizontal(anchored, either["division"] | within, *before, *further)


FURTHER = ("building", "entrance", "room")
ONE_DOOR = _one_door()


def _among(ours: pl.Series, theirs: pl.Series) -> Flags:
    """A phone that is known beside others says nothing else: whoever writes one down does not strike out the rest."""
    told = theirs.str.split("、")
    return (told.list.set_difference(ours.str.split("、")).list.len() == 0).fill_null(False).to_numpy()  # type: ignore[no-any-return]


def _near(ours: pl.Series, theirs: pl.Series) -> Flags:
    """Degrees that differ no more than two readings of one point do."""
    difference = (ours.cast(pl.Float64, strict=False) - theirs.cast(pl.Float64, strict=False)).abs()
    return (difference <= NEAR).fill_null(False).to_numpy()  # type: ignore[no-any-return]


def _added_cares(ids: Ids, offered: pl.Series) -> tuple[Flags, Flags]:
    """Care groups that the person is not in yet, and those that are known."""
    known = {(row, group) for row, group in held.held_cares(np.unique(ids)).iter_rows()}
    marks = {group: mark("care", group) for group in offered.drop_nulls().unique().to_list()}
    there = np.array(
        [group is not None and (row, marks[group]) in known for row, group in zip(ids.tolist(), offered.to_list(), strict=True)],
        np.bool_,
    )  # fmt: skip
    return offered.is_not_null().to_numpy() & ~there, there


def _decided(
    kind: Comparing, code: str, ours: pl.Series, theirs: pl.Series, can: Flags, ids: Ids, written: pl.DataFrame, offer: Offer
) -> tuple[Flags, Flags, Flags]:  # fmt: skip
    """Where the file's value is taken, where it is what is held, and where somebody must be asked; ``can`` is where it can be kept."""
    says = theirs.is_not_null().to_numpy()
    empty = ours.is_null().to_numpy()
    equal = (ours == theirs).fill_null(False).to_numpy()
    if code in kind.alike:
        equal |= kind.alike[code](ours, theirs)
    taken, same = says & empty, says & ~empty & equal
    if code in kind.finer:
        taken |= says & ~empty & ~equal & kind.finer[code](ours, theirs)
    asked = np.zeros(len(says), np.bool_)
    open_ = np.flatnonzero(says & ~taken & ~same)
    if open_.size:
        last = pl.DataFrame({"id": ids[open_]}).join(written, on="id", how="left", maintain_order="left")
        verdict = precedence.verdicts(
            kind.kind,
            code,
            last["source_kind"],
            last["on"],
            pl.Series([offer.source_kind] * open_.size),
            pl.Series([offer.file_date] * open_.size),
            offer.on,
        )
        words = verdict.to_numpy()
        taken[open_[words == "take"]] = True
        asked[open_[words == "ask"]] = True
    if code in kind.joining:
        taken, asked = taken & empty, asked | (taken & ~empty)
    return taken & (can | ~empty), same, asked


PERSONS = Comparing(
    RecordKind.PERSON,
    held.held_with_traits,
    marked={"document": _marks},
    alike={
        "birth": _lies_in,
        "phones": _among,
        "residence_kind": lambda ours, theirs: (theirs == REGISTERED).fill_null(False).to_numpy(),
        "address": _leads_there,
        "registered_address": _leads_there,
    },
    finer={"birth": lambda ours, theirs: _lies_in(theirs, ours)},
    added={"care": _added_cares},
    beside={"relation": "household_number", "residence_kind": "address"},
    joining=frozenset({"household_number", "relation"}),
    of_present=frozenset({"household_number", "relation"}),
)
ORGANISATIONS = Comparing(
    RecordKind.ORGANISATION,
    held.held_organisations,
    alike={
        "address": _leads_there,
        "opened_on": _lies_in,
        "closed_on": _lies_in,
        "lon": _near,
        "lat": _near,
    },
)
COMPONENTS = Comparing(
    RecordKind.COMPONENT,
    held.held_components,
    alike={"place": _leads_there, "installed_on": _lies_in, "lon": _near, "lat": _near},
)
