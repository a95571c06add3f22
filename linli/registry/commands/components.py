"""Components of the city (部件): taken into the register, mended, and in what state they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from linli.algorithms.text.sentences import said
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject
from linli.registry import policy
from linli.registry.commands.coding import next_codes
from linli.registry.commands.deeds import ChangedMeanwhile, Deed
from linli.registry.commands.organisations import path_of, require_own
from linli.registry.commands.persons import titles_of
from linli.registry.models import Component
from linli.registry.queries.rows import day_said
from linli.registry.rules.changes import Values
from linli.registry.rules.values import NotReadable, read_values

NEEDED = {"code": "部件编码", "kind": "部件类型"}
"""What no component is without."""


def component_subject(row: Component) -> Subject:
    """A component as the subject of an event."""
    return Subject("component", row.pk, row.code, row.path)


@transaction.atomic
def add_component(
    *, values: Mapping[str, str], unit: str = "", origin: str = "urban_management", by: Actor, at: datetime, on: date
) -> Component:  # fmt: skip
    """A new component with the values of elements (``kind`` is needed), in a unit by its code or by its point.

    Without a ``code`` it is given the next of its division and kind, which makes way for the department's own.
    """
    policy.require(by, "registry.change")
    deed = Deed("added", origin=origin, by=by, at=at, on=on)
    read = read_values("component", values, on=on)
    if not read.get("kind"):
        raise NotReadable("请选择部件类型", element="kind")
    path = path_of(unit, read)
    require_own(by, path)
    if not read.get("code"):
        read["code"] = next_codes([(path, str(read["kind"]))])[0]
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
            raise NotReadable("%(title)s不能为空", title=said(title), element=code)
    if read.get("lon") and read.get("lat"):
        path = path_of("", read)
        require_own(by, path)
        read["path"] = path
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
        raise NotReadable("请选择状态", element="state")
    deed.put(row, {**read, **_confirmed(row, on)})
    _closed(deed, row, titles_of("component", ["state"]))
    return row


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
