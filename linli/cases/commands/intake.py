"""Taking a request down: place it, name it, find it again, and write it with its reporter."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from linli.cases import policy, rules
from linli.cases.commands.move import subject_of
from linli.cases.models import Case, Reporter
from linli.cases.queries.placing import Intake, ReporterFacts, place_kind_of, place_of
from linli.duties import queries as duties
from linli.duties.models import Category
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Entry, record, record_all
from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import OpenKey, make_keys
from linli.kernel.standing import put

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that can be taken for a figure when read out over the telephone; a byte gives each as often."""

CODE_LENGTH = 12
PHONE_TAIL = 4


def receive(intake: Intake, *, by: Actor, at: datetime) -> Case:
    """Write a new case in the state 待受理, with its reporter sealed under a key of its own."""
    return receive_all([intake], by=by, at=at)[0]


@transaction.atomic
def receive_all(intakes: Sequence[Intake], *, by: Actor, at: datetime) -> list[Case]:
    """Write many at once: the same cases, reporters and events as one by one, in a handful of statements."""
    return written(intakes, by=by, at=at)


def written(
    intakes: Sequence[Intake], *, by: Actor, at: datetime, reserved: Sequence[Reserved] = ()
) -> list[Case]:
    """``receive_all`` as a part of another command, whose transaction is the whole and may have ``reserved`` the numbers."""
    for intake in intakes:
        _require(intake, by)
    reserved = reserved or reserve([intake.received_at or at for intake in intakes])
    drafts = [_draft(intake, new, by, at) for intake, new in zip(intakes, reserved, strict=True)]
    cases = put(drafts)
    _write_reporters(
        [(case, i.reporter) for case, i in zip(cases, intakes, strict=True) if i.reporter.is_known], by
    )
    record_all((Entry("case.received", subject_of(case), after=_said(case)) for case in cases), by=by, at=at)
    return cases


def _require(intake: Intake, by: Actor) -> None:
    if by.role != "public":
        policy.require(
            by, "case.report" if intake.channel == "grid" else "case.import" if intake.source else "case.take"
        )
    if not intake.text.strip():
        raise rules.Refused("请写明反映的内容")


def _draft(intake: Intake, new: Reserved, by: Actor, at: datetime) -> Case:
    category = intake.category or _category_in(intake.text, intake.title)
    place = place_of(intake, by, timezone.localdate(at))
    kind = intake.kind or (category.kinds[0] if category and category.kinds else "help")
    return Case(
        id=new.id,
        number=new.number,
        public_code=new_code(),
        channel=intake.channel,
        kind=kind,
        category=category,
        urgency=intake.urgency or (category.urgency if category else "normal"),
        title=(intake.title or rules.title_of(intake.text))[:80],
        text=intake.text.strip(),
        place_text=intake.place_text[:200],
        lon=intake.lon,
        lat=intake.lat,
        place_id=place.id if place else None,
        place_path=place.path if place else "",
        place_kind=place_kind_of(intake, place),
        about_id=intake.about.id if intake.about else None,
        received_at=intake.received_at or at,
        has_contact=bool(intake.reporter.phone),
        is_secret=intake.reporter.wants_secrecy or kind == policy.TIPOFF,
        taken_by=by.user_id,
        source=intake.source,
        source_id=intake.source_id,
    )


def _said(case: Case) -> dict[str, str]:
    category = case.category.code if case.category else ""
    return {"channel": rules.CHANNELS[case.channel], "category": category, "kind": case.kind}


def _write_reporters(told: Sequence[tuple[Case, ReporterFacts]], by: Actor) -> None:
    """Seal the reporters of cases, each under a key of its own, so that each can be forgotten alone."""
    keys = make_keys(subject="reporter", count=len(told))
    put(_sealed(case, facts, key, by) for (case, facts), key in zip(told, keys, strict=True))


def _sealed(case: Case, facts: ReporterFacts, key: OpenKey, by: Actor) -> Reporter:
    index, tail = phone_marks(facts.phone)
    return Reporter(
        case=case,
        key_id=key.id,
        name=key.seal(facts.name, "name") if facts.name else None,
        phone=key.seal(facts.phone, "phone") if facts.phone else None,
        address=key.seal(facts.address, "address") if facts.address else None,
        phone_index=index,
        phone_tail_index=tail,
        is_tipoff=case.kind == policy.TIPOFF,
        wants_secrecy=case.is_secret,
        taken_by=by.user_id,
    )


def phone_marks(phone: str) -> tuple[bytes | None, bytes | None]:
    """What a reporter's telephone is found by: the mark of its digits, and of the last four."""
    digits = "".join(ch for ch in phone if ch.isdigit())
    if not digits:
        return None, None
    return crypto.blind("phone", digits), crypto.blind("phone tail", digits[-PHONE_TAIL:])


def _category_in(text: str, title: str) -> Category | None:
    guesses = duties.suggest_categories(text, limit=1, title=title)
    return guesses[0].category if guesses else None


class Reserved(NamedTuple):
    """The id and the number of a case that is about to be written."""

    id: int
    number: str


def reserve(whens: Sequence[datetime]) -> list[Reserved]:
    """For each moment an id, and its day with a running number that never comes again; it has gaps, and tells nothing secret."""
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, [len(whens)])
        running = cursor.fetchall()
    return [
        Reserved(case_id, f"{timezone.localtime(when):%Y%m%d}-{number:06d}")
        for when, (case_id, number) in zip(whens, running, strict=True)
    ]


RESERVE = "SELECT nextval('cases_case_id_seq'), nextval('cases_number') FROM generate_series(1, %s)"


def new_code() -> str:
    """The code on a receipt: sixty random bits that nobody can guess."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in secrets.token_bytes(CODE_LENGTH))


@transaction.atomic
def correct(
    case: Case,
    *,
    by: Actor,
    at: datetime,
    text: str | None = None,
    title: str | None = None,
    place_text: str | None = None,
) -> Case:
    """Mend what was taken down wrongly; the words before stay in the history."""
    policy.require(by, "case.take", case)
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    given = {"text": text, "title": title, "place_text": place_text}
    changed = {
        name: value for name, value in given.items() if value is not None and value != getattr(case, name)
    }
    if not changed:
        return case
    for name, value in changed.items():
        setattr(case, name, value)
    case.version += 1
    case.save()
    record("case.corrected", subject=subject_of(case), by=by, at=at, after={"fields": "、".join(changed)})
    return case
