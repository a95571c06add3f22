"""Signs that somebody looks where no work leads: found from the record of looks, worked off by the security officer.

A sign is a question, not a verdict: it names one day and one thing, adds up to nothing, and no list is ordered by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from linli.algorithms.text.sentences import Refusal
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.audit.record import Subject, record
from linli.kernel.privacy import rules
from linli.kernel.privacy.commands.requests import NotYours
from linli.kernel.privacy.models import Sign
from linli.kernel.privacy.queries import looks

WATCHES = "privacy.watch"
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Thresholds:
    """From how many on it is a sign: looks of one at the same person in a week, people who look at one person in a week,
    looks outside the own territory in a day, looks at night in a day; and the hours of the night."""

    same_person: int
    crowd: int
    outside: int
    at_night: int
    night: tuple[int, int]


Territory = Callable[[int], str | None]
"""The path of the territory that a post works in; None where it is not known."""


class NoteNeeded(Refusal, ValueError):
    """A sign was to be put away without a word on what was found."""


@dataclass(frozen=True)
class _Look:
    at: datetime
    actor: int
    label: str
    post: int | None
    subject: tuple[str, int, str]
    scope: str


def find_signs(*, thresholds: Thresholds, territory: Territory, at: datetime) -> int:
    """Go through the looks of the last week and write down, once for each day, what reaches a threshold; how many were new."""
    found = [_look(row) for row in _events(at)]
    today = timezone.localdate(at)
    lately = [look for look in found if timezone.localdate(look.at) >= today - timedelta(days=1)]
    signs = [
        *_same_person(found, thresholds.same_person, today),
        *_crowds(found, thresholds.crowd, today),
        *_daily(
            Sign.Kind.OUTSIDE, (look for look in lately if _outside(look, territory)), thresholds.outside
        ),
        *_daily(
            Sign.Kind.NIGHT,
            (look for look in lately if _at_night(look, thresholds.night)),
            thresholds.at_night,
        ),
    ]
    before = Sign.objects.count()
    Sign.objects.bulk_create(signs, ignore_conflicts=True)
    return Sign.objects.count() - before


def _events(at: datetime) -> Iterable[Event]:
    return Event.objects.filter(
        at__gt=at - WEEK, name__in=looks(), actor_id__isnull=False, subject_id__isnull=False
    ).only("at", "actor_id", "actor_label", "post_id", "subject_kind", "subject_id", "subject_label", "scope")


def _look(row: Event) -> _Look:
    return _Look(
        row.at,
        row.actor_id or 0,
        row.actor_label,
        row.post_id,
        (row.subject_kind, row.subject_id or 0, row.subject_label),
        row.scope,
    )


def _sign(kind: Sign.Kind, day: date, these: list[_Look], *, who: bool = True, whom: bool = True) -> Sign:
    first = these[0]
    subject = first.subject if whom else ("", None, "")
    return Sign(
        kind=kind,
        day=day,
        actor_id=first.actor if who else None,
        actor_label=first.label if who else "",
        subject_kind=subject[0],
        subject_id=subject[1],
        subject_label=subject[2],
        count=len(these) if who else len({look.actor for look in these}),
        first_at=min(look.at for look in these),
        last_at=max(look.at for look in these),
    )


def _same_person(found: list[_Look], least: int, today: date) -> list[Sign]:
    """One who looks at the same person again and again."""
    by_pair: dict[tuple[int, str, int], list[_Look]] = defaultdict(list)
    for look in found:
        by_pair[look.actor, look.subject[0], look.subject[1]].append(look)
    return [_sign(Sign.Kind.AGAIN, today, these) for these in by_pair.values() if len(these) >= least]


def _crowds(found: list[_Look], least: int, today: date) -> list[Sign]:
    """One person at whom many look."""
    by_subject: dict[tuple[str, int], list[_Look]] = defaultdict(list)
    for look in found:
        by_subject[look.subject[:2]].append(look)
    many = (these for these in by_subject.values() if len({look.actor for look in these}) >= least)
    return [_sign(Sign.Kind.CROWD, today, these, who=False) for these in many]


def _daily(kind: Sign.Kind, these: Iterable[_Look], least: int) -> list[Sign]:
    """What one did on a day, whomever it was about."""
    by_day: dict[tuple[int, date], list[_Look]] = defaultdict(list)
    for look in these:
        by_day[look.actor, timezone.localdate(look.at)].append(look)
    return [
        _sign(kind, day, found, whom=False) for (_actor, day), found in by_day.items() if len(found) >= least
    ]


def _outside(look: _Look, territory: Territory) -> bool:
    area = territory(look.post) if look.post is not None else None
    return bool(area and look.scope) and not look.scope.startswith(area or "")


def _at_night(look: _Look, night: tuple[int, int]) -> bool:
    return rules.in_hours(timezone.localtime(look.at).hour, *night)


@transaction.atomic
def look_into(*, sign_id: int, note: str, by: Actor, at: datetime) -> Sign:
    """Put a sign away after asking: the note says what was found."""
    if not by.may(WATCHES):
        raise NotYours("只有安全管理员可以处理异常查看提示")
    if not note.strip():
        raise NoteNeeded("请写明核实情况，例：已与本人及其单位核实，系集中办理年审")
    row = Sign.objects.select_for_update().get(pk=sign_id)
    row.state, row.note = Sign.State.DONE, note.strip()
    row.looked_by, row.looked_label, row.looked_at = by.user_id, by.label[:120], at
    row.save()
    subject = Subject("privacy_sign", row.pk, row.get_kind_display())
    record(
        "privacy.sign_looked_into",
        subject=subject,
        by=by,
        at=at,
        after={"kind": row.get_kind_display()},
        note=row.note,
    )
    return row
