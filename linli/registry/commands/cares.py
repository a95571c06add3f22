"""Care groups: a person's place in one of the closed list, seen and recorded by who has the group's verb and by nobody else."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from linli.kernel.audit.actor import Actor
from linli.registry import policy
from linli.registry.commands.deeds import Deed
from linli.registry.commands.living import confirm, takes_part
from linli.registry.commands.looking import subject_of
from linli.registry.commands.persons import titles_of
from linli.registry.models import Care, Person
from linli.registry.queries.rows import day_said
from linli.registry.rules import life
from linli.registry.rules.elements import CARE
from linli.registry.rules.life import Refused
from linli.registry.rules.tables import titles


class NotKept(Refused):
    """A group that is not in the closed list: nobody can be recorded in it."""


def require_group(by: Actor, group: str) -> None:
    """Refuse a group outside the closed list, and an actor whose verbs do not open it."""
    if group not in titles("care_groups"):
        raise NotKept("只能登记关爱对象目录内的类别；矫正、刑释、戒毒等不按人登记")
    policy.require(by, f"care.{group}")


def _close(deed: Deed, person: Person) -> None:
    """The event is that of any sealed value: nobody learns from the audit that somebody is in a group."""
    after = {"elements": titles_of("person", [CARE])}
    deed.close("registry.person_changed", about=person, subject=subject_of(person), after=after)


@transaction.atomic
def add_care(
    *, person_id: int, group: str, basis: str, note: str = "", origin: str = "civil_affairs", by: Actor, at: datetime, on: date
) -> Care:  # fmt: skip
    """A person belongs to a care group from a day on, on a basis in words (a certificate, a decision)."""
    require_group(by, group)
    if not basis.strip():
        raise Refused("请写明登记的依据（证件、文件或核实情况）")
    deed = Deed("care_added", origin=origin, by=by, at=at, on=on)
    person = deed.person(person_id)
    takes_part(deed, person)
    values = {"group": group, "basis": basis.strip(), "note": note.strip(), "valid_from": day_said(on)}
    care = deed.make(Care(person=person), values)
    _close(deed, person)
    return care


@transaction.atomic
def end_care(
    *, care_id: int, note: str = "", origin: str = "civil_affairs", by: Actor, at: datetime, on: date
) -> Care:
    """A person belongs to a care group no more from a day on."""
    row = Care.objects.select_for_update().filter(pk=care_id, valid_to=None).first()
    if row is None:
        raise Refused("没有这项登记，或您没有查看这一类关爱对象的权限")
    deed = Deed("care_ended", origin=origin, by=by, at=at, on=on)
    person = deed.person(row.person_id)
    require_group(by, deed.opener.care(row).get("group", ""))
    care = deed.take(row)
    life.may_end(care.valid_from, on)
    confirm(deed, person)
    told = deed.opener.care(care)
    deed.put(
        care,
        {"valid_to": day_said(on), "note": "；".join(each for each in (told["note"], note.strip()) if each)},
    )
    _close(deed, person)
    return care
