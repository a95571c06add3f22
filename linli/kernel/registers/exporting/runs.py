"""The life of a file with personal data: asked for, made and sealed, taken by who asked, destroyed on time.

Personal data leaves as a workbook alone: a cover says what it is and what for, and every sheet names the person and the
time. A CSV can carry neither without becoming unreadable for whatever reads it next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.accounts.models import Post
from linli.kernel.accounts.queries import actor_for
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.jobs.job import enqueue
from linli.kernel.privacy import commands as privacy
from linli.kernel.privacy.limits import limits
from linli.kernel.privacy.models import Request
from linli.kernel.privacy.purposes import purposes
from linli.kernel.registers import queries
from linli.kernel.registers.exporting import sheet
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.models import Export, ExportDownload, ExportFile
from linli.kernel.registers.register import REGISTERS, Register
from linli.kernel.registers.selection import Selection

AT_ONCE = 2_000
"""Rows up to which a file is made while the person waits."""

MAKE = "registers.make_export"
"""The job that makes a bigger one; see ``tasks.py``."""

ABOUT = b"export"


class NotAnswered(ValueError):
    """A combination that is not answered, or more rows than a sheet holds; the text says what to do."""


@dataclass(frozen=True)
class Wanted:
    """What a person wants to take: a selection of a list, in words and as the address has it, and how many rows."""

    register: Register
    selection: Selection
    conditions: str
    rows: int

    @property
    def query(self) -> str:
        """The selection as the list's address has it."""
        return self.selection.query()

    @property
    def fingerprint(self) -> str:
        """What binds an approval to exactly this selection."""
        return hashlib.sha256(f"{self.register.name}?{self.query}".encode()).hexdigest()


def wanted(register: Register, selection: Selection, ask: Ask) -> Wanted:
    """What the selection comes to for this person now."""
    refusal = register.refusal(selection)
    if refusal:
        raise NotAnswered(refusal)
    total = queries.engine_of(register, selection).total(register, selection, ask)
    if total > sheet.MAX_ROWS - sheet.MARKS:
        raise NotAnswered(
            _("共 %(total)s 条，超过一张工作表的上限。请缩小范围后再导出。") % {"total": f"{total:,}"}
        )
    return Wanted(register, selection, register.sentence(selection, ask.actor), total)


def needs_approval(what: Wanted, by: Actor, at: datetime) -> bool:
    """Whether a second person has to agree."""
    return what.rows > limits(timezone.localdate(at), by.role).export_rows


@transaction.atomic
def take(*, what: Wanted, purpose: str, reason: str, by: Actor, at: datetime) -> Export:
    """Take a list with personal data away for a purpose: made now, by a job, or after a second person has agreed."""
    if by.user_id is None or not what.register.may_export(by):
        raise NotAllowed(_("您的岗位不能导出“%(title)s”") % {"title": what.register.title})
    if purpose not in purposes():
        raise privacy.PurposeRequired("请选择用途")
    row = Export(
        register=what.register.name, title=str(what.register.title), query=what.query, conditions=what.conditions,
        rows=what.rows, purpose=purpose, state=Export.State.MAKING, by_user_id=by.user_id, by_post=by.post_id,
        by_label=by.label[:120], asked_at=at,
    )  # fmt: skip
    if needs_approval(what, by, at):
        row.request_id = privacy.ask(
            kind=Request.Kind.EXPORT, selection=f"{what.register.title}：{what.conditions}", count=what.rows, purpose=purpose,
            reason=reason, fingerprint=what.fingerprint, payload={"export": str(row.pk)}, by=by, at=at,
        ).pk  # fmt: skip
        row.state = Export.State.ASKED
    row.save(force_insert=True)
    _record(row, "register.export_asked", by, at)
    if row.state == Export.State.MAKING and row.rows <= AT_ONCE:
        return make(export_id=row.pk, by=by, at=at)
    if row.state == Export.State.MAKING:
        enqueue(MAKE, export_id=str(row.pk))
    return row


def who(row: Export) -> Actor:
    """Who asked, in the post held then: rows are read with that person's rights, and only as long as they last."""
    post = Post.objects.select_related("user").filter(pk=row.by_post or 0).first()
    if post is None:
        raise NotAllowed(_("申请人当时的岗位已不存在"))
    return actor_for(post)


@transaction.atomic
def make(*, export_id: UUID, by: Actor, at: datetime) -> Export:
    """Write the workbook, seal it and keep it for the days of the norm; ``by`` is who asked, and the viewer is set so."""
    row = Export.objects.select_for_update(of=("self",)).get(pk=export_id)
    if row.state not in (Export.State.MAKING, Export.State.ASKED):
        return row
    register = REGISTERS[row.register]
    if not register.may_export(by):
        raise NotAllowed(_("您的岗位不能导出“%(title)s”") % {"title": register.title})
    selection = register.open_to(Selection.parse(register, QueryDict(row.query)), by)
    what = wanted(register, selection, Ask(by, at, selection.as_of))
    if row.request_id is not None and (
        privacy.use(
            kind=Request.Kind.EXPORT,
            fingerprint=what.fingerprint,
            count=min(what.rows, row.rows),
            by=by,
            at=at,
        )
        is None
    ):
        raise NotAllowed(_("导出的申请没有获得同意，或同意已过期"))
    content = _workbook(row, what, by, at)
    key = privacy.make_key(subject="export")
    row.key_id, row.rows, row.size = (
        key.id,
        min(what.rows, row.rows) if row.request_id else what.rows,
        len(content),
    )
    row.file_name = f"{register.title}-{timezone.localtime(at):%Y%m%d-%H%M}.xlsx"
    row.state, row.made_at = Export.State.READY, at
    row.expires_at = at + timedelta(days=limits(timezone.localdate(at)).export_keep_days)
    row.save()
    ExportFile.objects.create(export=row, content=key.seal_bytes(content, ABOUT))
    _record(row, "register.personal_exported", by, at)
    return row


def _workbook(row: Export, what: Wanted, by: Actor, at: datetime) -> bytes:
    """The workbook; of more rows than were agreed to, only so many."""
    engine = queries.engine_of(what.register, what.selection)
    most = row.rows if row.request_id is not None else what.rows
    rows = engine.rows(what.register, what.selection, Ask(by, at, what.selection.as_of), most)
    local = timezone.localtime(at)
    mark = sheet.Watermark(by.label, local, row.purpose_words)
    cover = sheet.Cover(
        str(what.register.title),
        what.conditions,
        min(most, what.rows),
        by.label,
        local,
        mark,
        what.selection.as_of,
    )
    with sheet.write(cover, what.register.columns_of(what.selection), rows) as file:
        return file.read()


@transaction.atomic
def fail(*, export_id: UUID, problem: str, refused: bool, by: Actor, at: datetime) -> Export:
    """Put an export aside that was refused or cannot be made, with the reason."""
    row = Export.objects.select_for_update(of=("self",)).get(pk=export_id)
    row.state, row.problem = (Export.State.REFUSED if refused else Export.State.FAILED), problem
    row.save(update_fields=["state", "problem"])
    _record(row, "register.export_failed", by, at)
    return row


@transaction.atomic
def download(*, export_id: UUID, by: Actor, at: datetime) -> tuple[Export, bytes]:
    """The file, for who asked for it and nobody else, while it is kept; each time is written down."""
    row = Export.objects.select_for_update(of=("self",)).get(pk=export_id)
    if row.by_user_id != by.user_id:
        raise NotAllowed(_("只有申请人可以下载这个文件"))
    if (
        row.state != Export.State.READY
        or row.key_id is None
        or row.expires_at is None
        or row.expires_at <= at
    ):
        raise privacy.Forgotten(str(export_id))
    content = privacy.open_key(row.key_id).unseal_bytes(bytes(row.file.content), ABOUT)
    ExportDownload.objects.create(export=row, at=at, by_label=by.label[:120])
    _record(row, "register.export_downloaded", by, at)
    return row, content


def expired(at: datetime, keep: timedelta) -> QuerySet[Export]:
    """The exports whose time is over."""
    return Export.objects.filter(state=Export.State.READY, expires_at__lte=at - keep)


def destroy(ids: Sequence[Any], by: Actor, at: datetime) -> int:
    """Destroy the keys and contents of exports whose time is over; that they were made stays on record."""
    rows = list(Export.objects.select_for_update(of=("self",)).filter(pk__in=ids, state=Export.State.READY))
    for row in rows:
        ExportFile.objects.filter(export=row).delete()
        if row.key_id is not None:
            privacy.forget(key_id=row.key_id, by=by, at=at)
        row.state = Export.State.GONE
        row.save(update_fields=["state"])
        _record(row, "register.export_destroyed", by, at)
    return len(rows)


def _record(row: Export, name: str, by: Actor, at: datetime) -> None:
    subject = Subject("export", None, row.title, by.scope)
    after = {
        "register": row.title, "rows": row.rows, "purpose": row.purpose_words, "conditions": row.conditions,
        "problem": row.problem, "export": str(row.pk),
    }  # fmt: skip
    record(name, subject=subject, by=by, at=at, after=after)
