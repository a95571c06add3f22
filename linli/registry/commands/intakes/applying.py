"""Writing an examined file, a batch of rows in each transaction; cut off, it goes on at the row where it stopped."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import OpenKey, open_key
from linli.kernel.privacy.context import door
from linli.kernel.staging import stage
from linli.registry import policy
from linli.registry.commands.bulk import reserve
from linli.registry.commands.intakes.arriving import FileRefused, locked, own, subject_of
from linli.registry.commands.intakes.kinds import KINDS
from linli.registry.commands.sealing import register_key
from linli.registry.models import Intake, Question, RawRow, RecordKind
from linli.registry.queries.intakes import maybe_of
from linli.registry.queries.judging import Offer, compare
from linli.registry.rules.elements import codes_of

BATCH = 20_000
WRITTEN = (RawRow.Verdict.NEW, RawRow.Verdict.CHANGED, RawRow.Verdict.CONFLICT, RawRow.Verdict.SAME)


@transaction.atomic
def confirm(*, intake_id: UUID, by: Actor, at: datetime) -> Intake:
    """Let an examined file in; one that was cut off or failed goes on where it stopped."""
    intake = locked(intake_id, Intake.State.EXAMINED, Intake.State.FAILED)
    own(intake, by)
    if intake.state == Intake.State.EXAMINED:
        intake.position = 0
    intake.state, intake.problem = Intake.State.APPLYING, ""
    intake.save(update_fields=["state", "problem", "position"])
    record(
        "registry.import_confirmed",
        subject=subject_of(intake),
        by=by,
        at=at,
        after={"file": intake.file_name},
    )
    return intake


@transaction.atomic
def fail(*, intake_id: UUID, problem: str, by: Actor, at: datetime) -> Intake:
    """Stop a file that cannot go on, with the reason; what was written stays, and can be taken back."""
    intake = Intake.objects.select_for_update(of=("self",)).select_related("source__unit").get(pk=intake_id)
    intake.state, intake.problem = Intake.State.FAILED, problem[:400]
    intake.save(update_fields=["state", "problem"])
    after = {"file": intake.file_name, "problem": intake.problem}
    record("registry.import_failed", subject=subject_of(intake), by=by, at=at, after=after)
    return intake


@transaction.atomic
def apply_batch(*, intake_id: UUID, by: Actor, at: datetime, size: int = BATCH) -> int | None:
    """Write the next rows and return how many are done; None when it was the last batch.

    Rows are compared with the register once more: what has become the same meanwhile changes nothing.
    """
    intake = locked(intake_id, Intake.State.APPLYING)
    with door(policy.TAKE_IN):
        ordered = RawRow.objects.filter(intake=intake).order_by("sheet", "number").values_list(*COLUMNS)
        rows = list(ordered[intake.position : intake.position + size])
        _write([row for row in rows if row[3] in WRITTEN], intake, by, at)
        intake.position += len(rows)
        if intake.position < intake.total:
            intake.save(update_fields=["position"])
            return intake.position
        intake.counts = _counted(intake)
    intake.state, intake.finished_at = Intake.State.DONE, at
    intake.save(update_fields=["position", "counts", "state", "finished_at"])
    after = {"file": intake.file_name, **intake.counts}
    record("registry.imported", subject=subject_of(intake), by=by, at=at, after=after)
    return None


@transaction.atomic
def settle_row(*, row_id: int, same: bool, by: Actor, at: datetime) -> Intake:
    """Say of a row that waits whether it is about the organisation it may be about, or about a new one.

    The row is written at once, and taken back with its file. Rows about persons are settled as pairs (``reviews``).
    """
    row = RawRow.objects.select_for_update().get(pk=row_id)
    intake = locked(row.intake_id, Intake.State.DONE)
    own(intake, by)
    if row.verdict != RawRow.Verdict.REVIEW or row.record_kind == RecordKind.PERSON:
        raise FileRefused("这一行已经核对过了，请看下一行")
    if row.sealed is None:
        raise FileRefused("这一行的原始内容已过保留期，不能再核对")
    kind = KINDS[intake.source.record_kind]
    with door(policy.TAKE_IN):
        record_id = maybe_of(row) if same else int(reserve(kind.model, 1)[0])
        if same and not kind.model._default_manager.filter(pk=record_id).exists():
            raise FileRefused("那一条记录已经不在册，请选“不是同一家”")
        row.record_id, row.verdict = record_id, RawRow.Verdict.SAME if same else RawRow.Verdict.NEW
        row.save(update_fields=["record_id", "verdict"])
        _write([(row.pk, row.record_id, row.sealed, row.verdict, row.wrote)], intake, by, at)
        intake.counts = {**intake.counts, **_counted(intake)}
    intake.save(update_fields=["counts"])
    after = {"file": intake.file_name, "row": row.number, "decision": "同一家" if same else "不是同一家"}
    record("registry.row_settled", subject=subject_of(intake), by=by, at=at, after=after)
    return intake


def _counted(intake: Intake) -> dict[str, int]:
    """How many rows of the file have each verdict."""
    counted = Counter(RawRow.objects.filter(intake=intake).values_list("verdict", flat=True))
    return dict.fromkeys(RawRow.Verdict.values, 0) | dict(counted)


def _write(rows: list[tuple[Any, ...]], intake: Intake, by: Actor, at: datetime) -> None:
    if not rows:
        return
    kind = KINDS[intake.source.record_kind]
    batch, values = opened(rows, intake)
    record = _found_since(batch, kind.found(values, batch["verdict"] == RawRow.Verdict.NEW))
    new = (batch["verdict"] == RawRow.Verdict.NEW) & (record == batch["record_id"])
    known = pl.select(pl.when(~new).then(record)).to_series()
    offer = Offer(intake.pk, intake.source.kind, intake.file_date, timezone.localdate(at))
    compared = compare(kind.comparing, values, known, offer)
    judged = batch.with_columns(
        record.alias("record_id"), new.alias("new"), compared.take.alias("take"), compared.ask.alias("ask"),
        compared.verdicts(known).alias("verdict"),
    )  # fmt: skip
    key = register_key()
    judged = kind.write(judged, values, intake=intake, key=key, by=by, at=at)
    _mark_rows(batch, judged)
    _ask(judged, values, intake, key, at)


COLUMNS = ("pk", "record_id", "sealed", "verdict", "wrote")


def opened(rows: list[tuple[Any, ...]], intake: Intake) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with their sealed content opened: what became of each and where its addresses lead; and the cleaned values."""
    key = open_key(intake.key_id)
    ids, records, sealed, verdicts, wrote = zip(*rows, strict=True)
    told = [
        json.loads(text or "{}")
        for text in crypto.unseal_many(key.secret, map(bytes, sealed), about=b"raw row")
    ]
    clean = [each["clean"] for each in told]
    names = sorted({name for each in clean for name in each})
    kind = KINDS[intake.source.record_kind]
    places = {
        f"{code}_{what}": pl.Series([(each["at"].get(code) or (None, None))[n] for each in told], dtype=dtype)
        for code in kind.places
        for n, (what, dtype) in enumerate(((kind.spot, pl.Int64), ("path", pl.String)))
    }
    batch = pl.DataFrame(
        {
            "row_id": pl.Series(ids, dtype=pl.Int64),
            "record_id": pl.Series(records, dtype=pl.Int64),
            "verdict": pl.Series(verdicts, dtype=pl.String),
            "take": pl.Series(wrote, dtype=pl.Int64),
            **places,
        }
    )
    values = pl.DataFrame(
        {name: pl.Series([each.get(name) for each in clean], dtype=pl.String) for name in names}
    )
    return batch, values


def _found_since(batch: pl.DataFrame, found: Mapping[int, int]) -> pl.Series:
    """The linked records; a new row whose number somebody has registered since it was examined belongs to that record."""
    record = batch["record_id"].to_list()
    for at, known in found.items():
        record[at] = known
    return pl.Series("record_id", record, dtype=pl.Int64)


MARK = """
    UPDATE registry_rawrow r SET record_id = s.record_id, verdict = s.verdict, wrote = s.take
    FROM written s WHERE r.id = s.row_id
"""


def _mark_rows(batch: pl.DataFrame, judged: pl.DataFrame) -> None:
    """What each row gave to which record, where that is not what was foreseen when the file was examined."""
    same = ["row_id", "record_id", "verdict", "take"]
    moved = judged.select(same).join(batch.select(same), on=same, how="anti", nulls_equal=True)
    if not moved.is_empty():
        stage("written", RawRow, moved)
        with connection.cursor() as cursor:
            cursor.execute(MARK)


def _ask(batch: pl.DataFrame, values: pl.DataFrame, intake: Intake, key: OpenKey, at: datetime) -> None:
    """A question for each value that contradicts what is believed; one that is already open is not asked twice."""
    asked = [
        (row, code, said)
        for row, mask in enumerate(batch["ask"].to_list())
        if mask
        for code in codes_of(intake.source.record_kind, mask)
        if (said := values[code][row]) is not None
    ]
    if not asked:
        return
    ids, paths = batch["record_id"].to_list(), batch["path"].to_list()
    sealed = crypto.seal_many(key.secret, [json.dumps({"theirs": said}, ensure_ascii=False) for _, _, said in asked], about=b"question")  # fmt: skip
    Question.objects.bulk_create(
        [
            Question(
                record_kind=intake.source.record_kind, record_id=ids[row], element=code, why=Question.Why.CONFLICT,
                asked_by=intake.source.unit, basis=intake.source.basis, intake=intake, sealed=text, key_id=key.id,
                path=paths[row] or "", asked_at=at,
            )
            for (row, code, _), text in zip(asked, sealed, strict=True)
        ],
        ignore_conflicts=True,
        batch_size=2000,
    )  # fmt: skip
