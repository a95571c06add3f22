"""What the communities and streets say of an application that concerns them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from linli.algorithms.text.sentences import said
from linli.duties import policy, rules, states
from linli.duties.commands.applications import resource_words, subject_of
from linli.duties.commands.refused import Refused
from linli.duties.models import Application, Opinion
from linli.duties.rules import gate
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record


@transaction.atomic
def give_opinion(*, number: str, stance: str, words: str, by: Actor, at: datetime) -> Opinion:
    """Say what the own unit thinks of an application while it is heard; said again, it replaces what was said. One event."""
    row, opinion = _own(number, by)
    if row.state != states.HEARING:
        raise Refused("这份申请不在征求意见")
    if stance not in gate.STANCES:
        raise Refused("请选择同意、有条件同意或不同意")
    words = words.strip()
    if stance != "agree" and not words:
        raise Refused("请写一句理由：条件是什么，或者为什么不同意")
    opinion.stance, opinion.words, opinion.given_at = stance, words[:300], at
    opinion.save(update_fields=["stance", "words", "given_at"])
    after = {"title": row.title, "unit": opinion.unit.name, "stance": gate.STANCES[stance]}
    record("duty.gate_opinion", subject=subject_of(row), by=by, at=at, after=after, note=words)
    return opinion


@transaction.atomic
def take_back_opinion(*, number: str, by: Actor, at: datetime) -> Opinion:
    """Undo the own opinion while the application is heard. One event."""
    row, opinion = _own(number, by)
    if row.state != states.HEARING or not opinion.stance:
        raise Refused("没有可以收回的意见")
    opinion.stance, opinion.words, opinion.given_at = "", "", None
    opinion.save(update_fields=["stance", "words", "given_at"])
    after = {"title": row.title, "unit": opinion.unit.name}
    record("duty.gate_opinion_taken_back", subject=subject_of(row), by=by, at=at, after=after)
    return opinion


@transaction.atomic
def report_missing(*, number: str, missing: Sequence[str], words: str, by: Actor, at: datetime) -> Opinion:
    """Say that power, money or people did not come with a matter that was admitted; saying none takes it back. One event."""
    row, opinion = _own(number, by)
    if row.state not in states.IN_FORCE:
        raise Refused("这件事不在执行")
    opinion.missing = [name for name in rules.RESOURCES if name in missing]
    opinion.missing_words = words.strip()[:300]
    opinion.save(update_fields=["missing", "missing_words"])
    named = resource_words(opinion.missing) or said("没有缺项")
    after = {"title": row.title, "unit": opinion.unit.name, "missing": named}
    record("duty.gate_missing", subject=subject_of(row), by=by, at=at, after=after, note=words.strip())
    return opinion


def _own(number: str, by: Actor) -> tuple[Application, Opinion]:
    policy.require(by, "duty.opine")
    found = (
        Opinion.objects.select_for_update(of=("self",))
        .select_related("application__department", "unit")
        .filter(application__number=number, unit__code=by.unit)
        .first()
    )
    if found is None:
        raise NotAllowed("这份申请没有征求您单位的意见")
    return found.application, found
