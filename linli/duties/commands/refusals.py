"""Refusing a task outside the lists 拒收, with one click, and what the county office answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from linli.algorithms.text.sentences import said
from linli.duties import policy, states
from linli.duties.commands.applications import number_of
from linli.duties.commands.bypasses import BypassDraft, open_bypass
from linli.duties.commands.refused import Refused
from linli.duties.models import Category, Refusal
from linli.duties.queries.gate import Citation, citation
from linli.duties.queries.lines import LINES, cite
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.territory.models import Unit


@dataclass(frozen=True)
class Task:
    """A task that came to a community: from which department (a code; the county's where no department is known), what it is, and on which way.

    ``about`` is the number of the case or the key of the return that it is, empty for what no system saw; ``facts`` are what the dispatch catalogue
    may ask of a case; ``because`` cites what decides where that is no list: a form that is not permitted any more."""

    department: str
    title: str
    channel: str
    about: str = ""
    category: Category | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    because: str = ""


def subject_of_refusal(row: Refusal) -> Subject:
    """A refusal as the subject of an event."""
    return Subject("refusal", row.pk, f"{row.number} {row.title}"[:120], row.path)


@transaction.atomic
def refuse(*, task: Task, by: Actor, at: datetime) -> Refusal:
    """Refuse a task for the own community or street, with the entry that decides. One event, which is told to the department and the county.

    What the lists name as theirs, and what was let through, is not refused: the words cite the entry.
    """
    policy.require(by, "duty.refuse")
    unit = Unit.objects.filter(code=by.unit, valid_to=None).first()
    givers = Unit.objects.filter(Q(kind="department") | Q(parent=None), valid_to=None)
    department = givers.filter(code=task.department).first()
    if unit is None or not task.title.strip():
        raise Refused("请写明是什么事")
    if department is None:
        raise Refused("请选择是哪个部门交办的")
    today = timezone.localdate(at)
    cited = (
        Citation(True, "ended", "", task.because)
        if task.because
        else citation(
            category=task.category, words=task.title, department=department.code, place=unit.path, on=today, is_certain=bool(task.about),
            facts=task.facts,
        )
    )  # fmt: skip
    if not cited.may_refuse:
        raise Refused(
            "%(line)s，不能拒收。不属于本单位的案件请退单；对清单有意见的，请向区（县）反映", line=cited.words
        )
    row = Refusal.objects.create(
        number=number_of(Refusal, "JS", at), unit=unit, path=unit.path, department=department, channel=task.channel, about=task.about,
        title=task.title.strip()[:200], category=task.category, ground=cited.ground, line=cited.line, citation=cited.words, refused_at=at,
    )  # fmt: skip
    _record("duty.refused", row, by, at, citation=row.citation)
    return row


@transaction.atomic
def take_back_refusal(*, number: str, by: Actor, at: datetime) -> Refusal:
    """Undo a refusal that nobody has answered. One event."""
    row = _locked(number)
    step = _allowed(row, "take_back", by, "")
    if not by.sees_all and row.unit.code != by.unit:
        raise NotAllowed("只能撤回本单位的拒收")
    row.state = step.target
    row.save(update_fields=["state"])
    _record(step.event, row, by, at)
    return row


@transaction.atomic
def answer_refusal(
    *, number: str, verb: str, by: Actor, at: datetime, note: str = "", line: str = "", until: date | None = None,
    places: Sequence[str] = (),
) -> Refusal:  # fmt: skip
    """The county office answers: the refusal stands, the matter is an emergency until a day, or an entry (``line``) does name it; or mends its answer."""
    row = _locked(number)
    step = _allowed(row, verb, by, note)
    more: dict[str, Any] = {}
    row.answer, row.answered_at = note.strip(), at
    match verb:
        case "let_through":
            row.bypass, more = (
                _let_through(row, until, places, by, at),
                {"until": f"{until:%Y-%m-%d}" if until else ""},
            )
        case "point_out":
            row.line, row.citation = _named(line, timezone.localdate(at))
        case "reopen":
            row.answer, row.answered_at = "", None
    row.state = step.target
    row.save()
    _record(step.event, row, by, at, note=note.strip(), **more)
    return row


def _let_through(row: Refusal, until: date | None, places: Sequence[str], by: Actor, at: datetime) -> Any:
    if until is None:
        raise Refused("请写明应急到哪一天为止")
    draft = BypassDraft(
        department=row.department.code, title=row.title[:100], reason=row.answer, places=list(places) or [row.path], ends_on=until,
        category=row.category.code if row.category else "",
    )  # fmt: skip
    return open_bypass(draft=draft, by=by, at=at)


def _named(code: str, on: date) -> tuple[str, str]:
    found = next((each for each in LINES.get().all if each.code == code.strip() and each.holds_on(on)), None)
    if found is None:
        raise Refused("今天有效的清单里没有第“%(code)s”条，请核对编号", code=code)
    if found.forbids:
        raise Refused("%(line)s是不许交给社区的，不能作为交办的依据", line=cite(found))
    return found.code, cite(found)


def _locked(number: str) -> Refusal:
    rows = Refusal.objects.select_for_update(of=("self",)).select_related("unit", "department", "category")
    row = rows.filter(number=number).first()
    if row is None:
        raise Refused("没有编号为“%(number)s”的拒收", number=number)
    return row


def _allowed(row: Refusal, verb: str, by: Actor, note: str) -> Any:
    step = states.REFUSALS.find(verb, row.state)
    policy.require(by, step.permission)
    if step.needs_note and not note.strip():
        raise Refused("请写明%(step)s的理由", step=said(step.label))
    return step


def _record(event: str, row: Refusal, by: Actor, at: datetime, *, note: str = "", **more: str) -> None:
    after = {"title": row.title, "unit": row.unit.name, "department": row.department.name, **more}
    record(event, subject=subject_of_refusal(row), by=by, at=at, after=after, note=note)
