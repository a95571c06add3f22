"""One deed on the register: the rows it takes in hand as they were, what is made of them, and the changes that tell of it.

A command takes a deed, asks it for the persons and households it is about, sets values, and closes it. The deed locks,
saves what changed, keeps households right, and writes one change for each record and one event. Who may not see a person
cannot take it in hand; a household is taken whole, because its size and its head are those of all its members.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.privacy.commands import OpenKey
from linli.kernel.privacy.context import door
from linli.kernel.staging import numbers
from linli.registry import policy
from linli.registry.commands.homes import Home
from linli.registry.commands.rows import put
from linli.registry.commands.sealing import register_key
from linli.registry.models import (
    Care,
    Change,
    Component,
    Household,
    Membership,
    Organisation,
    Person,
    Question,
)
from linli.registry.queries.rows import NAMES, TABLES, values_of
from linli.registry.queries.sealed import Opener
from linli.registry.rules import life
from linli.registry.rules.changes import Contents, RowSeen, Values, tell
from linli.registry.rules.elements import open_mask
from linli.registry.rules.life import Refused

M = TypeVar("M", bound=Model)

ONCE = {
    "person_document_once": ("document", "这个证件号码已经登记在另一条记录上；如是同一个人，请核对后合并，否则请核对号码"),
    "organisation_uscc_once": ("uscc", "这个统一社会信用代码已经登记，请核对"),
    "registry_component_code_key": ("code", "这个部件编码已经登记，请核对"),
    "care_once_at_a_time": ("care", "这个人已经登记为这一类关爱对象"),
}  # fmt: skip
"""What the database refuses: the element it is about, and the words."""

RECORDS = (Person, Household, Organisation, Component)

OUTSIDE = "这个人不在您的管辖范围内；迁入本辖区的，请由有“转入、转出辖区”权限的人员凭证件号码办理"
LEAVES = "办理后这个人不再属于您的管辖范围；请由有“转入、转出辖区”权限的人员办理，或由现居住地社区办理迁入"


class ChangedMeanwhile(Refused):
    """Somebody else changed the record since the form was shown."""


class Row(NamedTuple):
    """A row in hand, and what it was: None for one that the deed makes."""

    row: Any
    before: Values | None


class Deed:
    """What one command does; see the head of the module. ``origin`` is the kind of source that the values come from."""

    def __init__(self, what: str, *, origin: str, by: Actor, at: datetime, on: date) -> None:
        life.happened(on, timezone.localdate(at))
        life.known_source(origin)
        assert what in life.WHAT, f"nobody could read what {what} is"
        self.what, self.origin, self.by, self.at, self.on = what, origin, by, at, on
        self.rows: dict[tuple[type[Model], int], Row] = {}
        self.gone: list[Model] = []
        self.homes: dict[int, Home] = {}
        self.transfers = False
        self.opener = Opener()

    @cached_property
    def key(self) -> OpenKey:
        """What is sealed now is sealed under this key."""
        return register_key()

    # Rows in hand

    def take(self, row: M) -> M:
        """A locked row, as it is now; the same object each time it is taken."""
        key = (type(row), row.pk)
        if key not in self.rows:
            self.rows[key] = Row(row, values_of(row, self.opener))
        return self.rows[key].row  # type: ignore[no-any-return]

    def make(self, row: M, values: Values) -> M:
        """A new row with these values, and its number."""
        row.pk = int(numbers(type(row), 1)[0])
        put(row, values, self.key)
        self.rows[type(row), row.pk] = Row(row, None)
        return row

    def put(self, row: Model, values: Values) -> None:
        """Set values of a row in hand."""
        put(row, values, self.key)

    def in_hand(self, model: type[M]) -> list[M]:
        """The rows of a table that are in hand."""
        return [held.row for (table, _), held in self.rows.items() if table is model]

    def is_new(self, row: Model) -> bool:
        """Whether the deed makes the row."""
        return self.rows[type(row), row.pk].before is None

    # Persons and households

    def person(self, person_id: int) -> Person:
        """A person whom the actor may see, locked."""
        policy.require(self.by, "registry.change")
        row = Person.objects.select_for_update().filter(pk=person_id).first()
        if row is None or not policy.in_scope(self.by, row.path, row.registered_path):
            raise NotAllowed(OUTSIDE)
        if row.state == Person.State.MERGED:
            raise Refused("这条记录已并入另一条记录，请在那条记录上办理")
        return self.take(row)

    def person_by_document(self, document_mark: bytes) -> Person:
        """A person wherever in the district, found by the whole document; beyond the own territory: to be transferred into it."""
        policy.require(self.by, "registry.change")
        rows = (
            Person.objects.select_for_update()
            .exclude(state=Person.State.MERGED)
            .filter(document_mark=document_mark)
        )
        row = rows.first()
        if row is not None and self._is_in(row):
            return self.take(row)
        policy.require(self.by, "registry.transfer")
        self.transfers = True
        with self.looking():
            row = rows.first()
        if row is None:
            raise Refused("没有登记过这个证件号码；请按新登记的人员办理")
        return self.take(row)

    def household(self, household_id: int) -> Home:
        """A household of the own territory, with all its members."""
        policy.require(self.by, "registry.change")
        row = Household.objects.filter(pk=household_id).first()
        if row is None or not policy.in_scope(self.by, row.path):
            raise NotAllowed("这一户不在您的管辖范围内")
        if row.state == Household.State.ENDED:
            raise Refused("这一户已经注销，请选择在册的家庭户")
        return self.whole(household_id)

    def home_of(self, person: Person) -> Home | None:
        """The household that a person in hand belongs to now."""
        for home in self.homes.values():
            if home.has(person.pk):
                return home
        if self.is_new(person):
            return None
        with self.looking():
            found = Membership.objects.filter(person=person, valid_to=None).first()
        if found is None or found.household_id in self.homes:
            return None
        return self.whole(found.household_id)

    def looking(self) -> AbstractContextManager[None]:
        """Rows of somebody who is being transferred are read through the door, all others as the actor sees them."""
        return door(policy.TRANSFER) if self.transfers else nullcontext()

    def whole(self, household_id: int) -> Home:
        """A household with all its members, wherever these live."""
        if household_id not in self.homes:
            with door(policy.WHOLE):
                row = self.take(Household.objects.select_for_update().get(pk=household_id))
                found = Membership.objects.select_for_update(of=("self",)).filter(
                    household=row, valid_to=None
                )
                members = [self.take(each) for each in found.select_related("person").order_by("pk")]
            self.homes[household_id] = Home(row, members)
        return self.homes[household_id]

    # The end

    def close(
        self, event: str, *, about: Model, subject: Subject, after: Mapping[str, str] | None = None
    ) -> list[Change]:
        """Save what changed, with a change for each record (that of ``about`` leads) and one event; nothing if nothing did."""
        seen = [
            RowSeen(
                NAMES[table],
                pk,
                held.before,
                None if held.row in self.gone else values_of(held.row, self.opener),
            )
            for (table, pk), held in self.rows.items()
        ]
        told = tell(seen, about.pk)
        changes = self._changes("person" if isinstance(about, Person) else NAMES[type(about)], told)
        with self._door(list(told)):
            self._remove(lambda row: not isinstance(row, RECORDS))
            self._save(seen)
            Change.objects.bulk_create(changes)
            self._remove(lambda row: isinstance(row, RECORDS))
            for change in changes if self.what != life.UNDONE else ():
                said = [
                    code for code, value in told[change.record_id].after.items() if value not in (None, "")
                ]
                self.answer(change.record_kind, change.record_id, said)
        if changes:
            record(event, subject=subject, by=self.by, at=self.at, after=dict(after or {}))
        return changes

    def answer(self, kind: str, record_id: int, said: Sequence[str]) -> None:
        """Whoever sets a value answers the open questions about it, whichever way it was set."""
        asked = Question.objects.filter(record_kind=kind, record_id=record_id, element__in=said)
        asked.filter(state=Question.State.OPEN).update(
            state=Question.State.ANSWERED, settled_at=self.at, settled_by=self.by.label[:120]
        )

    def settle(self) -> None:
        """Put the sizes and heads of the households in hand right."""
        for home in self.homes.values():
            home.settle(self.on, self.put)

    def _remove(self, wanted: Callable[[Model], bool]) -> None:
        """Rows that go: those of a record before what takes their place is saved, the record itself when nothing names it."""
        for row in reversed(self.gone):
            if wanted(row):
                row.delete()

    def _save(self, seen: Sequence[RowSeen]) -> None:
        """Rows that end before rows that begin: a person belongs to one household at a time."""
        changed = [each for each in seen if each.change and each.after is not None]
        changed.sort(key=lambda each: (each.before is None, (each.after or {}).get("valid_to") is None))
        by_name = {(NAMES[table], pk): held.row for (table, pk), held in self.rows.items()}
        try:
            with transaction.atomic():
                for each in changed:
                    row = by_name[each.table, each.id]
                    if each.before is not None and hasattr(row, "version"):
                        row.version += 1
                    row.save(force_insert=each.before is None)
        except IntegrityError as error:
            known = ONCE.get(getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or "")
            if known is None:
                raise
            raise Refused(known[1], element=known[0]) from None

    def _changes(self, kind: str, told: Mapping[int, Contents]) -> list[Change]:
        ids = [int(number) for number in numbers(Change, len(told))] if told else []
        made = []
        for change_id, (record_id, contents) in zip(ids, told.items(), strict=True):
            is_first = change_id == ids[0]
            contents = replace(
                contents, leads=None if is_first else ids[0], others=tuple(ids[1:]) if is_first else ()
            )
            made.append(
                Change(
                    id=change_id, record_kind=kind, record_id=record_id, what=self.what, origin=self.origin,
                    by_user_id=self.by.user_id, by_label=self.by.label[:120], at=self.at, on=self.on,
                    wrote=open_mask(kind, contents.after), mark=self._mark(contents), sealed=self.key.seal(contents.dumps(), "change"), key_id=self.key.id,
                    path=self._path(kind, record_id),
                )
            )  # fmt: skip
        return made

    def _mark(self, contents: Contents) -> str:
        """The mark of the care group, where that is all that a change is about; a merge, which groups follow, is about more."""
        rows = [row for row in contents.rows if not row.is_confirmation]
        if not rows or any(row.table != "care" or row.is_move for row in rows):
            return ""
        return str(self.rows[Care, rows[0].id].row.mark)

    def _door(self, touched: Sequence[int]) -> AbstractContextManager[None]:
        """What is written leaves or enters the actor's view through a door, which asks for its verb; or needs none."""
        crosses = [
            person for person in self.in_hand(Person) if person not in self.gone and self._crosses(person)
        ]
        if any(self.is_new(person) or not self.by.may("registry.transfer") for person in crosses):
            raise NotAllowed(LEAVES)
        persons = {each.person_id: each.person for each in self.in_hand(Membership)}
        persons |= {person.pk: person for person in self.in_hand(Person)}
        unseen = [pk for pk in touched if pk in persons and not self._is_in(persons[pk])]
        cares = [held for (table, _), held in self.rows.items() if table is Care and held.before is not None]
        moved = any(held.row.person_id != (held.before or {})["person"] for held in cares)
        way = (
            policy.UNDO if self.gone
            else policy.TRANSFER if crosses
            else policy.WHOLE if unseen
            else policy.REVIEW if moved
            else ""
        )  # fmt: skip
        return door(way) if way else nullcontext()

    def _crosses(self, person: Person) -> bool:
        """Whether a person comes into the actor's view or leaves it."""
        before = self.rows[Person, person.pk].before
        was_in = before is None or policy.in_scope(self.by, before["path"], before["registered_path"])
        return was_in != self._is_in(person)

    def _is_in(self, person: Person) -> bool:
        return policy.in_scope(self.by, person.path, person.registered_path)

    def _path(self, kind: str, record_id: int) -> str:
        """Where a touched record lies: what policies of changes of organisations and components look at."""
        model = TABLES[kind]
        held = self.rows.get((model, record_id))
        if held is not None:
            return str(held.row.path or getattr(held.row, "registered_path", ""))
        return next(
            (each.person.path for each in self.in_hand(Membership) if each.person_id == record_id), ""
        )
