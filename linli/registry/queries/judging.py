"""What becomes of a file's rows: new, the same, changed, in conflict, to be looked at, or sent back; decided in columns.

The linking of rows with records is done once, when a file is examined; the comparison with what the register holds is done
again when its rows are written, because somebody may have been quicker.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
import polars as pl

from linli.kernel.privacy import crypto
from linli.kernel.privacy.marks import mark
from linli.registry.models import RecordKind
from linli.registry.queries import held
from linli.registry.rules import precedence
from linli.registry.rules.elements import elements

HINTS = {"unit"}
"""Elements that say where to look and are no value of the record."""

ADDED = {"care"}
"""Elements of which a record may have several: another one is added, and contradicts nothing."""


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


def compare_persons(values: pl.DataFrame, record: pl.Series, offer: Offer) -> Compared:
    """Compare rows with the persons they were linked with (null: new ones) element by element, after precedence."""
    size = len(values)
    spoken = {
        code: element
        for code, element in elements(RecordKind.PERSON).items()
        if code in values.columns and code not in HINTS
    }
    take = np.zeros(size, np.int64)
    same = np.zeros(size, np.int64)
    ask = np.zeros(size, np.int64)
    new = record.is_null().to_numpy()
    for code, element in spoken.items():
        take[new & values[code].is_not_null().to_numpy()] |= element.mask
    known = np.flatnonzero(~new)
    if known.size:
        ids = record.gather(known).to_numpy().astype(np.int64)
        there = held.held_persons(np.unique(ids))
        at = np.searchsorted(there["id"].to_numpy(), ids)
        written = held.writers(RecordKind.PERSON, np.unique(ids), offer.intake_id)
        for code, element in spoken.items():
            offered = values[code].gather(known)
            if code in ADDED:
                taken, kept = _added(ids, offered)
                asked = np.zeros(known.size, np.bool_)
            else:
                ours = there["document_mark"] if code == "document" else _ours(there, code)
                theirs = _marks(offered) if code == "document" else offered
                taken, kept, asked = _decided(code, ours.gather(at), theirs, ids, written[code], offer)
            take[known[taken]] |= element.mask
            same[known[kept]] |= element.mask
            ask[known[asked]] |= element.mask
    return Compared(pl.Series(take), pl.Series(same), pl.Series(ask))


def _ours(there: pl.DataFrame, code: str) -> pl.Series:
    return there[code] if code in there.columns else pl.Series([None] * len(there), dtype=pl.String)


def _marks(documents: pl.Series) -> pl.Series:
    """Documents as the marks they are found by, in hex."""
    marks = crypto.blind_many("document", documents.to_list())
    return pl.Series([each.hex() if each else None for each in marks], dtype=pl.String)


def _added(ids: np.ndarray, offered: pl.Series) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Care groups that the person is not in yet, and those that are known."""
    known = {(row, group) for row, group in held.held_cares(np.unique(ids)).iter_rows()}
    marks = {group: mark("care", group) for group in offered.drop_nulls().unique().to_list()}
    there = np.array(
        [group is not None and (row, marks[group]) in known for row, group in zip(ids.tolist(), offered.to_list(), strict=True)],
        np.bool_,
    )  # fmt: skip
    return offered.is_not_null().to_numpy() & ~there, there


def _decided(
    code: str, ours: pl.Series, theirs: pl.Series, ids: np.ndarray, written: pl.DataFrame, offer: Offer  # type: ignore[type-arg]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]  # fmt: skip
    """Where the file's value is taken, where it is what is held, and where somebody must be asked."""
    says = theirs.is_not_null().to_numpy()
    empty = ours.is_null().to_numpy()
    equal = (ours == theirs).fill_null(False).to_numpy()
    if code == "birth":  # a year or month that the day lies in says nothing else
        equal |= pl.DataFrame({"o": ours.fill_null(""), "t": theirs.fill_null("x")}).select(
            pl.col("o").str.starts_with(pl.col("t"))
        ).to_series().to_numpy()  # fmt: skip
    taken, same = says & empty, says & ~empty & equal
    asked = np.zeros(len(says), np.bool_)
    open_ = np.flatnonzero(says & ~empty & ~equal)
    if open_.size:
        last = pl.DataFrame({"id": ids[open_]}).join(written, on="id", how="left", maintain_order="left")
        verdict = precedence.verdicts(
            RecordKind.PERSON,
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
    return taken, same, asked
