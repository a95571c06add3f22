"""The log of seals: every use is written down with what it was for, and what may not be certified is not sealed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from linli.duties import policy
from linli.duties.commands.refused import Refused
from linli.duties.models import ListEntry, SealUse
from linli.duties.queries.lines import forbidden_certificate
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.territory.models import Unit


@transaction.atomic
def use_seal(
    *, unit: Unit, entry: ListEntry, used_on: date, purpose: str, document: str, by: Actor, at: datetime
) -> SealUse:
    """Write down one use of a unit's seal within a line of the list of uses. One event.

    A paper that must not be issued is refused with the line that says so. Source: 民发〔2020〕20号; S3 (万能章专项治理).
    """
    policy.require(by, "duty.seal")
    policy.within(by, unit)
    purpose, document = purpose.strip(), document.strip()
    if not purpose or not document:
        raise Refused("请写明用途和盖章的文件")
    if used_on > timezone.localdate(at):
        raise Refused("用印日期不能晚于今天")
    if entry.kind != "seal" or not ListEntry.objects.in_force(used_on).filter(pk=entry.pk).exists():
        raise Refused("请从当日有效的印章使用范围中选择")
    forbidding = forbidden_certificate(f"{purpose}，{document}", used_on)
    if forbidding:
        raise Refused("不能盖章：%(line)s。请告知申请人向有权机关办理", line=forbidding)
    use = SealUse.objects.create(
        unit=unit, path=unit.path, entry=entry, used_on=used_on, purpose=purpose, document=document, used_by=by.label
    )  # fmt: skip
    after = {
        "unit": unit.name, "document": document, "purpose": purpose, "range": entry.name, "day": f"{used_on:%Y-%m-%d}",
    }  # fmt: skip
    subject = Subject("seal_use", use.pk, document, unit.path)
    record("duty.seal_used", subject=subject, by=by, at=at, after=after)
    return use
