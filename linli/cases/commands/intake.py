"""Taking a request down: place it, name it, find it again, and write it with its reporter."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from linli.cases import policy, rules
from linli.cases.commands.move import subject_of
from linli.cases.models import Case, Reporter
from linli.duties import queries as duties
from linli.duties.models import Category
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import make_key
from linli.territory.queries.places import find_place, grid_at
from linli.territory.queries.units import Node, root_node, tree

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that can be taken for a figure when read out over the telephone."""

CODE_LENGTH = 12
PHONE_TAIL = 4


@dataclass(frozen=True)
class ReporterFacts:
    """Who speaks, as far as they said."""

    name: str = ""
    phone: str = ""
    address: str = ""
    wants_secrecy: bool = False

    @property
    def is_known(self) -> bool:
        """Whether anything was said at all."""
        return bool(self.name or self.phone or self.address)


@dataclass(frozen=True)
class Intake:
    """A request as it was taken down. Without a category it is looked for in the text; without a point, in the place."""

    channel: str
    text: str
    kind: str = ""
    title: str = ""
    category: Category | None = None
    urgency: str = ""
    place_text: str = ""
    lon: float | None = None
    lat: float | None = None
    place: Node | None = None
    about: Node | None = None
    reporter: ReporterFacts = field(default_factory=ReporterFacts)
    source: str = ""
    source_id: str = ""
    received_at: datetime | None = None


@transaction.atomic
def receive(intake: Intake, *, by: Actor, at: datetime) -> Case:
    """Write a new case in the state 待受理, with its reporter sealed under a key of its own."""
    if by.role != "public":
        policy.require(by, "case.report" if intake.channel == "grid" else "case.import" if intake.source else "case.take")
    if not intake.text.strip():
        raise rules.Refused("请写明反映的内容")
    when = intake.received_at or at
    category = intake.category or _category_in(intake.text, intake.title)
    place = place_of(intake, by, timezone.localdate(at))
    case = Case(
        number=new_number(when),
        public_code=new_code(),
        channel=intake.channel,
        kind=intake.kind or (category.kinds[0] if category and category.kinds else "help"),
        category=category,
        urgency=intake.urgency or (category.urgency if category else "normal"),
        title=(intake.title or rules.title_of(intake.text))[:80],
        text=intake.text.strip(),
        place_text=intake.place_text[:200],
        lon=intake.lon,
        lat=intake.lat,
        place_id=place.id if place else None,
        place_path=place.path if place else "",
        about_id=intake.about.id if intake.about else None,
        received_at=when,
        has_contact=bool(intake.reporter.phone),
        taken_by=by.user_id,
        source=intake.source,
        source_id=intake.source_id,
    )
    case.save(force_insert=True)
    if intake.reporter.is_known:
        write_reporter(case, intake.reporter, by)
    after = {"channel": rules.CHANNELS[case.channel], "category": category.code if category else "", "kind": case.kind}
    record("case.received", subject=subject_of(case), by=by, at=at, after=after)
    return case


def write_reporter(case: Case, facts: ReporterFacts, by: Actor) -> Reporter:
    """Seal the reporter of a case."""
    key = make_key(subject="reporter")
    phone = "".join(ch for ch in facts.phone if ch.isdigit())
    return Reporter.objects.create(
        case=case,
        key_id=key.id,
        name=key.seal(facts.name, "name") if facts.name else None,
        phone=key.seal(facts.phone, "phone") if facts.phone else None,
        address=key.seal(facts.address, "address") if facts.address else None,
        phone_index=crypto.blind("phone", phone) if phone else None,
        phone_tail_index=crypto.blind("phone tail", phone[-PHONE_TAIL:]) if phone else None,
        is_tipoff=case.kind == policy.TIPOFF,
        wants_secrecy=facts.wants_secrecy or case.kind == policy.TIPOFF,
        taken_by=by.user_id,
    )


def _category_in(text: str, title: str) -> Category | None:
    guesses = duties.suggest_categories(text, limit=1, title=title)
    return guesses[0].category if guesses else None


def place_of(intake: Intake, by: Actor, on: date) -> Node | None:
    """The smallest unit known to hold the case: from the point, the words, the unit of who took it down, or the root."""
    if intake.place is not None:
        return intake.place
    if intake.lon is not None and intake.lat is not None:
        found = grid_at(intake.lon, intake.lat, on)
        if found is not None:
            return tree().by_code.get(found.code)
    if intake.place_text:
        matches = find_place(intake.place_text, limit=1)
        if matches:
            return tree().by_code.get(matches[0].unit_code)
    own = tree().by_code.get(by.unit)
    return own if own is not None and own.kind != "department" else root_node()


def new_number(at: datetime) -> str:
    """The day and a running number that never comes again; it has gaps, and tells nothing secret."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_number')")
        running = cursor.fetchone()[0]
    return f"{timezone.localtime(at):%Y%m%d}-{running:06d}"


def new_code() -> str:
    """The code on a receipt: sixty random bits that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


@transaction.atomic
def correct(
    case: Case, *, by: Actor, at: datetime, text: str | None = None, title: str | None = None, place_text: str | None = None
) -> Case:
    """Mend what was taken down wrongly; the words before stay in the history."""
    policy.require(by, "case.take", case)
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    given = {"text": text, "title": title, "place_text": place_text}
    changed = {name: value for name, value in given.items() if value is not None and value != getattr(case, name)}
    if not changed:
        return case
    for name, value in changed.items():
        setattr(case, name, value)
    case.version += 1
    case.save()
    record("case.corrected", subject=subject_of(case), by=by, at=at, after={"fields": "、".join(changed)})
    return case


