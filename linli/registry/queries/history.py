"""A record as it was on a day, what happened to it, and where each of its values comes from.

Changes are read backwards from what the record says today. What was taken back never was; of two changes of one element the
one recorded later is believed, if it had happened by the day. Homes, households and care groups have days of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import F

from linli.algorithms.text.sentences import said
from linli.kernel.audit.actor import Actor
from linli.registry.models import (
    Care,
    Change,
    Component,
    Household,
    Intake,
    Membership,
    Organisation,
    Person,
    RawRow,
    Residence,
    Trait,
)
from linli.registry.policy import is_switched_on, knows_all_care
from linli.registry.queries.knowing import said_in_words
from linli.registry.queries.persons import then
from linli.registry.queries.rows import NAMES, contents_of, values_of
from linli.registry.queries.sealed import Opener, masked_contact, masked_phones
from linli.registry.rules.changes import Contents, Values, elements_in
from linli.registry.rules.elements import CARE, codes_of, elements
from linli.registry.rules.life import REGISTERED, UNDONE, WHAT
from linli.registry.rules.sealed import phones_in
from linli.registry.rules.tables import titles

Record = Person | Organisation | Component
WRITTEN = (Intake.State.APPLYING, Intake.State.DONE)
NEEDED = {"person": "name", "organisation": "name", "component": "code"}
"""What every record has from its first change on."""


@dataclass(frozen=True)
class Then:
    """The values of a record on a day, in clear, and its state. ``lost`` are elements whose former value was forgotten."""

    record: Record
    on: date
    values: Values
    state: str
    lost: frozenset[str] = frozenset()


@dataclass(frozen=True)
class MemberThen:
    """Somebody of a household on a day."""

    person: Person
    relation: str


@dataclass(frozen=True)
class PersonThen:
    """A person on a day as a viewer may see it: values in words, sealed ones masked."""

    person: Person
    on: date
    state: str
    values: dict[str, str]
    household: Household | None
    number: str
    relation: str
    members: list[MemberThen]
    residences: list[Residence]
    cares: list[str]
    lost: frozenset[str]


class _Told(NamedTuple):
    """A change with what it keeps; ``forgotten`` are the elements it wrote, where its key was destroyed."""

    change: Change
    contents: Contents
    forgotten: frozenset[str]


def values_then(record: Record, day: date, opener: Opener | None = None) -> Then | None:
    """What a record said on the evening of a day, in clear: for other queries and commands, never for a page.

    None where there was no such record yet.
    """
    opener = opener or Opener()
    told = _told(record, opener)
    begun = _begun(record, told)
    if begun is not None and begun > day:
        return None
    values, state = _today(record, opener), str(record.state)
    settled, lost = set[str](), set[str]()
    for change, contents, forgotten in told:
        if change.on <= day:
            settled |= contents.after.keys() | forgotten | ({"state"} if contents.state else set())
            continue
        lost |= forgotten - settled
        before = {**dict.fromkeys(forgotten), **contents.before}
        values.update((code, value) for code, value in before.items() if code not in settled)
        if contents.state and "state" not in settled:
            state = contents.state
    return Then(record, day, values, state, frozenset(lost))


def states_then(kind: str, day: date) -> dict[int, str]:
    """The states in which records of a kind were on the evening of a day, of those whose state has been told otherwise since.

    As in ``values_then`` what was taken back never was, and of two changes the one recorded later is believed, if it had happened by the day.
    """
    changes = Change.objects.filter(record_kind=kind, undone_by=None).exclude(what=UNDONE)
    told = changes.alias(state=F("wrote").bitand(elements(kind)["state"].mask)).filter(state__gt=0)
    since = list(told.filter(on__gt=day).values_list("record_id", flat=True).distinct())
    found: dict[int, str] = {}
    settled, opener = set[int](), Opener()
    for change in told.filter(record_id__among=since).order_by("-pk").iterator():
        if change.on <= day:
            settled.add(change.record_id)
        elif change.record_id not in settled and (state := contents_of(change, opener).before.get("state")):
            found[change.record_id] = state
    return found


def as_of(person: Person, day: date, *, by: Actor, today: date) -> PersonThen | None:
    """A person on a day as a viewer may see it today; None where the record did not yet exist."""
    opener = Opener()
    found = values_then(person, day, opener)
    if found is None:
        return None
    belongs = Membership.objects.filter(then(day), person=person).order_by("-valid_from", "-pk").first()
    homes = Residence.objects.filter(then(day), person=person).select_related("dwelling__entrance__building")
    return PersonThen(
        person,
        day,
        found.state,
        {
            code: shown("person", code, value)
            for code, value in found.values.items()
            if value is not None and may_see("person", code, value, by=by, today=today)
        },
        Household.objects.filter(pk=belongs.household_id).first() if belongs else None,
        found.values.get("household_number") or "",
        titles("relations").get(found.values.get("relation") or "", ""),
        members_then(belongs.household_id, day, opener) if belongs else [],
        sorted(homes, key=lambda row: row.kind == REGISTERED),
        [
            titles("care_groups")[group]
            for group in _groups_then(person, day, opener)
            if by.may(f"care.{group}")
        ],
        found.lost,
    )


def members_then(household_id: int, day: date, opener: Opener) -> list[MemberThen]:
    """The members of a household on a day whom the viewer may see, with their relation on that day."""
    rows = (
        Membership.objects.filter(then(day), household=household_id).select_related("person").order_by("pk")
    )
    found = [(row.person, values_then(row.person, day, opener)) for row in rows]
    members = [
        MemberThen(person, str(was.values.get("relation") or "")) for person, was in found if was is not None
    ]
    return sorted(members, key=lambda each: each.relation)


@dataclass(frozen=True)
class Value:
    """A value of an element before and after a change, as a viewer may see it."""

    title: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Entry:
    """Something that happened to a record: a deed, or a file that spoke of it.

    ``source`` is the kind of source or the title of the file's source, ``where`` the file, sheet and row. ``change_id`` is
    what ``undo_change`` takes, None where it cannot be taken back from here.
    """

    at: datetime
    on: date
    title: str
    who: str
    source: str
    where: str = ""
    values: list[Value] = field(default_factory=list)
    change_id: int | None = None
    undone: bool = False


def timeline(record: Record, *, by: Actor, today: date) -> list[Entry]:
    """What happened to a record in words, the latest first: what the viewer may not see of it is left out."""
    kind, opener = NAMES[type(record)], Opener()
    rows = {row.intake_id: row for row in _rows(record)}
    entries: list[Entry] = []
    for change, contents, _lost in _told(record, opener, everything=True):
        if change.intake_id is None:
            entries += _entry(kind, change, contents, by, today)
    brought = {
        change.intake_id: contents for change, contents, _lost in _told(record, opener) if change.intake_id
    }
    for intake_id, row in rows.items():
        values = (
            _values(kind, brought[intake_id], by, today)
            if intake_id in brought
            else _named(kind, row.wrote, by, today)
        )
        entries.append(
            Entry(
                row.intake.created_at, row.intake.file_date, f"{said(WHAT['imported'])}：{row.get_verdict_display()}",
                row.intake.by_label, row.intake.source.title, where_of(row), values,
            )
        )  # fmt: skip
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def change_made(parts: Iterable[object], *, by: Actor, at: datetime) -> tuple[Record, int] | None:
    """The record on whose page the change stands that a deed of this moment made, and the change, as ``undo_change`` takes it.

    ``parts`` are the records and households that the deed was about. None where nothing was changed, or the actor sees none.
    """
    ids: dict[type[Record], set[int]] = {Person: set(), Organisation: set(), Component: set()}
    for each in parts:
        if isinstance(each, Household):
            members = Membership.objects.filter(household=each)
            ids[Person] |= set(members.values_list("person", flat=True))
        elif isinstance(each, Person | Organisation | Component):
            ids[type(each)].add(each.pk)
    for model, pks in ids.items():
        made = Change.objects.filter(
            record_kind=NAMES[model], record_id__in=pks, at=at, by_user_id=by.user_id
        )
        first = made.order_by("pk").first() if pks else None
        record = model._default_manager.filter(pk=first.record_id).first() if first else None
        if first and record:
            return record, first.pk
    return None


@dataclass(frozen=True)
class Origin:
    """Where a value comes from: the kind of source and its day; a file with sheet and row, or the person who recorded it."""

    source_kind: str
    source: str
    on: date
    at: datetime
    who: str
    file: str = ""
    sheet: int = 0
    row: int = 0

    @property
    def kind_words(self) -> str:
        """The kind of source in words."""
        return titles("source_kinds").get(self.source_kind, self.source_kind)


def sources_of(record: Record, *, by: Actor, today: date) -> dict[str, Origin]:
    """For each element that the viewer may see, who gave the record its value last; what was taken back gave nothing."""
    kind = NAMES[type(record)]
    written: list[tuple[datetime, int, Origin]] = []
    for row in _rows(record):
        origin = Origin(
            row.intake.source.kind, row.intake.source.title, row.intake.file_date, row.intake.created_at, row.intake.by_label,
            row.intake.file_name, row.sheet, row.number,
        )  # fmt: skip
        written.append((origin.at, row.wrote, origin))
    changes = Change.objects.filter(
        record_kind=kind, record_id=record.pk, undone_by=None, intake=None
    ).exclude(wrote=0, mark="")
    for change in changes.exclude(what=UNDONE):
        words = said(WHAT.get(change.what, change.what))
        written.append(
            (change.at, _wrote(change), Origin(change.origin, words, change.on, change.at, change.by_label))
        )
    found: dict[str, Origin] = {}
    for _at, wrote, origin in sorted(written, key=lambda each: each[0]):
        found |= {
            code: origin for code in codes_of(kind, wrote) if may_see(kind, code, None, by=by, today=today)
        }
    return found


def may_see(kind: str, code: str, value: str | None, *, by: Actor, today: date) -> bool:
    """Whether a viewer may know what an element of a record says (masked), or, of a value that is not told, that it says something.

    A care group is known to who has its verb; that somebody is in any of them only to who has all. A field that can be
    switched on is seen while it is on.
    """
    if kind != "person":
        return True
    if code == CARE:
        return by.may(f"care.{value}") if value else knows_all_care(by)
    return elements(kind)[code].access != "switched" or is_switched_on(code, today)


def shown(kind: str, code: str, value: str | None) -> str:
    """A value as pages show it: codes in words, sealed values masked."""
    if not value or kind == "person":
        return said_in_words(code, value)
    if code == "phones":
        return masked_phones(list(phones_in(value)))
    if code == "contact":
        return masked_contact(value)
    table = elements(kind)[code].table
    return titles(table).get(value, value) if table else value


def where_of(row: RawRow) -> str:
    """File, sheet and row in words."""
    words = said(
        "%(file)s，第 %(sheet)s 张表第 %(row)s 行", file=row.intake.file_name, sheet=row.sheet, row=row.number
    )
    return words


def _told(record: Record, opener: Opener, *, everything: bool = False) -> list[_Told]:
    """The changes of a record, the latest first; those that were taken back, and what took them back, only if asked for."""
    rows = Change.objects.filter(record_kind=NAMES[type(record)], record_id=record.pk).order_by("-pk")
    if not everything:
        rows = rows.filter(undone_by=None).exclude(what=UNDONE)
    return [_Told(row, contents_of(row, opener), _forgotten(row, opener)) for row in rows]


def _forgotten(change: Change, opener: Opener) -> frozenset[str]:
    told = opener.text(bytes(change.sealed) if change.sealed else None, change.key_id, "change")
    return frozenset() if told else frozenset(codes_of(change.record_kind, change.wrote))


def _wrote(change: Change) -> int:
    """The elements that a change wrote, with the care group that its mark stands for."""
    return change.wrote | (elements(change.record_kind)[CARE].mask if change.mark else 0)


def _rows(record: Record) -> list[RawRow]:
    """The rows of files that spoke of a record, the latest file last."""
    rows = RawRow.objects.filter(
        record_kind=NAMES[type(record)], record_id=record.pk, intake__state__in=WRITTEN
    )
    return list(rows.select_related("intake__source").order_by("intake__created_at", "sheet", "number"))


def _begun(record: Record, told: Sequence[_Told]) -> date | None:
    """The day from which there was such a record; None where nothing tells."""
    needed = NEEDED[NAMES[type(record)]]
    for change, contents, _lost in told:
        if needed in contents.before and contents.before[needed] is None:
            return change.on
    first = next((row for row in _rows(record) if row.verdict == RawRow.Verdict.NEW), None)
    return first.intake.file_date if first else None


def _today(record: Record, opener: Opener) -> Values:
    """The elements of a record as it is."""
    rows = [(NAMES[type(record)], values_of(record, opener))]
    if isinstance(record, Person):
        for model in (Membership, Residence):
            open_rows = model._default_manager.filter(person=record, valid_to=None).order_by("pk")
            rows += [(NAMES[model], values_of(row, opener)) for row in open_rows]
        home = Household.objects.filter(memberships__person=record, memberships__valid_to=None).first()
        rows += [("household", values_of(home, opener))] if home else []
        rows += [("trait", values_of(row, opener)) for row in Trait.objects.filter(person=record)]
    return elements_in(rows)


def _groups_then(person: Person, day: date, opener: Opener) -> list[str]:
    told = [opener.care(row) for row in Care.objects.filter(then(day), person=person).order_by("pk")]
    return [each["group"] for each in told if each]


def _entry(kind: str, change: Change, contents: Contents, by: Actor, today: date) -> Iterator[Entry]:
    """The entry of a deed; none where the viewer may see nothing of what it was about."""
    values = _values(kind, contents, by, today) if contents.after else _named(kind, _wrote(change), by, today)
    if not values and (contents.after or _wrote(change)):
        return
    origin = titles("source_kinds").get(change.origin, change.origin)
    yield Entry(
        change.at, change.on, said(WHAT.get(change.what, change.what)), change.by_label, origin, "", values,
        change.pk if contents.rows and not contents.forgotten and change.what != UNDONE and change.undone_by_id is None else None,
        change.undone_by_id is not None,
    )  # fmt: skip


def _values(kind: str, contents: Contents, by: Actor, today: date) -> list[Value]:
    return [
        Value(
            said(elements(kind)[code].title),
            shown(kind, code, contents.before.get(code)),
            shown(kind, code, value),
        )
        for code, value in contents.after.items()
        if may_see(kind, code, value or contents.before.get(code), by=by, today=today)
    ]


def _named(kind: str, wrote: int, by: Actor, today: date) -> list[Value]:
    """Elements whose values are not told here."""
    codes = codes_of(kind, wrote)
    return [
        Value(said(elements(kind)[code].title))
        for code in codes
        if may_see(kind, code, None, by=by, today=today)
    ]
