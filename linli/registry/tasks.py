"""Work on departments' files that takes longer than a page: examined whole, written batch by batch."""

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
from linli.kernel.notices import commands as notices
from linli.kernel.privacy import context
from linli.registry.commands import intakes, invitations, reviews, visits
from linli.registry.commands.intakes.applying import Ahead
from linli.registry.commands.intakes.reading import EXAMINE, WRITE, examine_file
from linli.registry.models import Intake
from linli.registry.queries.own import own_code_to_send
from linli.territory.queries.units import root_node, tree
from linli.territory.rules.kinds import COMMUNITY_KINDS


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
        with Ahead() as ahead:
            while position is not None:
                leave_off_if_asked()
                position = _batch(intake.pk, by, ahead)
    except (NotAllowed, ValueError) as error:
        with job_transaction("写入部门数据"):
            intakes.fail(intake_id=intake.pk, problem=str(error), by=by, at=timezone.now())


def _batch(intake_id: UUID, by: Actor, ahead: Ahead) -> int | None:
    with transaction.atomic():
        context.set_viewer(by)
        return intakes.apply_batch(intake_id=intake_id, by=by, at=timezone.now(), ahead=ahead)


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


@job("registry.measure_freshness", title="统计人口信息的有效率", every="20 3 * * *")
def measure_freshness(timestamp: int) -> None:
    """Count every night, community by community, how much of what is asked is known and fresh."""
    by, at = Actor.system("统计人口信息的有效率"), timezone.now()
    for node in tree().nodes:
        if node.kind in COMMUNITY_KINDS:
            visits.measure_freshness(path=node.path, by=by, at=at)


subscribe("registry.own_code_sent", task="registry.send_own_code")


@job("registry.send_own_code", title="发送自助登记验证码", atomic=False)
def send_own_code(event_ids: list[int]) -> None:
    """Send each one-time code to the telephone that was chosen; once sent it is not sent again."""
    for event_id in event_ids:
        with job_transaction("发送自助登记验证码"):
            send_one_code(event_rows([event_id]).get().after["invitation"])


def send_one_code(invitation_id: int) -> None:
    """Send one code, unless it was sent or is gone."""
    found = own_code_to_send(invitation_id)
    if found is None:
        return
    phone, secret = found
    root = root_node()
    words = _(
        "【邻里】您的验证码是 %(code)s，用来查看和更正您家的登记信息。不是您本人操作，请不要告诉任何人。"
    ) % {"code": secret}
    notices.send_text(phone=phone, words=words, unit_code=root.code if root else "")
    invitations.mark_sent(invitation_id=invitation_id, at=timezone.now())
