"""The life of an import: uploaded, examined, confirmed, written batch by batch, forgotten."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.privacy.commands import OpenKey, forget, make_key, open_key
from linli.kernel.registers.importing import sheets
from linli.kernel.registers.importing.importer import (
    CHANGED,
    NEW,
    REJECTED,
    SAME,
    Importer,
    Judged,
    Key,
    UnknownHeadings,
)
from linli.kernel.registers.importing.parsers import Cell
from linli.kernel.registers.models import ImportFile, ImportRun
from linli.kernel.registers.register import REGISTERS, Register

KEEP = timedelta(days=30)
"""How long a file and its rejected rows can be read; then their key is destroyed."""

PREVIEW_ROWS = 50
MAX_BYTES = 50_000_000
HEADING_WITHIN = 10
"""The heading stands within the first rows of a sheet; titles above it are passed over."""


class WrongState(ValueError):
    """The import is not in the state that this step needs; somebody was quicker."""


@dataclass(frozen=True)
class Table:
    """The rows of a file with their numbers, its heading, and which column is which field."""

    heading: list[str]
    layout: dict[int, Cell]
    rows: list[tuple[int, list[Any]]]


def importer_of(run: ImportRun) -> Importer:
    """The importer that the run's register declares."""
    declared = REGISTERS[run.register].importer
    if declared is None:
        raise LookupError(run.register)
    return declared()


def table_of(importer: Importer, content: bytes, sheet: str = "") -> Table:
    """Find the sheet, of that name or any, and the row with the headings; ``ValueError`` in words where there is none."""
    problem: Exception = sheets.Unreadable(_("文件里没有内容"))
    for rows in sheets.read(content, sheet):
        for place, heading in enumerate(rows[:HEADING_WITHIN]):
            try:
                layout = importer.layout(heading)
            except UnknownHeadings as error:
                problem = problem if place else error
                continue
            numbered = [(number, row) for number, row in enumerate(rows[place + 1 :], start=place + 2)]
            filled = [(number, row) for number, row in numbered if any(str(cell).strip() for cell in row)]
            if not filled:
                raise sheets.Unreadable(_("文件里只有表头，没有数据"))
            return Table([str(cell) for cell in heading], layout, filled)
    raise problem


def opened(run: ImportRun) -> Table:
    """The table of a run's file."""
    key = open_key(run.key_id)
    return table_of(importer_of(run), base64.b64decode(key.unseal(bytes(run.file.content), "import file")))


def account_of(by: Actor) -> int:
    """The account of the one who imports: a file always has a person who answers for it."""
    if by.user_id is None:
        raise NotAllowed(_("导入须由有账号的人员进行"))
    return by.user_id


@transaction.atomic
def upload(*, register: Register, file_name: str, content: bytes, by: Actor, at: datetime) -> ImportRun:
    """Keep a file, sealed, for examination."""
    if register.importer is None or not by.may(register.importer.verb):
        raise NotAllowed(_("您的岗位不能向“%(title)s”导入") % {"title": register.title})
    if len(content) > MAX_BYTES:
        raise sheets.Unreadable(_("文件超过 50 MB，请拆分后再导入"))
    key = make_key(subject="import")
    run = ImportRun.objects.create(
        register=register.name,
        file_name=file_name[-200:],
        digest=hashlib.sha256(content).hexdigest(),
        key_id=key.id,
        by_user_id=account_of(by),
        by_post=by.post_id,
        created_at=at,
        expires_at=at + KEEP,
    )
    ImportFile.objects.create(run=run, content=key.seal(base64.b64encode(content).decode(), "import file"))
    _record(run, "register.file_uploaded", by, at)
    return run


@transaction.atomic
def examine(*, run_id: UUID, by: Actor, at: datetime) -> ImportRun:
    """Judge every row against what is there, without writing any."""
    run = _locked(run_id, ImportRun.State.UPLOADED)
    try:
        table = opened(run)
    except ValueError as error:
        return _failed(run, str(error), by, at)
    key, importer, seen = open_key(run.key_id), importer_of(run), set[Key]()
    counts = dict.fromkeys((NEW, CHANGED, SAME, REJECTED), 0)
    shown: list[dict[str, Any]] = []
    rejected: list[list[Any]] = []
    for start in range(0, len(table.rows), importer.batch):
        for judged in importer.judge(table.rows[start : start + importer.batch], table.layout, by, seen):
            counts[judged.verdict] += 1
            if judged.verdict == REJECTED:
                rejected.append(_rejected(judged))
            elif judged.verdict != SAME and len(shown) < PREVIEW_ROWS:
                shown.append(_shown(judged, importer))
    run.total, run.state = len(table.rows), ImportRun.State.EXAMINED
    run.new, run.changed, run.same, run.rejected = (counts[name] for name in (NEW, CHANGED, SAME, REJECTED))
    run.preview = _sealed(key, "preview", shown)
    run.rejects = _sealed(key, "rejects", {"heading": table.heading, "rows": rejected})
    run.save()
    _record(run, "register.file_examined", by, at)
    return run


@transaction.atomic
def confirm(*, run_id: UUID, by: Actor, at: datetime) -> ImportRun:
    """Let an examined file in; a failed one goes on where it stopped. The counts are then those of the rows written."""
    run = _locked(run_id, ImportRun.State.EXAMINED, ImportRun.State.FAILED)
    _own(run, by)
    if run.state == ImportRun.State.EXAMINED:
        run.new = run.changed = run.same = run.rejected = run.position = 0
    run.state, run.problem, run.finished_at = ImportRun.State.APPLYING, "", None
    run.save()
    _record(run, "register.import_confirmed", by, at)
    return run


@transaction.atomic
def cancel(*, run_id: UUID, by: Actor, at: datetime) -> ImportRun:
    """Give an import up before any of its rows is written, and forget the file at once."""
    run = _locked(run_id, ImportRun.State.UPLOADED, ImportRun.State.EXAMINED)
    _own(run, by)
    run.state, run.finished_at = ImportRun.State.CANCELLED, at
    run.save()
    _record(run, "register.import_cancelled", by, at)
    _forget(run, by, at)
    return run


@transaction.atomic
def write_batch(*, run_id: UUID, table: Table, start: int, seen: set[Key], by: Actor, at: datetime) -> int:
    """Write the next rows in one transaction and return where to go on; the last batch ends the run.

    Rows are judged again: what has become the same meanwhile is passed over, so a batch can be tried twice.
    """
    run = _locked(run_id, ImportRun.State.APPLYING)
    if run.position != start:
        return run.position
    importer = importer_of(run)
    rows = table.rows[start : start + importer.batch]
    judged = list(importer.judge(rows, table.layout, by, seen))
    accepted = [row.incoming for row in judged if row.verdict in (NEW, CHANGED) and row.incoming is not None]
    if accepted:
        importer.apply(accepted, by=by, at=at)
    for name in (NEW, CHANGED, SAME, REJECTED):
        setattr(run, name, getattr(run, name) + sum(row.verdict == name for row in judged))
    _add_rejects(run, table, [row for row in judged if row.verdict == REJECTED])
    run.position = start + len(rows)
    if run.position >= len(table.rows):
        run.state, run.finished_at = ImportRun.State.DONE, at
        counts = {name: getattr(run, name) for name in (NEW, CHANGED, SAME, REJECTED)}
        importer.finish(counts, file_name=run.file_name, by=by, at=at)
        _record(run, "register.imported", by, at)
    run.save()
    return run.position


@transaction.atomic
def fail(*, run_id: UUID, problem: str, by: Actor, at: datetime) -> ImportRun:
    """Stop a run that cannot go on, with the reason; the rows written so far stay."""
    return _failed(ImportRun.objects.select_for_update().get(pk=run_id), problem, by, at)


def expired(at: datetime, keep: timedelta) -> QuerySet[ImportRun]:
    """The imports whose file was kept long enough and that are not being written just now."""
    rows = ImportRun.objects.filter(expires_at__lte=at - keep, file__isnull=False)
    return rows.exclude(state=ImportRun.State.APPLYING)


def forget_files(ids: Sequence[Any], by: Actor, at: datetime) -> int:
    """Destroy the keys and contents of files that were kept long enough; that they came in stays on record."""
    runs = list(ImportRun.objects.select_for_update(of=("self",)).filter(pk__in=ids))
    for run in runs:
        _forget(run, by, at)
    return len(runs)


def preview_of(run: ImportRun) -> list[dict[str, Any]]:
    """The first rows that would be new or changed, in words; empty when forgotten."""
    return json.loads(open_key(run.key_id).unseal(bytes(run.preview), "preview")) if run.preview else []


def rejects_of(run: ImportRun) -> dict[str, Any]:
    """The rejected rows as they stood in the file, each with its reasons; empty when forgotten."""
    if not run.rejects:
        return {"heading": [], "rows": []}
    found: dict[str, Any] = json.loads(open_key(run.key_id).unseal(bytes(run.rejects), "rejects"))
    return found


def _locked(run_id: UUID, *states: ImportRun.State) -> ImportRun:
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state not in states:
        raise WrongState(_("这次导入现在是“%(state)s”，不能再做这一步") % {"state": run.get_state_display()})
    return run


def _own(run: ImportRun, by: Actor) -> None:
    if run.by_user_id != by.user_id or not by.may(importer_of(run).verb):
        raise NotAllowed(_("只有上传这个文件的人可以确认或放弃导入"))


def _failed(run: ImportRun, problem: str, by: Actor, at: datetime) -> ImportRun:
    run.state, run.problem, run.finished_at = ImportRun.State.FAILED, problem, at
    run.save()
    _record(run, "register.import_failed", by, at)
    return run


def _forget(run: ImportRun, by: Actor, at: datetime) -> None:
    ImportFile.objects.filter(run=run).delete()
    run.preview = run.rejects = None
    run.save(update_fields=["preview", "rejects"])
    forget(key_id=run.key_id, by=by, at=at)


def _record(run: ImportRun, name: str, by: Actor, at: datetime) -> None:
    title = str(REGISTERS[run.register].title)
    after = {key: getattr(run, key) for key in ("new", "changed", "same", "rejected", "problem")}
    subject = Subject("import_run", None, f"{title}：{run.file_name}", by.scope)
    record(
        name,
        subject=subject,
        by=by,
        at=at,
        after={**after, "file": run.file_name, "register": title, "run": str(run.pk)},
    )


def _rejected(judged: Judged) -> list[Any]:
    return [judged.number, list(judged.cells), ";".join(judged.reasons)]


def _shown(judged: Judged, importer: Importer) -> dict[str, Any]:
    incoming = judged.incoming
    assert incoming is not None
    labels: Mapping[str, str] = {cell.name: str(cell.label) for cell in importer.fields}
    before = incoming.before or {}
    changes = [
        [labels[name], _words(before.get(name)), _words(value)] for name, value in incoming.differs.items()
    ]
    return {
        "number": judged.number,
        "verdict": judged.verdict,
        "key": [words for part in importer.known_by(incoming.row) if (words := _words(part))],
        "changes": changes,
    }


def _words(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(getattr(value, "name", value))


def _sealed(key: OpenKey, about: str, value: Any) -> bytes:
    return key.seal(json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder), about)


def _add_rejects(run: ImportRun, table: Table, judged: Sequence[Judged]) -> None:
    """Rows that were fine when examined and are not any more join the rejected ones."""
    kept = rejects_of(run) if judged else {"rows": []}
    known = {row[0] for row in kept["rows"]}
    added = [_rejected(row) for row in judged if row.number not in known]
    if added:
        run.rejects = _sealed(
            open_key(run.key_id), "rejects", {"heading": table.heading, "rows": kept["rows"] + added}
        )
