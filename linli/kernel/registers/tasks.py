"""Imports that take longer than a page: examined, written batch by batch, forgotten on time."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.accounts.models import Post
from linli.kernel.accounts.queries import actor_for
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.queries import event_rows
from linli.kernel.audit.subscriptions import subscribe
from linli.kernel.jobs.job import job, job_transaction, leave_off_if_asked
from linli.kernel.privacy import context
from linli.kernel.registers.exporting import runs as exports
from linli.kernel.registers.importing import runs
from linli.kernel.registers.importing.importer import Key
from linli.kernel.registers.models import Export, ImportRun


def _who(run: ImportRun) -> Actor:
    """The person who uploaded the file, in the post held then: rows are written with that person's rights."""
    post = Post.objects.select_related("user").filter(pk=run.by_post or 0).first()
    if post is None:
        raise NotAllowed(_("上传人当时的岗位已不存在"))
    return actor_for(post)


@job("registers.examine_file", title="检查导入文件")
def examine_file(run_id: str) -> None:
    """Judge the rows of a big file."""
    run = ImportRun.objects.get(pk=run_id)
    actor = _who(run)
    context.set_viewer(actor)
    if run.state == ImportRun.State.UPLOADED:
        runs.examine(run_id=run.pk, by=actor, at=timezone.now())


@job("registers.write_rows", title="写入导入的数据", atomic=False)
def write_rows(run_id: str) -> None:
    """Write a confirmed file, a transaction for each batch; started again, it goes on where it stopped."""
    with job_transaction("写入导入的数据"):
        run = ImportRun.objects.select_related("file").get(pk=run_id)
        if run.state != ImportRun.State.APPLYING:
            return
        actor, importer, table, position = _who(run), runs.importer_of(run), runs.opened(run), run.position
    seen: set[Key] = importer.keys_of(table.rows[:position], table.layout)
    try:
        while position < len(table.rows):
            leave_off_if_asked()
            position = _batch(run.pk, table, position, seen, actor)
    except (NotAllowed, ValueError) as error:
        with job_transaction("写入导入的数据"):
            runs.fail(run_id=run.pk, problem=str(error), by=actor, at=timezone.now())


def _batch(run_id: UUID, table: runs.Table, position: int, seen: set[Key], actor: Actor) -> int:
    with transaction.atomic():
        context.set_viewer(actor)
        return runs.write_batch(
            run_id=run_id, table=table, start=position, seen=seen, by=actor, at=timezone.now()
        )


@job(exports.MAKE, title="生成导出的文件", atomic=False)
def make_export(export_id: str) -> None:
    """Make a big file with the rights of who asked; what cannot be made says why."""
    with job_transaction("生成导出的文件"):
        row = Export.objects.get(pk=export_id)
    _make(row)


def _make(row: Export) -> None:
    try:
        with transaction.atomic():
            context.set_viewer(Actor.system("生成导出的文件"))
            actor = exports.who(row)
            context.set_viewer(actor)
            exports.make(export_id=row.pk, by=actor, at=timezone.now())
    except (NotAllowed, ValueError) as error:
        with job_transaction("生成导出的文件") as by:
            exports.fail(export_id=row.pk, problem=str(error), refused=False, by=by, at=timezone.now())


subscribe(
    "privacy.request_approved", "privacy.request_refused", "privacy.request_ended", task="registers.decided"
)


@job("registers.decided", title="处理已审批的导出", atomic=False)
def decided(event_ids: list[int]) -> None:
    """Make the files that were agreed to, and put those aside that were not."""
    for event_id in event_ids:
        with job_transaction("处理已审批的导出") as by:
            event = event_rows([event_id]).get()
            row = Export.objects.filter(request_id=event.subject_id, state=Export.State.ASKED).first()
            if row is not None and event.name != "privacy.request_approved":
                exports.fail(export_id=row.pk, problem=event.note, refused=True, by=by, at=timezone.now())
        if row is not None and event.name == "privacy.request_approved":
            _make(row)
