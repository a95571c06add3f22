"""An application on its way through the gate: drafted, sent in, decided, published as dated entries of the lists, reviewed, ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from linli.algorithms import burden
from linli.algorithms.statetable import Transition
from linli.algorithms.text.sentences import listed, said
from linli.duties import policy, rules, states
from linli.duties.commands.lines import ListDraft, add_line, change_line, end_line
from linli.duties.commands.refused import Refused
from linli.duties.models import Application, Category, ListEntry, Opinion
from linli.duties.queries.gate import (
    asked_already,
    communities_of,
    concerned,
    days_of,
    decide_clock,
    kept_estimate,
)
from linli.duties.queries.lines import forbids, kind_words
from linli.duties.rules import gate
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.files.commands import Upload, remove, store_upload
from linli.kernel.files.models import StoredFile
from linli.kernel.files.queries import files_of
from linli.kernel.numbering import next_number
from linli.territory.models import Unit
from linli.territory.queries.units import tree

DAY = timedelta(1)


@dataclass(frozen=True)
class ApplicationDraft:
    """What a department asks for; the fields are those of ``Application``. ``department`` and ``category`` are codes, ``rows`` the rows of the
    form each time, if it has columns."""

    department: str
    title: str
    kind: str
    what: str
    basis: str
    places: Sequence[str]
    starts_on: date
    ends_on: date
    often: str
    alternatives: str
    category: str = ""
    trial_until: date | None = None
    trial_words: str = ""
    power: bool = False
    power_words: str = ""
    money: bool = False
    money_words: str = ""
    people: bool = False
    people_words: str = ""
    materials: str = ""
    headings: Sequence[str] = ()
    rows: int = 1
    brings: Mapping[str, float] = field(default_factory=dict)


def subject_of(row: Application) -> Subject:
    """An application as the subject of an event."""
    return Subject("gate_application", row.pk, str(row))


@transaction.atomic
def draft_application(*, draft: ApplicationDraft, by: Actor, at: datetime) -> Application:
    """Begin an application of a department. One event."""
    policy.require(by, "duty.apply")
    row = Application(number=number_of(Application, "ZR", at), made_at=at, **_checked(draft, by))
    row.save(force_insert=True)
    record("duty.gate_drafted", subject=subject_of(row), by=by, at=at, after={"title": row.title})
    return row


@transaction.atomic
def change_application(
    *, number: str, draft: ApplicationDraft, version: int, by: Actor, at: datetime
) -> Application:
    """Change an application that is not sent in. One event; refused where somebody changed it meanwhile."""
    row = _open_to(number, by)
    if row.version != version:
        raise Refused("这份申请刚被别人改过，请刷新后再改")
    for name, value in _checked(draft, by).items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    record("duty.gate_changed", subject=subject_of(row), by=by, at=at, after={"title": row.title})
    return row


@transaction.atomic
def attach_files(*, number: str, uploads: Iterable[Upload], by: Actor, at: datetime) -> list[StoredFile]:
    """Keep files with an application that is not sent in: the basis, an approval, a plan. One event a file, written where files are kept.

    Raises ``FileRefused`` with words for the sender.
    """
    row = _open_to(number, by)
    return [
        store_upload(upload=one, subject=subject_of(row), purpose="document", by=by, at=at) for one in uploads
    ]


@transaction.atomic
def detach_file(*, number: str, file_id: UUID, by: Actor, at: datetime) -> None:
    """Remove a file from an application that is not sent in. One event, written where files are kept."""
    row = _open_to(number, by)
    file = files_of("gate_application", row.pk).filter(pk=file_id).first()
    if file is None:
        raise Refused("这个附件已经删除")
    remove(file=file, reason="申请部门删除", by=by, at=at, label=str(row))


def _open_to(number: str, by: Actor) -> Application:
    """An application of the own department that can still be changed."""
    policy.require(by, "duty.apply")
    row = locked(number)
    policy.require_department(by, row.department)
    if row.state not in (states.DRAFT, states.SENT_BACK):
        raise Refused("已经提交的申请不能修改，请先收回")
    return row


@dataclass(frozen=True)
class Said:
    """What goes with a step: the reason, and what the step asks for besides."""

    note: str = ""
    conditions: str = ""
    review_on: date | None = None
    until: date | None = None
    missing: Sequence[str] = ()


@transaction.atomic
def move_application(
    *, number: str, verb: str, by: Actor, at: datetime, said_with: Said = Said(), version: int | None = None
) -> Application:
    """Take an application along an arrow of its table. One event, and those of the entries that it makes or ends.

    Raises ``NotPossible``, ``NotAllowed``, ``Refused`` and ``GateClosed``.
    """
    row = locked(number)
    if version is not None and version != row.version:
        raise Refused("这份申请刚被别人处理过，请刷新后再办")
    verb = "publish_trial" if verb == "publish" and row.trial_until else verb
    step = states.TABLE.find(verb, row.state)
    if step.by_system and not by.sees_all:
        raise NotAllowed("这一步由系统按期限办理")
    policy.require(by, step.permission)
    if step.permission == "duty.apply":
        policy.require_department(by, row.department)
    if step.needs_note and not said_with.note.strip():
        raise Refused("请写明%(step)s的理由", step=said(step.label))
    after = EFFECTS[verb](row, said_with, by, at)
    _turn_clock(row, step, at)
    row.state, row.version = step.target, row.version + 1
    row.save()
    values = {"title": row.title, "department": row.department.name, **after}
    record(step.event, subject=subject_of(row), by=by, at=at, after=values, note=said_with.note.strip())
    return row


def number_of(model: type[Model], letters: str, at: datetime) -> str:
    """The next number of a year: ``ZR2026-001``."""
    return next_number(model, f"{letters}{timezone.localdate(at).year}-", digits=3)


def locked(number: str) -> Application:
    """An application, locked for this transaction."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("department", "category")
    row = rows.filter(number=number).first()
    if row is None:
        raise Refused("没有编号为“%(number)s”的准入申请", number=number)
    return row


def _turn_clock(row: Application, step: Transition, at: datetime) -> None:
    for instruction in step.clocks:
        row.due_at = decide_clock(at).at if instruction == "start decide" else None


# --- What the steps do ----------------------------------------------------------------------------------------------------


def _nothing(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    return {}


def _submit(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    today = timezone.localdate(at)
    gate.check_ahead(today, row.starts_on, days_of("gate.ahead", today), calendar_for())
    row.applied_at, row.burden = at, kept_estimate(row, today)
    return {"due": f"{decide_clock(at).at:%Y-%m-%d}"}


def _ask(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    known = set(row.opinions.values_list("unit", flat=True))
    units = [node for node in concerned(row.places) if node.id not in known]
    Opinion.objects.bulk_create(
        Opinion(application=row, unit_id=node.id, path=node.path, asked_at=at) for node in units
    )
    hear = gate.in_working_days(at, days_of("gate.hear", timezone.localdate(at)), calendar_for())
    row.heard_by = hear.at
    return {"count": len(units), "until": f"{hear.at:%Y-%m-%d}", "paths": [node.path for node in units]}


def _admit(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    gate.check_heard(row.opinions.filter(stance="").count(), row.heard_by, at)
    line = forbids(row.category, row.starts_on) if row.category else ""
    if line:
        raise Refused("%(line)s不许交给社区，不能准入；要准入，先改清单", line=line)
    return _decide(row, words, at)


def _admit_if(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    if not words.conditions.strip():
        raise Refused("请写明条件：什么到位了才可以做")
    return _admit(row, words, by, at)


def _decide(row: Application, words: Said, at: datetime) -> dict[str, Any]:
    row.decided_at, row.decision, row.conditions = at, words.note.strip(), words.conditions.strip()
    return {"conditions": row.conditions}


def _refuse(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    return _decide(row, Said(note=words.note), at)


def _revoke(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    row.decided_at, row.decision, row.conditions = None, "", ""
    return {}


def _publish(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    today = timezone.localdate(at)
    last = row.trial_until or row.ends_on
    if last < today:
        raise Refused("实施的最后一日已过，不能再公布")
    since = max(row.starts_on, today)
    _enter(row, since, last, by, at)
    row.published_at = at
    row.review_on = words.review_on or min(today + days_of("gate.review", today) * DAY, last)
    _check_review(row.review_on, today, row.ends_on)
    return {"list": kind_words(gate.LIST_OF[row.kind]), "line": row.line, "since": f"{since:%Y-%m-%d}"}


def _confirm(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    today = timezone.localdate(at)
    _enter(row, today, row.ends_on, by, at)
    row.trial_until = None
    row.review_on = words.review_on or min(today + days_of("gate.review", today) * DAY, row.ends_on)
    _check_review(row.review_on, today, row.ends_on)
    return {"until": f"{row.ends_on:%Y-%m-%d}"}


def _call_review(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    row.review_on = min(row.review_on or timezone.localdate(at), timezone.localdate(at))
    return {}


def _keep(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    today = timezone.localdate(at)
    row.review_on = words.review_on or min(today + days_of("gate.review", today) * DAY, row.ends_on)
    _check_review(row.review_on, today, row.ends_on)
    return {"review": f"{row.review_on:%Y-%m-%d}"}


def _exit(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    on = words.until or timezone.localdate(at)
    if on < timezone.localdate(at):
        raise Refused("退出日期不能早于今天")
    _end(row, on, words.note, by, at)
    return {"on": f"{on:%Y-%m-%d}"}


def _withdraw(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    missing = [name for name in rules.RESOURCES if name in words.missing]
    if not missing:
        raise Refused("请勾选没有到位的：权、费、人")
    row.missing = missing
    _end(row, timezone.localdate(at), words.note, by, at)
    return {"missing": resource_words(missing)}


def _expire(row: Application, words: Said, by: Actor, at: datetime) -> dict[str, Any]:
    if row.is_in_force(timezone.localdate(at)) or row.starts_on > timezone.localdate(at):
        raise Refused("期限还没有过")
    last = row.trial_until if row.state == states.TRIAL and row.trial_until else row.ends_on
    row.ended_on, row.end_reason = (
        last + DAY,
        "试点到期，没有转正" if row.state == states.TRIAL else "期限已满",
    )
    return {"on": f"{row.ended_on:%Y-%m-%d}"}


Effect = Callable[[Application, Said, Actor, datetime], dict[str, Any]]

EFFECTS: Mapping[str, Effect] = {
    "submit": _submit, "recall": _nothing, "drop": _nothing, "ask": _ask, "send_back": _nothing, "admit": _admit, "admit_if": _admit_if,
    "refuse": _refuse, "revoke": _revoke, "publish": _publish, "publish_trial": _publish, "confirm": _confirm, "call_review": _call_review,
    "keep": _keep, "exit": _exit, "withdraw": _withdraw, "expire": _expire,
}  # fmt: skip


def _check_review(on: date, today: date, last: date) -> None:
    if not today <= on <= last:
        raise Refused("复核日期要在今天和最后一日（%(last)s）之间", last=f"{last:%Y-%m-%d}")


def _enter(row: Application, since: date, last: date, by: Actor, at: datetime) -> None:
    """Put the matter on its list from a day to a last day, by the commands that change the lists."""
    latest = ListEntry.objects.filter(code=row.number).order_by("-valid_from").first()
    if latest is not None:
        since = max(since, latest.valid_from + DAY)
    draft = ListDraft(
        kind=gate.LIST_OF[row.kind], name=row.title, valid_from=since, lead=row.department.code, place_share=row.what,
        lead_share=provided_words(row), basis=row.basis, note=row.conditions, category=row.category.code if row.category else "",
        source=f"准入申请 {row.number}",
    )  # fmt: skip
    if latest is None:
        add_line(draft=draft, code=row.number, by=by, at=at)
    else:
        change_line(code=row.number, draft=draft, by=by, at=at)
    row.line = row.number
    reason = f"准入申请 {row.number} 准到 {last:%Y-%m-%d}"
    end_line(model=ListEntry, code=row.number, on=last + DAY, reason=reason, by=by, at=at)


def _end(row: Application, on: date, reason: str, by: Actor, at: datetime) -> None:
    row.ended_on, row.end_reason = on, reason.strip()
    latest = ListEntry.objects.filter(code=row.line).order_by("-valid_from").first() if row.line else None
    if latest is not None and (latest.valid_to is None or latest.valid_to > on):
        on = max(on, latest.valid_from)
        end_line(model=ListEntry, code=row.line, on=on, reason=reason.strip(), by=by, at=at)


def resource_words(names: Sequence[str]) -> str:
    """Power, money and people in words, in their order."""
    return listed(said(words) for name, words in rules.RESOURCES.items() if name in names)


def provided_words(row: Application) -> str:
    """What comes with the matter, in words."""
    parts = [
        f"{said(words)}：{getattr(row, f'{name}_words') or said('随事下放')}"
        for name, words in rules.RESOURCES.items()
        if getattr(row, name)
    ]
    return "；".join(parts) or said("没有随事下放权、费、人")


# --- Checking what a department wrote ---------------------------------------------------------------------------------------


def _checked(draft: ApplicationDraft, by: Actor) -> dict[str, Any]:
    values = {each.name: getattr(draft, each.name) for each in fields(draft)}
    values |= {name: value.strip() for name, value in values.items() if isinstance(value, str)}
    department = Unit.objects.filter(code=draft.department, kind="department", valid_to=None).first()
    if department is None:
        raise Refused("请选择申请的部门")
    policy.require_department(by, department)
    if not all(values[name] for name in ("title", "what", "basis", "alternatives")):
        raise Refused("请写明事项名称、要社区做什么、依据和考虑过的其他办法：说不清的不能准入")
    category = Category.objects.filter(code=draft.category).first() if draft.category else None
    if draft.category and category is None:
        raise Refused("没有代码为“%(code)s”的分类，请从分类树中选择", code=draft.category)
    if draft.kind not in gate.MATTERS or draft.often not in burden.OFTEN:
        raise Refused("请选择类别和频次")
    places = _checked_places(draft.places)
    _check_days(draft)
    headings = [heading.strip() for heading in draft.headings if heading.strip()]
    known = len(asked_already(headings).known) if headings else 0
    del values["rows"]
    return values | {
        "department": department, "category": category, "places": places, "headings": headings, "known": known,
        "brings": _brings(draft, len(headings), known),
    }  # fmt: skip


def _brings(draft: ApplicationDraft, headings: int, known: int) -> dict[str, float]:
    """The numbers that the applicant gave, those of the form's columns as they are counted."""
    brings = {kind: count for kind, count in draft.brings.items() if count > 0 and kind in burden.KINDS}
    if headings:
        counted = {"cell": (headings - known) * draft.rows, "known": known * draft.rows}
        brings = {"form": 1, **brings, **{kind: count for kind, count in counted.items() if count}}
    if not brings:
        raise Refused("请写明会给每个社区带来多少工作量：至少填一项")
    return brings


def _checked_places(places: Sequence[str]) -> list[str]:
    paths = [path for path in places if any(node.path == path for node in tree().nodes)]
    if not paths or not communities_of(paths):
        raise Refused("请选择涉及哪些街道、社区")
    return sorted(
        path for path in paths if not any(path != other and path.startswith(other) for other in paths)
    )


def _check_days(draft: ApplicationDraft) -> None:
    if draft.ends_on < draft.starts_on:
        raise Refused("最后一日不能早于实施日期：没有截止日期的工作不能准入")
    longest = days_of("gate.longest", draft.starts_on)
    if (draft.ends_on - draft.starts_on).days >= longest:
        raise Refused("一次最长 %(days)s 天，到期仍需要的重新申请", days=longest)
    if draft.trial_until is not None and not draft.starts_on <= draft.trial_until < draft.ends_on:
        raise Refused("试点要在实施日期之后、最后一日之前结束")
