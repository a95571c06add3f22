"""Components of the city (部件): taken into the register, mended, and in what state they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject
from linli.registry import policy
from linli.registry.commands.deeds import ChangedMeanwhile, Deed
from linli.registry.commands.organisations import path_of
from linli.registry.commands.persons import titles_of
from linli.registry.models import Component
from linli.registry.queries.rows import day_said
from linli.registry.rules.changes import Values
from linli.registry.rules.values import NotReadable, read_values
from linli.territory.queries.locating import grid_at

NEEDED = {"code": "部件编码", "kind": "部件类型"}


def component_subject(row: Component) -> Subject:
    """A component as the subject of an event."""
    return Subject("component", row.pk, row.code, row.path)


@transaction.atomic
def add_component(
    *, values: Mapping[str, str], unit: str = "", origin: str = "urban_management", by: Actor, at: datetime, on: date
) -> Component:  # fmt: skip
    """A new component with the values of elements (``code`` and ``kind`` are needed), in a unit by its code or by its point."""
    policy.require(by, "registry.change")
    deed = Deed("added", origin=origin, by=by, at=at, on=on)
    read = read_values("component", values, on=on)
    for code, title in NEEDED.items():
        if not read.get(code):
            raise NotReadable("请填写%(title)s", title=title)
    path = path_of(unit) if unit else _path_at(read)
    _in_scope(by, path)
    row = deed.make(Component(), {"state": "good", **read, "path": path, "confirmed_on": day_said(on)})
    deed.close("registry.component_added", about=row, subject=component_subject(row))
    return row


@transaction.atomic
def correct_component(
    *, component_id: int, values: Mapping[str, str], origin: str, by: Actor, at: datetime, on: date,
    version: int | None = None,
) -> Component:  # fmt: skip
    """Mend values of a component; "" empties one. A corrected point may lead into another grid of the actor's territory."""
    deed = Deed("corrected", origin=origin, by=by, at=at, on=on)
    row = _taken(deed, component_id)
    if version is not None and version != row.version:
        raise ChangedMeanwhile("这条记录刚刚被他人改过，请查看最新内容后再更正")
    read = read_values("component", values, on=on)
    for code, title in NEEDED.items():
        if code in read and not read[code]:
            raise NotReadable("%(title)s不能为空", title=title)
    if read.get("lon") and read.get("lat"):
        read["path"] = _path_at(read)
        _in_scope(by, read["path"] or "")
    deed.put(row, {**read, **_confirmed(row, on)})
    _closed(deed, row, titles_of("component", values))
    return row


@transaction.atomic
def set_component_state(
    *, component_id: int, state: str, origin: str = "visit", by: Actor, at: datetime, on: date
) -> Component:  # fmt: skip
    """A component is found whole, damaged, missing, abandoned or removed (``data/component_states.csv``)."""
    deed = Deed("state_set", origin=origin, by=by, at=at, on=on)
    row = _taken(deed, component_id)
    read = read_values("component", {"state": state}, on=on)
    if not read["state"]:
        raise NotReadable("请选择状态")
    deed.put(row, {**read, **_confirmed(row, on)})
    _closed(deed, row, titles_of("component", ["state"]))
    return row


def _path_at(read: Values) -> str:
    """The path of the grid that the point lies in."""
    if not read.get("lon") or not read.get("lat"):
        raise NotReadable("请选择所在的网格，或填写经纬度")
    node = grid_at(float(read["lon"]), float(read["lat"]))
    if node is None:
        raise NotReadable("这个位置不在任何网格内，请核对经纬度或选择网格")
    return node.path


def _in_scope(by: Actor, path: str) -> None:
    if not policy.in_scope(by, path):
        raise NotAllowed("请选择本辖区内的地点；在其他辖区的，请由那里的社区登记")


def _taken(deed: Deed, component_id: int) -> Component:
    policy.require(deed.by, "registry.change")
    row = Component.objects.select_for_update().filter(pk=component_id).first()
    if row is None or not policy.in_scope(deed.by, row.path):
        raise NotAllowed("这个部件不在您的管辖范围内")
    return deed.take(row)


def _confirmed(row: Component, on: date) -> Values:
    return {"confirmed_on": day_said(max(row.confirmed_on or on, on))}


def _closed(deed: Deed, row: Component, titles: str) -> None:
    deed.close(
        "registry.component_changed", about=row, subject=component_subject(row), after={"elements": titles}
    )
