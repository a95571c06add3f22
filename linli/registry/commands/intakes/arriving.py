"""A source with its legal basis, a file of it, and what the file's columns mean."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.algorithms.text.sentences import Refusal
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.norms.queries import norm
from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import declare_sealed, forget, make_key, open_key
from linli.kernel.privacy.context import door
from linli.registry import policy
from linli.registry.models import Intake, IntakePart, Layout, RawRow, Source
from linli.registry.rules.elements import elements, mask_of
from linli.registry.rules.rows import NEEDED
from linli.territory.models import Unit

PART = 8_000_000
"""Bytes of a file that are sealed together."""

SEALED = declare_sealed("intake", "导入的部门数据原始行")


class FileRefused(Refusal, ValueError):
    """A file, a source or a layout that cannot be taken; the text says why and what to do."""


def subject_of(intake: Intake) -> Subject:
    """The file as the audit names it."""
    return Subject("intake", None, f"{intake.source.title}：{intake.file_name}", intake.source.unit.path)


@transaction.atomic
def make_source(
    *, title: str, kind: str, record_kind: str, unit: Unit, basis: str, purpose: str, until: date, by: Actor, at: datetime
) -> Source:  # fmt: skip
    """Register a department's file: without a legal basis, a purpose and a last day nothing of it is taken in."""
    policy.require(by, "registry.source")
    today = timezone.localdate(at)
    for text, name in ((title, "名称"), (basis, "法律依据"), (purpose, "用途")):
        if not text.strip():
            raise FileRefused("请填写%(name)s", name=name)
    if until <= today:
        raise FileRefused("截止日期已过；请填今天以后的日期")
    if Source.objects.filter(unit=unit, title=title.strip()).exists():
        raise FileRefused("这个单位已有同名的数据来源；请换一个名称，或直接在原来源下导入")
    source = Source.objects.create(
        title=title.strip(), kind=kind, record_kind=record_kind, unit=unit, basis=basis.strip(), purpose=purpose.strip(),
        valid_from=today, valid_to=until,
    )  # fmt: skip
    subject = Subject("source", source.pk, source.title, unit.path)
    after = {"source": source.title, "basis": source.basis, "until": str(until)}
    record("registry.source_made", subject=subject, by=by, at=at, after=after)
    return source


@transaction.atomic
def upload(
    *, source: Source, file_name: str, content: bytes, file_date: date, by: Actor, at: datetime
) -> Intake:
    """Keep a file, sealed, under a source that is in force on the day."""
    policy.require(by, "registry.import")
    if by.user_id is None:
        raise NotAllowed("导入须由有账号的人员进行")
    today = timezone.localdate(at)
    if not source.valid_from <= today < source.valid_to:
        raise FileRefused("这个数据来源的依据已到期；请先延长期限并写明依据")
    if not content:
        raise FileRefused("文件里没有内容；请检查后重新选择文件")
    if file_date > today:
        raise FileRefused("数据截至日期不能晚于今天")
    digest = hashlib.sha256(content).hexdigest()
    earlier = Intake.objects.filter(source=source, digest=digest, state=Intake.State.DONE).first()
    if earlier is not None:
        raise FileRefused(
            "这个文件已于%(day)s导入过，内容完全相同，不会有任何变化",
            day=f"{timezone.localtime(earlier.created_at):%Y年%m月%d日}",
        )
    key = make_key(subject=SEALED)
    keep = int(norm("registry.intake.keep", on=today).value)
    intake = Intake.objects.create(
        source=source, file_name=file_name[-200:], digest=digest, key_id=key.id, file_date=file_date, by_user_id=by.user_id,
        by_post=by.post_id, by_label=by.label, created_at=at, expires_at=at + timedelta(days=keep),
    )  # fmt: skip
    for number, start in enumerate(range(0, len(content), PART)):
        sealed = crypto.seal_bytes(key.secret, content[start : start + PART], about=b"intake file")
        IntakePart.objects.create(intake=intake, number=number, sealed=sealed)
    record(
        "registry.file_uploaded", subject=subject_of(intake), by=by, at=at, after={"file": intake.file_name}
    )
    return intake


def content_of(intake: Intake) -> bytes:
    """The bytes of the file, opened."""
    key = open_key(intake.key_id)
    parts = IntakePart.objects.filter(intake=intake).order_by("number").values_list("sealed", flat=True)
    return b"".join(crypto.unseal_bytes(key.secret, bytes(part), about=b"intake file") for part in parts)


@transaction.atomic
def set_layout(
    *, intake_id: UUID, fingerprint: str, columns: Mapping[str, str], by: Actor, at: datetime
) -> Intake:
    """Say which column of the file is which element, and keep it for the next file of the same shape.

    ``columns`` is the path of a column to the code of an element; columns that are left out are not taken in.
    """
    intake = locked(intake_id, Intake.State.UPLOADED, Intake.State.READ)
    own(intake, by)
    kind = intake.source.record_kind
    known = elements(kind)
    chosen = list(columns.values())
    if unknown := [code for code in chosen if code not in known]:
        raise FileRefused("没有“%(name)s”这个数据项", name=unknown[0])
    if repeated := next((code for code in chosen if chosen.count(code) > 1), None):
        raise FileRefused("“%(name)s”对应了两列；请只保留一列", name=known[repeated].title)
    if not set(NEEDED[kind]) & set(chosen):
        name = known[NEEDED[kind][0]].title
        raise FileRefused("还没有指定哪一列是“%(name)s”；没有它无法识别每一行说的是谁、是什么", name=name)
    for code in chosen:
        if known[code].access == "switched" and not policy.is_switched_on(code, timezone.localdate(at)):
            raise FileRefused(
                "“%(name)s”是限制字段，本区没有启用，不能导入；请不要选这一列", name=known[code].title
            )
    Layout.objects.update_or_create(
        source=intake.source,
        fingerprint=fingerprint,
        defaults={"columns": dict(columns), "confirmed_by": by.label, "confirmed_at": at},
    )
    intake.layout, intake.state, intake.stage = (
        {"fingerprint": fingerprint, "columns": dict(columns)},
        Intake.State.EXAMINING,
        "",
    )
    intake.speaks = mask_of(kind, chosen)
    intake.save(update_fields=["layout", "state", "stage", "speaks"])
    record(
        "registry.layout_confirmed",
        subject=subject_of(intake),
        by=by,
        at=at,
        after={"source": intake.source.title},
    )
    return intake


@transaction.atomic
def cancel(*, intake_id: UUID, by: Actor, at: datetime) -> Intake:
    """Give a file up before any of its rows is written, and forget it at once."""
    intake = locked(
        intake_id, Intake.State.UPLOADED, Intake.State.READ, Intake.State.EXAMINING, Intake.State.EXAMINED
    )
    own(intake, by)
    intake.state, intake.finished_at = Intake.State.CANCELLED, at
    intake.save(update_fields=["state", "finished_at"])
    with door(policy.TAKE_IN):
        RawRow.objects.filter(intake=intake).delete()
        IntakePart.objects.filter(intake=intake).delete()
    forget(key_id=intake.key_id, by=by, at=at)
    record(
        "registry.import_cancelled",
        subject=subject_of(intake),
        by=by,
        at=at,
        after={"file": intake.file_name},
    )
    return intake


def locked(intake_id: UUID, *states: str) -> Intake:
    """The file, locked, in one of the states that a step needs."""
    intake = Intake.objects.select_for_update(of=("self",)).select_related("source__unit").get(pk=intake_id)
    if intake.state not in states:
        raise FileRefused("这个文件现在是“%(state)s”，不能再做这一步", state=intake.get_state_display())
    return intake


def own(intake: Intake, by: Actor) -> None:
    """Refuse whoever did not upload the file."""
    policy.require(by, "registry.import")
    if not by.sees_all and intake.by_user_id != by.user_id:
        raise NotAllowed("只有上传这个文件的人可以继续办理")
