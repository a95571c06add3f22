"""Writing an examined file, a batch of rows in each transaction; cut off, it goes on at the row where it stopped."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
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
from linli.registry.commands.intakes import persons
from linli.registry.commands.intakes.arriving import locked, own, subject_of
from linli.registry.commands.sealing import register_key
from linli.registry.models import Intake, Question, RawRow
from linli.registry.queries.held import by_document
from linli.registry.queries.judging import Offer, compare_persons
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
        rows = list(
            RawRow.objects.filter(intake=intake).order_by("sheet", "number")[
                intake.position : intake.position + size
            ]
        )
        if rows:
            _write([row for row in rows if row.verdict in WRITTEN], intake, by, at)
        intake.position += len(rows)
        if intake.position < intake.total:
            intake.save(update_fields=["position"])
            return intake.position
        counted = Counter(RawRow.objects.filter(intake=intake).values_list("verdict", flat=True))
    intake.counts = dict.fromkeys(RawRow.Verdict.values, 0) | dict(counted)
    intake.state, intake.finished_at = Intake.State.DONE, at
    intake.save(update_fields=["position", "counts", "state", "finished_at"])
    after = {"file": intake.file_name, **intake.counts}
    record("registry.imported", subject=subject_of(intake), by=by, at=at, after=after)
    return None


def _write(rows: list[RawRow], intake: Intake, by: Actor, at: datetime) -> None:
    if not rows:
        return
    batch = opened(rows, intake)
    batch = batch.with_columns(_found_since(batch))
    values = values_of(batch)
    offer = Offer(intake.source.kind, intake.file_date, timezone.localdate(at))
    compared = compare_persons(values, batch["record_id"], offer)
    verdict = compared.verdicts(batch["record_id"])
    batch = batch.with_columns(
        compared.take.alias("take"), compared.ask.alias("ask"), verdict.alias("verdict")
    )
    key = register_key()
    batch = persons.write(batch, values, intake=intake, key=key, by=by, at=at)
    _mark_rows(batch)
    _ask(batch, values, intake, key, at)


def opened(rows: list[RawRow], intake: Intake) -> pl.DataFrame:
    """The rows with their sealed content opened: ``clean`` and ``at`` as JSON."""
    key = open_key(intake.key_id)
    told = [json.loads(text or "{}") for text in crypto.unseal_many(key.secret, [bytes(row.sealed or b"") or None for row in rows], about=b"raw row")]  # fmt: skip
    places = {
        f"{code}_{what}": [(each.get("at", {}).get(code) or [None, None])[n] for each in told]
        for code in ("address", "registered_address")
        for n, what in enumerate(("dwelling", "path"))
    }
    return pl.DataFrame(
        {
            "row_id": pl.Series([row.pk for row in rows], dtype=pl.Int64),
            "number": pl.Series([row.number for row in rows], dtype=pl.Int64),
            "record_id": pl.Series([row.record_id for row in rows], dtype=pl.Int64),
            "clean": pl.Series([json.dumps(each.get("clean", {}), ensure_ascii=False) for each in told]),
            **{
                name: pl.Series(found, dtype=pl.Int64 if name.endswith("dwelling") else pl.String)
                for name, found in places.items()
            },
        }
    )


def values_of(batch: pl.DataFrame) -> pl.DataFrame:
    """The cleaned values as columns, one for each element that any row of the batch has."""
    told = [json.loads(text) for text in batch["clean"].to_list()]
    names = sorted({name for each in told for name in each})
    return pl.DataFrame(
        {name: pl.Series([each.get(name) for each in told], dtype=pl.String) for name in names}
    )


def _found_since(batch: pl.DataFrame) -> pl.Series:
    """The linked records; a new row whose document somebody has registered since it was examined belongs to that record."""
    values = values_of(batch)
    record = batch["record_id"].to_list()
    if "document" in values.columns:
        rows = [at for at, number in enumerate(values["document"].to_list()) if number and record[at] is None]
        marks = crypto.blind_many("document", [values["document"][at] for at in rows])
        for at, person, *_ in by_document(rows, [each for each in marks if each is not None]).iter_rows():
            record[at] = person
    return pl.Series("record_id", record, dtype=pl.Int64)


MARK = """
    UPDATE registry_rawrow r SET record_id = s.record_id, verdict = s.verdict, wrote = s.take
    FROM written s WHERE r.id = s.row_id
"""


def _mark_rows(batch: pl.DataFrame) -> None:
    """What each row gave to which record: the lineage."""
    stage("written", RawRow, batch.select("row_id", "record_id", "verdict", "take"))
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
