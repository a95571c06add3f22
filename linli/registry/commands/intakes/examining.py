"""Reading a file whole: clean, check, link, compare; nothing of the registers is written, only what would become of each row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import polars as pl
from django.db import transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import open_key
from linli.kernel.privacy.context import door
from linli.kernel.staging import array_of, numbers, one_ahead, put_frame, rendered
from linli.registry import policy
from linli.registry.commands.bulk import reserve
from linli.registry.commands.intakes.arriving import locked, subject_of
from linli.registry.commands.intakes.kinds import KINDS, Kind
from linli.registry.models import Intake, Pair, RawRow, RecordKind
from linli.registry.queries.judging import Offer, compare
from linli.registry.queries.linking import Doubt, Linked
from linli.registry.queries.placing import located, paths_of, pointed
from linli.registry.rules.rows import MAYBE_KNOWN, REPEATED, Rows, clean_rows

VERDICTS = [each.value for each in RawRow.Verdict]
TAKEN = [RawRow.Verdict.NEW.value, RawRow.Verdict.CHANGED.value, RawRow.Verdict.CONFLICT.value]

AT_ONCE = 50_000
"""Rows that are sealed and written together."""


@dataclass(frozen=True)
class FileRows:
    """The rows of a file as they stand: its heading, sheet and row numbers, the cells of each column, and the columns bound to elements."""

    heading: Sequence[str]
    sheets: pl.Series
    numbers: pl.Series
    cells: Sequence[pl.Series]
    bound: Mapping[str, pl.Series]


@transaction.atomic
def examine(*, intake_id: UUID, rows: FileRows, by: Actor, at: datetime) -> Intake:
    """Judge every row of a file and keep it sealed with its verdict; the registers stay as they are."""
    intake = locked(intake_id, Intake.State.EXAMINING)
    kind = KINDS[intake.source.record_kind]
    with door(policy.TAKE_IN):
        RawRow.objects.filter(intake=intake).delete()
        cleaned = clean_rows(intake.source.record_kind, rows.bound, on=intake.file_date)
        places = _placed(kind, cleaned)
        usable = ~cleaned.rejected & ~_repeated(kind, cleaned)
        linked = kind.link(cleaned, usable)
        usable &= ~_of_nobody(cleaned, linked)
        offer = Offer(intake.pk, intake.source.kind, intake.file_date, timezone.localdate(at))
        compared = compare(kind.comparing, cleaned.values, linked.record, offer)
        verdict = _verdicts(compared.verdicts(linked.record), usable, linked.doubts)
        ids = _reserved(kind, linked.record, verdict)
        if intake.source.record_kind == RecordKind.PERSON:
            written = _write(intake, rows, cleaned, places, ids, verdict, compared.take)
            _write_doubts(linked.doubts, written, places, at)
        else:
            maybe = _maybe(cleaned, linked.doubts)
            _write(intake, rows, cleaned, places, ids, verdict, compared.take, maybe)
    columns = intake.layout["columns"]
    intake.layout |= {
        "heading": list(rows.heading),
        "order": [columns.get(path, "") for path in rows.heading],
    }
    intake.total = len(cleaned)
    intake.counts = dict.fromkeys(VERDICTS, 0) | dict(verdict.value_counts().iter_rows())
    intake.quality = _quality(cleaned)
    intake.state, intake.position = Intake.State.EXAMINED, 0
    intake.save()
    after = {"file": intake.file_name, "total": intake.total}
    record("registry.file_examined", subject=subject_of(intake), by=by, at=at, after=after)
    return intake


def _placed(kind: Kind, rows: Rows) -> dict[str, pl.DataFrame]:
    """Where the addresses of the rows lead: to a home or building, else the point of the row says the grid.

    A community that is named helps, and stands in for an address that leads nowhere.
    """
    size = len(rows)
    named = (
        rows.values["unit"] if "unit" in rows.values.columns else pl.Series([None] * size, dtype=pl.String)
    )
    hints = paths_of(named)
    found = {code: located(rows.parts[code], hints) for code in kind.places if code in rows.parts}
    if not found:
        nowhere = pl.Series([None] * size, dtype=pl.Int64)
        found[kind.places[0]] = pl.DataFrame({"dwelling_id": nowhere, "building_id": nowhere, "path": hints})
    if "lon" in rows.values.columns:
        where = kind.places[0]
        found[where] = pointed(found[where], rows.values)
    return found


def _repeated(kind: Kind, rows: Rows) -> pl.Series:
    """Rows that speak of a record an earlier row of the file spoke of: by number, or by all that stands in for one."""
    values, about = rows.values, kind.same[-1][0]
    repeated = np.zeros(len(rows), np.bool_)
    left = (~rows.rejected).scatter(list(rows.doubtful), False)
    for names in kind.same:
        if not set(names) <= set(values.columns):
            continue
        whole = left & values.select(pl.all_horizontal(pl.col(names).is_not_null())).to_series()
        again = ~values.filter(whole).select(pl.struct(names).is_first_distinct()).to_series()
        repeated[whole.arg_true().filter(again).to_numpy()] = True
        left = left & ~whole
    for at in np.flatnonzero(repeated).tolist():
        rows.faults[at].append(f"{about}:{REPEATED}")
    return pl.Series(repeated, dtype=pl.Boolean)


def _of_nobody(rows: Rows, linked: Linked) -> pl.Series:
    """Rows with a misspelt number that led to nobody: they go back, or somebody would be registered without a number."""
    led = {each.row for each in linked.doubts} | set(linked.record.is_not_null().arg_true().to_list())
    nobody = pl.Series([False]).new_from_index(0, len(rows))
    return nobody.scatter([at for at in rows.doubtful if at not in led], True)


def _verdicts(words: pl.Series, usable: pl.Series, doubts: Sequence[Doubt]) -> pl.Series:
    doubtful = np.zeros(len(words), np.bool_)
    doubtful[[each.row for each in doubts]] = True
    return pl.select(
        pl.when(~usable).then(pl.lit(RawRow.Verdict.REJECTED.value))
        .when(pl.Series(doubtful)).then(pl.lit(RawRow.Verdict.REVIEW.value))
        .otherwise(words)
    ).to_series()  # fmt: skip


def _reserved(kind: Kind, record: pl.Series, verdict: pl.Series) -> pl.Series:
    """The records of the rows, with new ids for the new ones: nothing of a row has to be changed when it is written."""
    new = (verdict == RawRow.Verdict.NEW).to_numpy()
    ids = record.fill_null(0).to_numpy().copy()
    ids[new] = reserve(kind.model, int(new.sum()))
    return pl.select(pl.when(pl.Series(ids) != 0).then(pl.Series(ids))).to_series()


def _write(
    intake: Intake, rows: FileRows, cleaned: Rows, places: Mapping[str, pl.DataFrame], record: pl.Series, verdict: pl.Series,
    take: pl.Series, maybe: Mapping[int, int] | None = None,
) -> list[int]:  # fmt: skip
    key, spot = open_key(intake.key_id), KINDS[intake.source.record_kind].spot
    size = len(cleaned)
    ids = numbers(RawRow, size)
    reasons = ["{}"] * size
    for at, faults in cleaned.faults.items():
        reasons[at] = array_of(faults)
    frame = pl.DataFrame(
        {
            "id": pl.Series(ids),
            "intake_id": pl.Series([str(intake.pk)]).new_from_index(0, size),
            "sheet": rows.sheets,
            "number": rows.numbers,
            "record_kind": pl.Series([str(intake.source.record_kind)]).new_from_index(0, size),
            "record_id": record,
            "verdict": verdict,
            "reasons": pl.Series(reasons, dtype=pl.String),
            "spoke": cleaned.spoke(intake.source.record_kind),
            "wrote": pl.select(pl.when(verdict.is_in(TAKEN)).then(take).otherwise(0)).to_series(),
        }
    )

    def sealed(start: int) -> tuple[pl.DataFrame, list[bytes]]:
        part = slice(start, start + AT_ONCE)
        told = _told(
            [each[part] for each in rows.cells],
            cleaned.values[part],
            {
                code: each[part].select(pl.col(f"{spot}_id").alias("spot"), "path")
                for code, each in places.items()
            },
            [maybe.get(at) for at in range(start, min(start + AT_ONCE, size))] if maybe else None,
        )
        values = crypto.seal_many(key.secret, told.to_list(), about=b"raw row")
        stored = frame[part].with_columns(pl.Series("sealed", values, dtype=pl.Binary))
        return stored, rendered(stored)

    for stored, text in one_ahead(sealed, range(0, size, AT_ONCE)):
        put_frame(RawRow, stored, text)
    return ids.tolist()  # type: ignore[no-any-return]


def _told(
    cells: Sequence[pl.Series],
    clean: pl.DataFrame,
    places: Mapping[str, pl.DataFrame],
    maybe: list[int | None] | None,
) -> pl.Series:
    """What is kept of each row, as JSON: ``raw`` cells, ``clean`` values that are known, and where addresses lead: ``at``.

    ``maybe`` is the record that a doubtful row may be about.
    """
    if all(each.dtype == pl.String for each in cells):
        raw = pl.DataFrame([each.alias(str(at)) for at, each in enumerate(cells)]).select(
            pl.struct(pl.concat_list(pl.all()).alias("r")).struct.json_encode().str.slice(5).str.head(-1)
        ).to_series()  # fmt: skip
    else:
        whole = zip(*(each.to_list() for each in cells), strict=True)
        raw = pl.Series(
            [json.dumps(each, ensure_ascii=False, default=str) for each in whole], dtype=pl.String
        )
    known = clean.select(
        pl.struct(pl.all()).struct.json_encode().str.replace_all(NULLS, "").str.replace(r",\}$", "}")
    ).to_series()
    found = [
        frame.select(
            pl.format(f'"{code}":[{{}},{{}}]', pl.col("spot").cast(pl.String).fill_null("null"), _text(pl.col("path")))
        ).to_series()
        for code, frame in places.items()
    ]  # fmt: skip
    at = pl.select(pl.concat_str(found, separator=",")).to_series()
    told = '{"raw":' + raw + ',"clean":' + known + ',"at":{' + at + "}"
    if maybe is not None:
        known_as = pl.Series(maybe, dtype=pl.Int64).cast(pl.String)
        told = told + (',"maybe":' + known_as).fill_null("")
    return told + "}"


NULLS = r'"[a-z_]+":null,?'
"""A member of an object without a value. Inside a text it cannot stand: there the quotation marks have strokes before them."""


def _text(path: pl.Expr) -> pl.Expr:
    """The path of a unit, which holds letters, digits and strokes, as JSON."""
    return pl.when(path.is_null()).then(pl.lit("null")).otherwise('"' + path + '"')


def _maybe(rows: Rows, doubts: Sequence[Doubt]) -> dict[int, int]:
    """The record that each doubtful row may be about: it is kept with the row, and the row says that it waits."""
    for each in doubts:
        rows.faults[each.row].append(f"name:{MAYBE_KNOWN}")
    return {each.row: each.record for each in doubts}


def _write_doubts(
    doubts: Sequence[Doubt], ids: Sequence[int], places: Mapping[str, pl.DataFrame], at: datetime
) -> None:
    path = next(iter(places.values()))["path"] if places else None
    Pair.objects.bulk_create(
        [
            Pair(
                left_id=each.record,
                row_id=ids[each.row],
                weight=each.bits,
                probability=each.probability,
                grounds=each.grounds,
                risky=each.risky,
                state=Pair.State.FORESEEN,
                path=(path[each.row] or "") if path is not None else "",
                found_at=at,
            )
            for each in doubts
        ],
        batch_size=2000,
    )


def _quality(rows: Rows) -> dict[str, Any]:
    """How well each column was filled and read: values, empty cells, faults and what was mended, counted."""
    size = len(rows)
    faults: dict[str, Counter[str]] = {}
    for listed in rows.faults.values():
        for fault in listed:
            code, _, what = fault.partition(":")
            faults.setdefault(code, Counter())[what] += 1
    return {
        code: {
            "filled": size - rows.values[code].null_count(),
            "empty": rows.values[code].null_count(),
            "faults": dict(faults.get(code, {})),
            "notes": {name: times for name, times in rows.notes.get(code, {}).items() if name not in faults.get(code, {})},
        }
        for code in rows.values.columns
    }  # fmt: skip
