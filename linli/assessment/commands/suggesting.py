"""Suggestions about burden: said by anybody, answered in the open by a date (减负建议)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from linli.algorithms import worktime
from linli.algorithms.text.sentences import said
from linli.assessment import policy, states
from linli.assessment.commands.refused import Refused
from linli.assessment.models import Suggestion
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.norms.queries import norm
from linli.kernel.numbering import next_number
from linli.territory.queries.units import root_node, tree

SOMEBODY = Actor("提建议的人", role="author")
"""Who stands in the log for the author: it is no matter of the log who complains about burden."""

LONGEST = 2000


@transaction.atomic
def suggest(*, topic: str, about: str = "", text: str, by: Actor, at: datetime) -> Suggestion:
    """Say what weighs and what would help; ``about`` is the code of a department. One event, which does not name the author.

    The date of the answer is set at once, by the norm. Without an account nothing of the author is kept.
    """
    if topic not in states.TOPICS:
        raise Refused("请选择关于哪一方面")
    if not text.strip():
        raise Refused("请写明是什么事、怎样改更好")
    if len(text) > LONGEST:
        raise Refused("内容最多 %(most)s 字", most=LONGEST)
    department = tree().by_code.get(about) if about else None
    if about and (department is None or department.kind != "department"):
        raise Refused("没有这个部门")
    root = root_node()
    place = root.path if root else ""
    found = norm("assessment.suggestion.answer", on=timezone.localdate(at), place=place)
    due = worktime.add(at, int(found.amount()), worktime.Unit(found.unit), calendar_for(place))
    row = Suggestion.objects.create(
        number=next_number(Suggestion, f"JF{timezone.localdate(at).year}", digits=5), topic=topic, about_id=department.id if department else None, text=text.strip(), author=by.user_id,
        said_at=at, due_at=due.at,
    )  # fmt: skip
    after = {"topic": said(states.TOPICS[topic]), "due": f"{timezone.localtime(due.at):%Y-%m-%d %H:%M}"}
    record("burden.suggested", subject=subject_of(row), by=SOMEBODY, at=at, after=after)
    return row


@dataclass(frozen=True)
class Answer:
    """An answer as everybody reads it; ``published`` is the suggestion as everybody reads it, without names."""

    outcome: str
    answer: str
    published: str


@transaction.atomic
def answer(*, number: str, answer: Answer, by: Actor, at: datetime) -> Suggestion:
    """Answer a suggestion and publish both. One event."""
    policy.require(by, "burden.keep")
    row = _locked(number)
    arrow = states.TABLE.find("answer", row.state)
    if answer.outcome not in states.OUTCOMES:
        raise Refused("请选择结果")
    if not answer.answer.strip() or not answer.published.strip():
        raise Refused("请写明答复和公开的内容")
    row.state, row.outcome = arrow.target, answer.outcome
    row.answer, row.published = answer.answer.strip(), answer.published.strip()
    row.answered_at, row.answered_for = at, _office(by)
    row.save()
    after = {"outcome": said(states.OUTCOMES[row.outcome]), "number": row.number}
    record(arrow.event, subject=subject_of(row), by=by, at=at, after=after)
    return row


@transaction.atomic
def withdraw(*, number: str, by: Actor, at: datetime) -> Suggestion:
    """Take one's own suggestion back before it is answered. One event, which does not name the author."""
    row = _locked(number)
    if row.author is None or row.author != by.user_id:
        raise NotAllowed("只能撤回自己提的建议")
    arrow = states.TABLE.find("withdraw", row.state)
    row.state = arrow.target
    row.save(update_fields=["state"])
    record(arrow.event, subject=subject_of(row), by=SOMEBODY, at=at)
    return row


def _office(by: Actor) -> str:
    node = tree().by_code.get(by.unit) or root_node()
    return node.name if node else ""


def _locked(number: str) -> Suggestion:
    row = Suggestion.objects.select_for_update(of=("self",)).filter(number=number).first()
    if row is None:
        raise Refused("没有编号为“%(number)s”的建议", number=number)
    return row


def subject_of(row: Suggestion) -> Subject:
    """A suggestion as the subject of an event."""
    return Subject("burden_suggestion", row.pk, row.number)
