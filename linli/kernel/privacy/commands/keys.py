"""Making, using and destroying data keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.privacy import crypto, keyring
from linli.kernel.privacy.models import DataKey
from linli.kernel.standing import Standing, put

SEALED = {
    "reporter": "诉求人信息",
    "demo reporters": "演示诉求人信息",
    "parked call": "没有登记的来电草稿",
    "one-time code": "查询验证码",
    "import": "导入的文件",
    "channel": "通知渠道的地址",
    "export": "导出的文件",
}
"""What is sealed under a key, by the subject of the key, as the audit says it."""


def declare_sealed(subject: str, words: str) -> str:
    """A room's name for the subject of its keys, and what the audit calls what is sealed under them."""
    SEALED[subject] = words
    return subject


class Forgotten(LookupError):
    """The key was destroyed: the value is gone for good."""


@dataclass(frozen=True)
class OpenKey:
    """A data key in memory, for the length of one command."""

    id: UUID
    secret: bytes

    def seal(self, value: str, about: str) -> bytes:
        """Encrypt one value, bound to the name of its field."""
        return crypto.seal(self.secret, value, about=about.encode())

    def unseal(self, sealed: bytes, about: str) -> str:
        """Decrypt one value that was sealed for the field of that name."""
        return crypto.unseal(self.secret, sealed, about=about.encode())

    def seal_bytes(self, content: bytes, about: bytes) -> bytes:
        """Encrypt a file, bound to what it is."""
        return crypto.seal_bytes(self.secret, content, about)

    def unseal_bytes(self, sealed: bytes, about: bytes) -> bytes:
        """Decrypt a file that was sealed as such."""
        return crypto.unseal_bytes(self.secret, sealed, about)


def make_key(*, subject: str) -> OpenKey:
    """A new key for a subject (``reporter``) or a batch, stored wrapped."""
    return make_keys(subject=subject, count=1)[0]


def make_keys(*, subject: str, count: int) -> list[OpenKey]:
    """So many new keys, stored wrapped with one statement."""
    secrets = [crypto.new_key() for _ in range(count)]
    master = keyring.fingerprint(keyring.current())
    rows = put(DataKey(subject=subject, wrapped=crypto.wrap(secret), master=master) for secret in secrets)
    return [OpenKey(row.id, secret) for row, secret in zip(rows, secrets, strict=True)]


_KEY = Standing(lambda key_id: DataKey.objects.filter(id=key_id), UUID(int=0))


def open_key(key_id: UUID) -> OpenKey:
    """The key of that id, or ``Forgotten``."""
    row = _KEY.first(key_id)
    if row is None or row.wrapped is None:
        raise Forgotten(str(key_id))
    return OpenKey(row.id, crypto.unwrap(bytes(row.wrapped)))


@transaction.atomic
def forget(*, key_id: UUID, by: Actor, at: datetime) -> None:
    """Destroy a key: every value sealed with it, in rows and events, can never be read again."""
    row = DataKey.objects.select_for_update().get(id=key_id)
    if row.destroyed_at is not None:
        return
    row.wrapped, row.destroyed_at = None, at
    row.save(update_fields=["wrapped", "destroyed_at"])
    record(
        "privacy.forgotten",
        subject=Subject("data_key", None, SEALED.get(row.subject, "个人信息")),
        by=by,
        at=at,
        after={"key": str(row.id), "subject": SEALED.get(row.subject, "")},
    )


@transaction.atomic
def rewrap_some(*, limit: int, by: Actor, at: datetime) -> int:
    """Wrap the next data keys anew under the master key in force; how many, 0 when none is left. What they sealed is
    untouched, and a process that is killed goes on with those that are left."""
    master = keyring.fingerprint(keyring.current())
    waiting = DataKey.objects.select_for_update(skip_locked=True).filter(wrapped__isnull=False)
    rows = list(waiting.exclude(master=master).order_by("pk")[:limit])
    for row in rows:
        row.wrapped, row.master = crypto.wrap(crypto.unwrap(bytes(row.wrapped or b""))), master
    DataKey.objects.bulk_update(rows, ["wrapped", "master"])
    if rows:
        subject = Subject("data_key", None, "数据密钥")
        record("privacy.rotated", subject=subject, by=by, at=at, after={"count": len(rows)})
    return len(rows)


def under_old_keys() -> int:
    """How many data keys are not yet wrapped by the master key in force."""
    master = keyring.fingerprint(keyring.current())
    return DataKey.objects.filter(wrapped__isnull=False).exclude(master=master).count()
