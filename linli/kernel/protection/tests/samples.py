"""Rows for the shared test of registers."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from linli.kernel.accounts.models import User
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.privacy.commands import make_key
from linli.kernel.privacy.models import Sign
from linli.kernel.registers.models import Export
from linli.kernel.registers.tests.protocol import Sample, sample_for

STRANGER = Actor("办事员", user_id=5, scope="520103/", verbs=frozenset({"case.view"}))
OFFICER = Actor("安全管理员", user_id=6, verbs=frozenset({"privacy.oversee", "privacy.watch"}))
CLERK = Actor("高原（区住建局 部门经办人）", user_id=7, scope="520103/")


@sample_for("looks")
def looks() -> Sample:
    """Looks in clear, pages of an emergency access, and files, of this week."""
    now = timezone.now()
    names = ("privacy.revealed", "privacy.access_read", "register.exported")
    for number in range(24):
        subject = Subject("case", number, f"对象{number}")
        record(names[number % 3], subject=subject, by=CLERK, at=now - timedelta(hours=number * 3))
    return Sample(sees=OFFICER, stranger=STRANGER, words="高原")


@sample_for("signs")
def signs() -> Sample:
    """Signs of every kind, looked into and not."""
    now = timezone.now()
    for number in range(24):
        at, done = now - timedelta(days=number), number % 3 == 0
        Sign.objects.create(
            kind=list(Sign.Kind)[number % 4], day=timezone.localdate(at), actor_id=number, actor_label="秦川", count=9,
            first_at=at, last_at=at, state="done" if done else "open", note="核实过" if done else "", looked_at=at if done else None,
        )  # fmt: skip
    return Sample(sees=OFFICER, stranger=STRANGER)


@sample_for("exports")
def exports() -> Sample:
    """Files in every state."""
    now, user = timezone.now(), User.objects.create(username="taker", display_name="秦川")
    key = make_key(subject="export")
    for number in range(24):
        at = now - timedelta(days=number)
        Export.objects.create(
            register="cases", title=f"名册{number % 3}", conditions="全部", rows=number, purpose="visit",
            state=list(Export.State)[number % 6], key_id=key.id, by_user=user, by_label="秦川", asked_at=at, expires_at=at,
        )  # fmt: skip
    return Sample(sees=OFFICER, stranger=STRANGER)
