"""Rows for the shared test of registers."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle

from django.db import connection
from django.utils import timezone

from linli.kernel.accounts.models import ApiToken, Post, User
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.jobs.job import enqueue
from linli.kernel.registers.tests.protocol import Sample, sample_for

STRANGER = Actor("办事员", scope="520103/", verbs=frozenset({"case.view"}))
CLERK = Actor("高原（区住建局 部门经办人）", scope="520103/")
FAILED = ("failed", "todo", "succeeded", "failed")


def keeper(*verbs: str) -> Actor:
    """Somebody who keeps the system."""
    return Actor("管理员", verbs=frozenset(verbs))


@sample_for("audit")
def audit() -> Sample:
    """Changes and looks of this week, and one of last year."""
    now = timezone.now()
    for days, (name, kind) in zip(
        (*range(24), 400),
        cycle([("audit.verified", "audit"), ("case.signed", "case"), ("register.exported", "register")]),
        strict=False,
    ):
        subject = Subject(kind, days, f"对象{days}")
        record(name, subject=subject, by=CLERK, at=now - timedelta(days=days / 8 if days < 99 else days))
    return Sample(sees=keeper("audit.view"), stranger=STRANGER, words="高原")


@sample_for("accounts")
def accounts() -> Sample:
    """Accounts in every state, with posts, with a former one, and without."""
    now = timezone.now()
    today = timezone.localdate(now)
    for number in range(24):
        user = User.objects.create(
            username=f"yuan{number}", display_name=f"王{number}", is_active=number % 5 != 0,
            locked_until=now + timedelta(hours=1) if number % 7 == 1 else None,
        )  # fmt: skip
        for role in ("department_clerk", "department_head")[: number % 3]:
            Post.objects.create(
                user=user, role=role, unit_code=f"D0{number % 2}", unit_name="住建局", scope="520103/",
                starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1) if number % 4 == 3 else None,
            )  # fmt: skip
    return Sample(sees=keeper("security.manage"), stranger=STRANGER, words="an", surname="王")


@sample_for("tokens")
def tokens() -> Sample:
    """Tokens in force, to come, ended and revoked."""
    now = timezone.now()
    today = timezone.localdate(now)
    for number, (first, last, revoked) in enumerate(((-9, 9, 0), (1, 9, 0), (-9, -1, 0), (-9, 9, 1))):
        ApiToken.objects.create(
            name=f"平台{number}", digest=bytes([number]), unit_code="520103", scope="520103/",
            verbs=["case.view", "case.take"][: 1 + number % 2], starts_on=today + timedelta(days=first),
            ends_on=today + timedelta(days=last), revoked_at=now if revoked else None,
        )  # fmt: skip
    return Sample(sees=keeper("security.manage"), stranger=STRANGER, words="平台")


def queued(*states: str) -> list[int]:
    """Jobs that have come to these states."""
    for number in range(len(states)):
        enqueue("notices.deliver", delivery_id=number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_jobs ORDER BY id DESC LIMIT %s", [len(states)])
        ids = sorted(row[0] for row in cursor.fetchall())
        for pk, state in zip(ids, states, strict=True):
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status, attempts = 6 WHERE id = %s",
                [state, pk],
            )
    return ids


@sample_for("jobs")
def jobs() -> Sample:
    """Jobs that failed, wait and are done."""
    queued(*FAILED * 6)
    return Sample(sees=keeper("job.view"), stranger=STRANGER)
