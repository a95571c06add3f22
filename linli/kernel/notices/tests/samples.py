"""Rows for the shared test of registers."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

from django.utils import timezone

from linli.kernel.accounts.models import User
from linli.kernel.audit.actor import Actor
from linli.kernel.notices.models import Channel, Delivery, Notice
from linli.kernel.registers.tests.protocol import Sample, sample_for

STRANGER = Actor("别人", user_id=-1)


def told(user: User, number: int) -> Notice:
    """One notice to a person."""
    at = timezone.now() - timedelta(hours=number)
    return Notice.objects.create(
        user=user, event_id=number, template=("case.dispatched", "case.signed")[number % 2], title=f"新派案件 {number}",
        body="请按时签收。查看：/cases/1/", url="/cases/1/", at=at, read_at=at if number % 3 else None,
    )  # fmt: skip


@sample_for("notices")
def notices() -> Sample:
    """Two dozen notices to one person, some read, and one to another."""
    mine, other = (User.objects.create(username=name, display_name=name) for name in ("mine", "other"))
    for number in range(24):
        told(mine, number)
    told(other, 1)
    return Sample(sees=Actor("我", user_id=mine.pk), stranger=STRANGER, words="案件")


def failed_delivery(user: User) -> int:
    """A notice that did not go through the channel of a department."""
    channel = Channel.objects.create(
        unit_code="D01",
        title="执法局群",
        kind="wecom",
        key_id="00000000-0000-0000-0000-000000000001",
        address=b"-",
    )
    notice = told(user, 99)
    row = Delivery.objects.create(
        notice=notice,
        channel=channel,
        state=Delivery.State.FAILED,
        tries=5,
        at=notice.at,
        error="对方没有应答",
    )
    return row.pk


@sample_for("deliveries")
def deliveries() -> Sample:
    """Deliveries in every state by two channels."""
    user = User.objects.create(username="told", display_name="收件人")
    made = [
        Channel.objects.create(
            unit_code=code,
            title=f"{kind}群",
            kind=kind,
            key_id="00000000-0000-0000-0000-000000000001",
            address=b"-",
        )
        for code, kind in (("D01", "wecom"), ("D02", "sms"))
    ]
    for number, (channel, state) in enumerate(list(product(made, Delivery.State.values)) * 4):
        Delivery.objects.create(
            notice=told(user, number), channel=channel, state=state, tries=number % 6, at=timezone.now(),
            error="对方没有应答" if state == Delivery.State.FAILED else "",
        )  # fmt: skip
    return Sample(sees=Actor("管理员", verbs=frozenset({"notice.manage"})), stranger=STRANGER, words="应答")
