"""Telling, delivering, trying again, and the county's own words and channels."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import apprise
from django.db import transaction

from linli.algorithms.text.mask import mask_phone
from linli.algorithms.text.sentences import Refusal
from linli.kernel.accounts.models import User
from linli.kernel.accounts.policy import require
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.jobs.job import enqueue
from linli.kernel.notices.models import Channel, Delivery, Notice, Wording
from linli.kernel.notices.wording import shipped, template
from linli.kernel.privacy.commands import make_key, open_key
from linli.kernel.standing import Standing, put

log = logging.getLogger("linli.notices")
KINDS = {
    "sms": "短信",
    "wecom": "企业微信",
    "dingtalk": "钉钉",
    "feishu": "飞书",
    "email": "电子邮件",
    "other": "其他",
}
MOST_TRIES = 5
DELIVER = "notices.deliver"
"""The job that sends one delivery; see ``tasks.py``."""


class NotSent(RuntimeError):
    """The channel refused or did not answer; the job is tried again."""


class BadChannel(Refusal, ValueError):
    """The address is not one that can be sent to."""


@transaction.atomic(savepoint=False)
def tell(
    *,
    users: Iterable[User],
    name: str,
    values: dict[str, Any],
    event_id: int,
    at: datetime,
    url: str = "",
    unit_code: str = "",
) -> list[int]:
    """Write a notice to each person and queue the deliveries by the channels of the unit; telling twice does nothing."""
    title, body = template(name).fill(values)
    told = list(users)
    rows = [
        Notice(user=user, event_id=event_id, template=name, title=title[:120], body=body, url=url, at=at)
        for user in told
    ]
    put(rows, unless_there=True)
    log.info("通知 %s → %s 人:%s", name, len(told), title)
    channels = _CHANNELS.ask(unit_code) if unit_code else []
    if not channels:
        return []
    first = Notice.objects.filter(event_id=event_id, template=name, user__in=told).order_by("pk").first()
    if first is None:
        return []
    waiting = [
        Delivery(notice=first, channel=channel, at=at)
        for channel in channels
        if not Delivery.objects.filter(notice=first, channel=channel).exists()
    ]
    ids = [row.pk for row in Delivery.objects.bulk_create(waiting)]
    for delivery_id in ids:
        enqueue(DELIVER, delivery_id=delivery_id)
    return ids


_CHANNELS = Standing(lambda unit_code: Channel.objects.filter(unit_code=unit_code, active=True), "?")


def deliver(*, delivery_id: int, at: datetime) -> Delivery:
    """Send one notice through its channel. Raises ``NotSent`` after writing the failure down, so that it is tried again."""
    with transaction.atomic():
        row = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("notice", "channel")
            .get(pk=delivery_id)
        )
        if row.state == Delivery.State.SENT or row.channel is None:
            return row
        problem = _send(row)
        row.tries += 1
        row.at = at
        row.state, row.error = (
            (Delivery.State.FAILED, problem[:200]) if problem else (Delivery.State.SENT, "")
        )
        row.save(update_fields=["tries", "at", "state", "error"])
    return row


def _send(row: Delivery) -> str:
    assert row.channel is not None
    address = open_key(row.channel.key_id).unseal(bytes(row.channel.address), "address")
    sender = apprise.Apprise()
    if not sender.add(address):
        return "渠道地址无效"
    return "" if sender.notify(title=row.notice.title, body=row.notice.body) else "对方未接受"


def send_text(*, phone: str, words: str, unit_code: str) -> None:
    """Send a short message to one phone by the unit's SMS channel, whose address holds ``{phone}``; raises ``NotSent``.

    Without such a channel the words go to the console, which is the default of a fresh installation.
    """
    channel = Channel.objects.filter(unit_code=unit_code, kind="sms", active=True).first()
    if channel is None:
        log.warning("没有短信渠道，短信写在这里 → %s：%s", mask_phone(phone), words)
        return
    address = open_key(channel.key_id).unseal(bytes(channel.address), "address").replace("{phone}", phone)
    sender = apprise.Apprise()
    if not sender.add(address) or not sender.notify(body=words):
        raise NotSent("短信渠道未接受")


@transaction.atomic
def resend(*, delivery_id: int, by: Actor, at: datetime) -> Delivery:
    """Put a failed delivery back into the queue."""
    require(by, "notice.manage")
    row = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery_id)
    row.state, row.error, row.at = Delivery.State.WAITING, "", at
    row.save(update_fields=["state", "error", "at"])
    record("notice.resent", subject=Subject("delivery", row.pk, f"通知 {row.notice_id}"), by=by, at=at)
    enqueue(DELIVER, delivery_id=row.pk)
    return row


@transaction.atomic
def mark_read(*, user: User, at: datetime, notice_id: int | None = None) -> int:
    """Mark one or all of a person's notices as read."""
    unread = Notice.objects.filter(user=user, read_at=None)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=at)


@transaction.atomic
def change_wording(*, name: str, title: str, body: str, by: Actor, at: datetime) -> Wording:
    """Give a template the county's own words; the names it may use are those of the shipped one."""
    require(by, "notice.manage")
    if name not in shipped():
        raise KeyError(name)
    row, _ = Wording.objects.update_or_create(template=name, defaults={"title": title, "body": body})
    record(
        "notice.wording_changed",
        subject=Subject("wording", row.pk, title),
        by=by,
        at=at,
        after={"template": name, "title": title},
    )
    return row


@transaction.atomic
def add_channel(*, unit_code: str, title: str, kind: str, address: str, by: Actor, at: datetime) -> Channel:
    """A new way to tell the people of a unit; the address is an Apprise one and is kept sealed."""
    require(by, "notice.manage")
    if not apprise.Apprise().add(address):
        raise BadChannel("地址无法识别，请按“渠道://参数”填写，例如 dingtalk://令牌")
    key = make_key(subject="channel")
    row = Channel.objects.create(
        unit_code=unit_code, title=title, kind=kind, key_id=key.id, address=key.seal(address, "address")
    )
    record(
        "notice.channel_added",
        subject=Subject("channel", row.pk, title),
        by=by,
        at=at,
        after={"title": title},
    )
    return row


@transaction.atomic
def end_channel(*, channel: Channel, by: Actor, at: datetime) -> Channel:
    """Stop using a channel."""
    require(by, "notice.manage")
    channel.active = False
    channel.save(update_fields=["active"])
    record(
        "notice.channel_ended",
        subject=Subject("channel", channel.pk, channel.title),
        by=by,
        at=at,
        after={"title": channel.title},
    )
    return channel
