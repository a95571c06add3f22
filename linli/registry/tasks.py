"""Work on departments' files that takes longer than a page: examined whole, written batch by batch."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.kernel.accounts.models import Post
from linli.kernel.accounts.queries import actor_for
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.jobs.job import job, job_transaction, leave_off_if_asked
from linli.kernel.privacy import context
from linli.registry.commands import intakes, reviews
from linli.registry.commands.intakes.reading import EXAMINE, WRITE, examine_file
from linli.registry.models import Intake


@job(EXAMINE, title="比对部门数据")
def examine_intake(intake_id: str) -> None:
    """Clean, link and compare every row of a file whose columns were confirmed."""
    intake = Intake.objects.get(pk=intake_id)
    if intake.state == Intake.State.EXAMINING:
        by = _who(intake)
        context.set_viewer(by)
        examine_file(intake, by=by, at=timezone.now())


@job(WRITE, title="写入部门数据", atomic=False)
def write_intake(intake_id: str) -> None:
    """Write a confirmed file, a transaction for each batch; started again, it goes on where it stopped."""
    with job_transaction("写入部门数据"):
        intake = Intake.objects.get(pk=intake_id)
        if intake.state != Intake.State.APPLYING:
            return
        by = _who(intake)
    try:
        position: int | None = 0
        while position is not None:
            leave_off_if_asked()
            position = _batch(intake.pk, by)
    except (NotAllowed, ValueError) as error:
        with job_transaction("写入部门数据"):
            intakes.fail(intake_id=intake.pk, problem=str(error), by=by, at=timezone.now())


def _batch(intake_id: UUID, by: Actor) -> int | None:
    with transaction.atomic():
        context.set_viewer(by)
        return intakes.apply_batch(intake_id=intake_id, by=by, at=timezone.now())


def _who(intake: Intake) -> Actor:
    """The person who uploaded the file, in the post held then: rows are written with that person's rights."""
    post = Post.objects.select_related("user").filter(pk=intake.by_post or 0).first()
    if post is None:
        raise NotAllowed("上传人当时的岗位已不存在，请由在岗人员重新上传")
    return actor_for(post)


@job("registry.find_duplicates", title="查找重复的人员", every="40 2 * * 6")
def find_duplicates(timestamp: int) -> None:
    """Look once a week for persons who stand twice in the register."""
    reviews.find_duplicates(by=Actor.system("查找重复的人员"), at=timezone.now())
