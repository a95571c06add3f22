"""The register of permitted forms: what is not in it may not be sent (一表通，报表准入)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.duties.queries.gate import admitted_choices, gate_opens
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.numbering import next_number
from linli.returns import policy
from linli.returns.commands.refused import Refused
from linli.returns.models import Form
from linli.returns.rules.periods import FREQUENCIES
from linli.territory.models import Unit

LONGEST = 3 * 366
"""Days after which a form has to be permitted anew (this product's default)."""


@dataclass(frozen=True)
class Draft:
    """What a permitted form says; ``owner`` is the code of the department."""

    title: str
    owner: str
    basis: str
    purpose: str
    level: str
    frequency: str
    due_days: int
    valid_from: date
    valid_to: date
    exact: str = ""
    admission: str = ""


def subject_of(form: Form) -> Subject:
    """A form as the subject of an event."""
    return Subject("return_form", form.pk, str(form))


@transaction.atomic
def add_form(*, draft: Draft, by: Actor, at: datetime) -> Form:
    """Permit a form: it names its department, its basis and its last day. One event."""
    policy.require(by, "return.keep")
    form = Form(code=next_number(Form, "BB", digits=4, field="code"), **_checked(draft))
    form.save(force_insert=True)
    after = {
        "title": form.title, "owner": form.owner.name, "frequency": FREQUENCIES[form.frequency], "until": f"{form.valid_to:%Y-%m-%d}",
        "basis": form.basis,
    }  # fmt: skip
    record("return.permitted", subject=subject_of(form), by=by, at=at, after=after)
    return form


@transaction.atomic
def change_form(*, code: str, draft: Draft, version: int, by: Actor, at: datetime) -> Form:
    """Change what the register says of a form. One event; refused where somebody changed it meanwhile."""
    policy.require(by, "return.keep")
    form = _locked(code)
    if form.version != version:
        raise Refused("这张表刚被别人改过，请刷新后再改")
    values = _checked(draft, since=form.valid_from)
    before = {name: _plain(getattr(form, name)) for name in values}
    for name, value in values.items():
        setattr(form, name, value)
    form.version += 1
    form.save()
    after = {"title": form.title, **{name: _plain(value) for name, value in values.items()}}
    record("return.form_changed", subject=subject_of(form), by=by, at=at, before=before, after=after)
    return form


@transaction.atomic
def end_form(*, code: str, on: date, reason: str, by: Actor, at: datetime) -> Form:
    """Let a form end on a day: from then on it may not be sent. One event."""
    policy.require(by, "return.keep")
    form = _locked(code)
    if not max(timezone.localdate(at), form.valid_from) <= on < form.valid_to:
        raise Refused("停用日期不能早于今天和准许之日，也不能晚于原定的有效期")
    if not reason.strip():
        raise Refused("请写明停用的理由")
    before = {"until": f"{form.valid_to:%Y-%m-%d}"}
    form.valid_to, form.version = max(on, form.valid_from), form.version + 1
    if form.valid_to == form.valid_from:
        raise Refused("准许当日不能停用；如登记有误，请改正")
    form.save(update_fields=["valid_to", "version"])
    after = {"title": form.title, "until": f"{form.valid_to:%Y-%m-%d}"}
    record(
        "return.form_ended",
        subject=subject_of(form),
        by=by,
        at=at,
        before=before,
        after=after,
        note=reason.strip(),
    )
    return form


def _locked(code: str) -> Form:
    form = Form.objects.select_for_update(of=("self",)).select_related("owner").filter(code=code).first()
    if form is None:
        raise Refused("没有表号为“%(code)s”的报表", code=code)
    return form


def _checked(draft: Draft, since: date | None = None) -> dict[str, Any]:
    owner = Unit.objects.filter(code=draft.owner, kind="department", valid_to=None).first()
    if owner is None:
        raise Refused("请选择主管部门：没有部门主管的报表不得下发")
    if not draft.title.strip() or not draft.basis.strip() or not draft.purpose.strip():
        raise Refused("请写明表名、制发依据和用途：没有依据的报表不得下发")
    if draft.valid_to <= draft.valid_from:
        raise Refused("有效至的日期要晚于准许之日：没有截止日期的报表不得下发")
    if (draft.valid_to - (since or draft.valid_from)).days > LONGEST:
        raise Refused("有效期最长三年，到期仍需要的，重新申请")
    _check_admission(draft, owner)
    return {
        **asdict(draft), "owner": owner, "title": draft.title.strip(), "basis": draft.basis.strip(), "purpose": draft.purpose.strip(),
        "exact": draft.exact.strip(),
    }  # fmt: skip


def _check_admission(draft: Draft, owner: Unit) -> None:
    """A form of after the gate was opened names the application or the by-pass of its department with which it passed."""
    number = draft.admission.strip()
    if number and number not in dict(admitted_choices(owner.code, draft.valid_from)):
        raise Refused(
            "%(owner)s没有编号为“%(number)s”、到准许之日仍有效的准入或应急直通",
            owner=owner.name,
            number=number,
        )
    opened = gate_opens(draft.valid_from)
    if not number and draft.valid_from >= opened:
        raise Refused(
            "自 %(day)s 起，新的报表要先申请准入；请选择已公布的准入或应急直通", day=f"{opened:%Y-%m-%d}"
        )


def _plain(value: Any) -> Any:
    return value.code if isinstance(value, Unit) else value.isoformat() if isinstance(value, date) else value
