"""Writing an examined file, a batch of rows in each transaction; cut off, it goes on at the row where it stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
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
from linli.registry.commands.intakes.kinds import KINDS, Kind
from linli.registry.commands.sealing import register_key
from linli.registry.models import Intake, Pair, Question, RawRow, RecordKind
from linli.registry.queries.intakes import maybe_of
from linli.registry.queries.judging import Offer, compare
from linli.registry.rules.elements import codes_of, elements

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


@dataclass(frozen=True)
class Opened:
    """Rows of a file on their way into the register: what was foreseen of each, its values, and new records as they are stored.

    ``fresh`` are the new records, sealed under ``key``, of a kind whose records are made ready beforehand. ``after`` is where the rows end: sheet and
    number of the last.
    """

    count: int
    after: tuple[int, int]
    batch: pl.DataFrame
    values: pl.DataFrame
    fresh: pl.DataFrame
    key: OpenKey


class Ahead:
    """Opens the rows of the next batch in a thread while the database writes those of the last one."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1)
        self.coming: tuple[int, Future[Opened | None]] | None = None

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(cancel_futures=True)

    def take(self, intake: Intake, size: int) -> Opened | None:
        """The rows from the position of the file on, which are known already where the batch before was the last thing done."""
        coming, self.coming = self.coming, None
        if coming is not None and coming[0] == intake.position:
            return coming[1].result()
        return _opener(intake, _last_before(intake), size)()

    def look_ahead(self, intake: Intake, last: Opened, size: int) -> None:
        """Begin to open the rows that follow."""
        follow = _opener(intake, last.after, size)
        self.coming = intake.position + last.count, self.pool.submit(follow)


@transaction.atomic
def apply_batch(*, intake_id: UUID, by: Actor, at: datetime, size: int = BATCH, ahead: Ahead | None = None) -> int | None:  # fmt: skip
    """Write the next rows and return how many are done; None when it was the last batch.

    Rows are compared with the register once more: what has become the same meanwhile changes nothing.
    """
    intake = locked(intake_id, Intake.State.APPLYING)
    with door(policy.TAKE_IN):
        opened = ahead.take(intake, size) if ahead else _opener(intake, _last_before(intake), size)()
        if opened is not None:
            if ahead and intake.position + opened.count < intake.total:
                ahead.look_ahead(intake, opened, size)
            _write(opened, intake, by, at)
            intake.position += opened.count
        if opened is not None and intake.position < intake.total:
            intake.save(update_fields=["position"])
            return intake.position
        intake.counts = counted(intake)
        Pair.objects.filter(row__intake=intake, state=Pair.State.FORESEEN).update(state=Pair.State.OPEN)
    intake.state, intake.finished_at = Intake.State.DONE, at
    intake.save(update_fields=["position", "counts", "state", "finished_at"])
    after = {"file": intake.file_name, **intake.counts}
    record("registry.imported", subject=subject_of(intake), by=by, at=at, after=after)
    return None


@transaction.atomic
def settle_row(*, row_id: int, same: bool, by: Actor, at: datetime) -> Intake:
    """Say of a row that waits whether it is about the organisation it may be about, or about a new one.

    The row is written at once, and taken back by itself (``undo_settled``) or with its file. Rows about persons are settled as pairs (``reviews``).
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
        rows = [(row.sheet, row.number, row.pk, row.record_id, row.verdict, row.wrote, row.sealed)]
        _write(_opened(rows, kind, open_key(intake.key_id), register_key()), intake, by, at)
        intake.counts = {**intake.counts, **counted(intake)}
    intake.save(update_fields=["counts"])
    after = {"file": intake.file_name, "row": row.number, "decision": "同一家" if same else "不是同一家"}
    record("registry.row_settled", subject=subject_of(intake), by=by, at=at, after=after)
    return intake


def counted(intake: Intake) -> dict[str, int]:
    """How many rows of the file have each verdict."""
    rows = RawRow.objects.filter(intake=intake).order_by()
    counted = dict(rows.values_list("verdict").annotate(rows=Count("pk")))
    return dict.fromkeys(RawRow.Verdict.values, 0) | counted


def _last_before(intake: Intake) -> tuple[int, int]:
    """Sheet and number of the last row that is done; before all rows where there is none."""
    if not intake.position:
        return 0, 0
    rows = RawRow.objects.filter(intake=intake).order_by("sheet", "number").values_list("sheet", "number")
    sheet, number = rows[intake.position - 1]
    return sheet, number


NEXT = """
    SELECT sheet, number, id, record_id, verdict, wrote, sealed FROM registry_rawrow
    WHERE intake_id = %s AND (sheet, number) > (%s, %s) ORDER BY sheet, number LIMIT %s
"""


def _opener(intake: Intake, after: tuple[int, int], size: int) -> Callable[[], Opened | None]:
    """Read the rows after a place, and return how to open them, which takes its time and needs no connection."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [intake.pk, *after, size])
        rows = cursor.fetchall()
    kind, own, register = KINDS[intake.source.record_kind], open_key(intake.key_id), register_key()
    return lambda: _opened(rows, kind, own, register) if rows else None


def _opened(rows: list[tuple[Any, ...]], kind: Kind, own: OpenKey, register: OpenKey) -> Opened:
    sheets, numbers, ids, records, verdicts, wrote, sealed = zip(*rows, strict=True)
    frame = pl.DataFrame(
        {
            "row_id": pl.Series(ids, dtype=pl.Int64),
            "record_id": pl.Series(records, dtype=pl.Int64),
            "verdict": pl.Series(verdicts, dtype=pl.String),
            "take": pl.Series(wrote, dtype=pl.Int64),
            "sealed": pl.Series(sealed, dtype=pl.Binary),
        }
    ).filter(pl.col("verdict").is_in(WRITTEN))
    told = pl.Series(crypto.unseal_many(own.secret, frame["sealed"].to_list(), about=b"raw row"), dtype=pl.String)  # fmt: skip
    batch, values = _read(told.fill_null("{}"), kind)
    batch = pl.concat([frame.drop("sealed"), batch], how="horizontal")
    new = (batch["verdict"] == RawRow.Verdict.NEW.value).arg_true()
    fresh = kind.ready(batch[new], values[new], register) if len(new) else pl.DataFrame()
    return Opened(len(rows), (sheets[-1], numbers[-1]), batch, values, fresh, register)


def _read(told: pl.Series, kind: Kind) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The opened content of rows: where the addresses of each lead, and its cleaned values, in a column for each that any row has."""
    schema = pl.Struct(
        {
            "clean": pl.Struct(dict.fromkeys(elements(kind.comparing.kind), pl.String)),
            "at": pl.Struct(dict.fromkeys(kind.places, pl.List(pl.String))),
        }
    )
    frame = told.str.json_decode(schema).struct.unnest()
    places = frame.select(
        column
        for code in kind.places
        for column in (
            pl.col("at").struct.field(code).list.get(0, null_on_oob=True).cast(pl.Int64).alias(f"{code}_{kind.spot}"),
            pl.col("at").struct.field(code).list.get(1, null_on_oob=True).alias(f"{code}_path"),
        )
    )  # fmt: skip
    values = frame["clean"].struct.unnest()
    return places, values.select(each for each in values if each.null_count() < len(values))


def _write(opened: Opened, intake: Intake, by: Actor, at: datetime) -> None:
    """Write the rows. Whether somebody has registered a new record meanwhile, the keys of the table say where they can: only then are the
    rows looked up once more, which for a million takes ten seconds."""
    batch = opened.batch
    if batch.is_empty():
        return
    kind = KINDS[intake.source.record_kind]
    foreseen = batch["verdict"] == RawRow.Verdict.NEW.value
    if kind.kept_once:
        try:
            with transaction.atomic():
                return _put(opened, foreseen, {}, intake, by, at)
        except IntegrityError:
            pass
    return _put(opened, foreseen, kind.found(opened.values, foreseen, opened.fresh), intake, by, at)


def _put(
    opened: Opened, foreseen: pl.Series, found: Mapping[int, int], intake: Intake, by: Actor, at: datetime
) -> None:
    """``foreseen`` are the rows that should be new, ``found`` the records that some of them belong to after all."""
    batch, values, fresh, key = opened.batch, opened.values, opened.fresh, opened.key
    kind = KINDS[intake.source.record_kind]
    rows, records = list(found), list(found.values())
    record = batch["record_id"].clone().scatter(rows, records)
    new = foreseen.clone().scatter(rows, False)
    if not fresh.is_empty():
        fresh = fresh.filter(new.filter(foreseen))
    known = pl.select(pl.when(~new).then(record)).to_series()
    offer = Offer(intake.pk, intake.source.kind, intake.file_date, timezone.localdate(at))
    compared = compare(kind.comparing, values, known, offer)
    judged = batch.with_columns(
        record.alias("record_id"), new.alias("new"), compared.take.alias("take"), compared.ask.alias("ask"),
        compared.verdicts(known).alias("verdict"),
    )  # fmt: skip
    judged = kind.write(judged, values, fresh, intake=intake, key=key, by=by, at=at)
    _mark_rows(batch, judged)
    _ask(judged, values, intake, key, at)


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
