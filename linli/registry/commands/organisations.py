"""Organisations: taken into the register, mended, moved to other premises, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from linli.algorithms.text.sentences import said
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject
from linli.registry import policy
from linli.registry.commands.deeds import ChangedMeanwhile, Deed
from linli.registry.commands.persons import titles_of
from linli.registry.models import Organisation, Person, Staff
from linli.registry.queries.rows import day_said
from linli.registry.rules import life
from linli.registry.rules.changes import Values
from linli.registry.rules.life import Refused
from linli.registry.rules.values import NotReadable, read_values
from linli.territory.models import Building
from linli.territory.queries.locating import grid_at
from linli.territory.queries.units import tree


def organisation_subject(row: Organisation) -> Subject:
    """An organisation as the subject of an event: its name is public."""
    return Subject("organisation", row.pk, row.name, row.path)


@transaction.atomic
def add_organisation(
    *, values: Mapping[str, str], building_id: int | None = None, unit: str = "", origin: str = "community",
    by: Actor, at: datetime, on: date,
) -> Organisation:  # fmt: skip
    """A new organisation with the values of elements (``name`` is needed), in a building, in a unit by its code, or at a point."""
    policy.require(by, "registry.change")
    deed = Deed("added", origin=origin, by=by, at=at, on=on)
    read = read_values("organisation", values, on=on)
    if not read.get("name"):
        raise NotReadable("请填写名称", element="name")
    where = premises(by, building_id, unit, read)
    row = deed.make(Organisation(), {**read, **where, "confirmed_on": day_said(on)})
    deed.close("registry.organisation_added", about=row, subject=organisation_subject(row))
    return row


@transaction.atomic
def correct_organisation(
    *, organisation_id: int, values: Mapping[str, str], origin: str, by: Actor, at: datetime, on: date,
    version: int | None = None,
) -> Organisation:  # fmt: skip
    """Mend values of an organisation; "" empties one."""
    deed = Deed("corrected", origin=origin, by=by, at=at, on=on)
    row = _taken(deed, organisation_id)
    if version is not None and version != row.version:
        raise ChangedMeanwhile("这条记录刚刚被他人改过，请查看最新内容后再更正")
    read = read_values("organisation", values, on=on)
    if "name" in read and not read["name"]:
        raise NotReadable("名称不能为空", element="name")
    deed.put(row, {**read, **({} if read.get("kind", "-") else {"kind": "other"}), **_confirmed(row, on)})
    _closed(deed, row, titles_of("organisation", values))
    return row


@transaction.atomic
def move_organisation(
    *, organisation_id: int, address: str, building_id: int | None = None, unit: str = "", point: tuple[float, float] | None = None,
    origin: str = "community", by: Actor, at: datetime, on: date,
) -> Organisation:  # fmt: skip
    """An organisation has other premises from a day on, in the actor's territory; ``point`` is longitude and latitude."""
    deed = Deed("premises_moved", origin=origin, by=by, at=at, on=on)
    row = _taken(deed, organisation_id)
    told = {"address": address, **({"lon": str(point[0]), "lat": str(point[1])} if point else {})}
    read = read_values("organisation", told, on=on)
    deed.put(row, {**read, **premises(by, building_id, unit, read), **_confirmed(row, on)})
    _closed(deed, row, titles_of("organisation", ["address"]))
    return row


@transaction.atomic
def close_organisation(
    *, organisation_id: int, origin: str = "market_supervision", by: Actor, at: datetime, on: date
) -> Organisation:  # fmt: skip
    """An organisation is closed on a day; its record stays."""
    deed = Deed("closed", origin=origin, by=by, at=at, on=on)
    row = _taken(deed, organisation_id)
    if row.opened_on is not None:
        life.may_end(row.opened_on, on)
    deed.put(row, {"state": Organisation.State.CLOSED, "closed_on": day_said(on), **_confirmed(row, on)})
    _closed(deed, row, titles_of("organisation", ["closed_on"]))
    return row


@transaction.atomic
def add_staff(
    *, organisation_id: int, name: str, post: str = "", document: bytes | None = None, origin: str = "community", by: Actor, at: datetime,
    on: date,
) -> Staff:  # fmt: skip
    """Somebody works in an organisation from a day on; ``document`` is the mark of somebody's in the register, in the actor's sight."""
    deed = Deed("staff_added", origin=origin, by=by, at=at, on=on)
    row = _taken(deed, organisation_id)
    person = None
    if document is not None:
        person = policy.persons_for(by).filter(document_mark=document, state=Person.State.PRESENT).first()
        if person is None:
            raise Refused("辖区内没有登记这个证件号码的人；不在本辖区的，请只写姓名", element="document")
    if not (person or name.strip()):
        raise Refused("请填写姓名，或在册人员的证件号码", element="name")
    working = Staff.objects.filter(organisation=row, valid_to=None)
    if person is not None and working.filter(person=person).exists():
        raise Refused("%(name)s已经登记在这家单位", name=person.name, element="document")
    told = {"name": person.name if person else name.strip(), "post": post.strip() or None}
    links = {"organisation": row.pk, "person": person.pk if person else None}
    made = deed.make(Staff(), {**links, **told, "valid_from": day_said(on), "valid_to": None})
    _closed(deed, row, said("从业人员"))
    return made


@transaction.atomic
def end_staff(
    *, organisation_id: int, staff_id: int, origin: str = "community", by: Actor, at: datetime, on: date
) -> Staff:
    """Somebody does not work in an organisation any more from a day on."""
    deed = Deed("staff_ended", origin=origin, by=by, at=at, on=on)
    row = _taken(deed, organisation_id)
    working = Staff.objects.select_for_update().filter(organisation=row, valid_to=None)
    found = working.filter(pk=staff_id).first()
    if found is None:
        raise Refused("请选择在职的从业人员", element="staff")
    life.may_end(found.valid_from, on)
    deed.put(deed.take(found), {"valid_to": day_said(on)})
    _closed(deed, row, said("从业人员"))
    return found


def premises(by: Actor, building_id: int | None, unit: str, told: Values) -> Values:
    """Building, point and path of premises in the actor's territory; refuses a place beyond it.

    A point among the values that were told is kept before that of the building; without either, none is known.
    """
    values: Values = {"building": building_id, "lon": told.get("lon"), "lat": told.get("lat")}
    if building_id is not None:
        building = Building.objects.select_related("unit").filter(pk=building_id).first()
        if building is None:
            raise Refused("没有这栋楼，请重新选择")
        values["path"] = building.unit.path
        if values["lon"] is None or values["lat"] is None:
            values.update(lon=_degrees(building.lon), lat=_degrees(building.lat))
    else:
        values["path"] = path_of(unit, told)
    require_own(by, values["path"])
    return values


def path_of(unit: str, told: Values) -> str:
    """The path of a unit by its code; without one, of the grid that the point lies in."""
    if unit:
        node = tree().by_code.get(unit)
        if node is None:
            raise Refused("请选择所在的网格或社区")
        return node.path
    if not told.get("lon") or not told.get("lat"):
        raise NotReadable("请选择所在的网格，或在地图上点出位置", element="point")
    node = grid_at(float(told["lon"]), float(told["lat"]))
    if node is None:
        raise NotReadable("这个位置不在任何网格内，请核对位置，或选择所在的网格", element="point")
    return node.path


def require_own(by: Actor, path: str) -> None:
    """Refuse a place beyond the actor's territory."""
    if not policy.in_scope(by, path):
        raise NotAllowed("请选择本辖区内的地点；在其他辖区的，请由那里的社区登记")


def _degrees(value: float | None) -> str | None:
    return None if value is None else repr(value)


def _taken(deed: Deed, organisation_id: int) -> Organisation:
    policy.require(deed.by, "registry.change")
    row = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
    if row is None or not policy.in_scope(deed.by, row.path):
        raise NotAllowed("这家单位不在您的管辖范围内")
    if row.state != Organisation.State.OPEN:
        raise Refused("这家单位的状态是“%(state)s”，不能变更", state=row.get_state_display())
    return deed.take(row)


def _confirmed(row: Organisation, on: date) -> Values:
    return {"confirmed_on": day_said(max(row.confirmed_on or on, on))}


def _closed(deed: Deed, row: Organisation, titles: str) -> None:
    deed.close(
        "registry.organisation_changed",
        about=row,
        subject=organisation_subject(row),
        after={"elements": titles},
    )
