"""Rows of the register as plain values, sealed ones in clear: what a change remembers of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Model

from linli.registry.models import (
    Care,
    Change,
    Component,
    Household,
    Membership,
    Organisation,
    Person,
    Residence,
    Staff,
    Trait,
)
from linli.registry.queries.sealed import Opener
from linli.registry.rules.changes import Contents, Values, read_contents
from linli.registry.rules.sealed import COMMA, document_said

TABLES: dict[str, type[Model]] = {
    "person": Person,
    "household": Household,
    "membership": Membership,
    "residence": Residence,
    "care": Care,
    "trait": Trait,
    "organisation": Organisation,
    "component": Component,
    "staff": Staff,
}
"""What changes speak of, by the name they give it."""

NAMES = {model: name for name, model in TABLES.items()}
LENGTHS = {"day": 10, "month": 7, "year": 4}


def values_of(row: Model, opener: Opener) -> Values:
    """A row as plain values; the elements among them are written as files write them."""
    return _READ[type(row)](row, opener)


def contents_of(change: Change, opener: Opener) -> Contents:
    """What a change keeps; nothing where its key was destroyed."""
    text = opener.text(bytes(change.sealed) if change.sealed else None, change.key_id, "change")
    return read_contents(text) if text else Contents()


def day_said(day: date | None) -> str | None:
    """A day as text."""
    return day.isoformat() if day else None


def _person(row: Person, opener: Opener) -> Values:
    born = row.birth.isoformat()[: LENGTHS[row.birth_precision]] if row.birth else None
    return {
        "name": row.name,
        "former_name": row.former_name or None,
        "sex": row.sex if row.sex != "0" else None,
        "birth": born,
        "document_kind": row.document_kind or None,
        "document": document_said(row.document_kind, opener.document(row)) or None,
        "phones": COMMA.join(opener.phones(row)) or None,
        "education": row.education or None,
        "work": row.work or None,
        "population": row.population if row.population != "unknown" else None,
        "died_on": day_said(row.died_on),
        "left_on": day_said(row.left_on),
        "state": row.state,
        "merged_into": row.merged_into_id,
        "path": row.path,
        "registered_path": row.registered_path,
        "confirmed_on": day_said(row.confirmed_on),
    }


def _household(row: Household, opener: Opener) -> Values:
    return {
        "number": row.number or None, "head": row.head_id, "dwelling": row.dwelling_id, "address": row.address or None,
        "size": row.size, "path": row.path, "state": row.state,
    }  # fmt: skip


def _membership(row: Membership, opener: Opener) -> Values:
    return {"household": row.household_id, "person": row.person_id, "relation": row.relation, **_days(row)}


def _residence(row: Residence, opener: Opener) -> Values:
    return {
        "person": row.person_id, "dwelling": row.dwelling_id, "kind": row.kind, "address": row.address or None, "path": row.path,
        **_days(row),
    }  # fmt: skip


def _care(row: Care, opener: Opener) -> Values:
    told = opener.care(row)
    return {
        "person": row.person_id, "group": told.get("group", ""), "basis": told.get("basis", ""), "note": told.get("note", ""),
        **_days(row),
    }  # fmt: skip


def _trait(row: Trait, opener: Opener) -> Values:
    return {"person": row.person_id, "element": row.element, "value": opener.trait(row)}


def _organisation(row: Organisation, opener: Opener) -> Values:
    return {
        "name": row.name, "uscc": row.uscc or None, "kind": row.kind, "building": row.building_id,
        "address": row.address or None, "lon": _number_said(row.lon), "lat": _number_said(row.lat), "path": row.path,
        "contact": opener.contact(row) or None, "phones": COMMA.join(opener.organisation_phones(row)) or None,
        "staff_count": None if row.staff_count is None else str(row.staff_count), "opened_on": day_said(row.opened_on),
        "closed_on": day_said(row.closed_on), "state": row.state, "merged_into": row.merged_into_id,
        "confirmed_on": day_said(row.confirmed_on),
    }  # fmt: skip


def _component(row: Component, opener: Opener) -> Values:
    return {
        "code": row.code, "kind": row.kind, "owner": row.owner or None, "keeper": row.keeper or None,
        "keeper_unit": row.keeper_unit_id, "state": row.state, "place": row.place or None, "lon": _number_said(row.lon),
        "lat": _number_said(row.lat), "path": row.path, "installed_on": day_said(row.installed_on),
        "confirmed_on": day_said(row.confirmed_on),
    }  # fmt: skip


def _staff(row: Staff, opener: Opener) -> Values:
    return {
        "organisation": row.organisation_id, "person": row.person_id, "name": row.name, "post": row.post or None, **_days(row),
    }  # fmt: skip


def _days(row: Membership | Residence | Care | Staff) -> Values:
    return {"valid_from": day_said(row.valid_from), "valid_to": day_said(row.valid_to)}


def _number_said(value: float | None) -> str | None:
    return None if value is None else repr(value)


_READ: dict[type[Model], Callable[[Any, Opener], Values]] = {
    Person: _person,
    Household: _household,
    Membership: _membership,
    Residence: _residence,
    Care: _care,
    Trait: _trait,
    Organisation: _organisation,
    Component: _component,
    Staff: _staff,
}
