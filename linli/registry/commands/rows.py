"""Plain values put into rows of the register, sealed where they are kept sealed: the other way round of ``queries.rows``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Model

from linli.kernel.privacy.commands import OpenKey
from linli.registry.commands.bulk import sort_key
from linli.registry.commands.sealing import (
    sealed_care,
    sealed_contact,
    sealed_document,
    sealed_phones,
    sealed_trait,
)
from linli.registry.models import Care, Organisation, Person, Trait
from linli.registry.queries.rows import LENGTHS, values_of
from linli.registry.queries.sealed import Opener
from linli.registry.rules.changes import Values
from linli.registry.rules.sealed import document_parts, phones_in

PRECISIONS = {length: precision for precision, length in LENGTHS.items()}


def put(row: Model, values: Values, key: OpenKey) -> None:
    """Set the named values of a row; it is not saved. What else lies sealed in the row is sealed anew under the same key."""
    if isinstance(row, Person | Organisation) and row.key_id != key.id:
        values = {**_sealed_values(row), **values}
        row.key_id = key.id
    if isinstance(row, Care | Trait):
        values = {**values_of(row, Opener()), **values} if row.key_id else values
        row.key_id = key.id
    for name, value in values.items():
        special = _SPECIAL.get((type(row), name))
        if special is not None:
            special(row, value, key)
        else:
            setattr(row, *_plain(row, name, value))
    if isinstance(row, Care):
        row.mark, row.sealed = sealed_care(values["group"], values["basis"], values["note"], key)
    if isinstance(row, Trait):
        row.sealed = sealed_trait(values["value"], key)


def _sealed_values(row: Person | Organisation) -> Values:
    kept = values_of(row, Opener()) if row.key_id else {}
    return {name: kept[name] for name in ("document", "phones", "contact") if kept.get(name)}


def _plain(row: Model, name: str, value: Any) -> tuple[str, Any]:
    """The attribute of a name and what it is set to: days are days again, and nothing known is what the column says for it."""
    field = row._meta.get_field(name)
    attribute = str(field.attname)  # type: ignore[union-attr]
    if value is None:
        return attribute, None if field.null else UNKNOWN.get((type(row), name), "")
    kind = field.get_internal_type()  # type: ignore[union-attr]
    made = _FROM_TEXT.get(kind)
    return attribute, made(value) if made else value


UNKNOWN: dict[tuple[type[Model], str], str] = {(Person, "sex"): "0", (Person, "population"): "unknown"}
"""What stands in a column that may not be null and has a code for it."""


def _first_day(value: str) -> date:
    """A day; of a month or a year the first one."""
    return date.fromisoformat(value + "-01-01"[: LENGTHS["day"] - len(value)])


_FROM_TEXT: dict[str, Callable[[Any], Any]] = {
    "DateField": _first_day,
    "FloatField": float,
    "PositiveIntegerField": int,
}


def _name(row: Person | Organisation, value: str, key: OpenKey) -> None:
    row.name, row.pinyin = value, sort_key(value)


def _birth(row: Person, value: str | None, key: OpenKey) -> None:
    """A month or a year is kept as its first day, with what was known of it."""
    length = len(value) if value else LENGTHS["day"]
    row.birth_precision = PRECISIONS[length]
    row.birth = _first_day(value) if value else None


def _document(row: Person, value: str | None, key: OpenKey) -> None:
    kind, number = document_parts(value or "")
    if value:
        row.document_kind = kind
    row.document, row.document_mark, row.document_tail = sealed_document(kind, number, key)


def _phones(row: Person | Organisation, value: str | None, key: OpenKey) -> None:
    about = "person.phones" if isinstance(row, Person) else "organisation.phones"
    row.phones, row.phone_marks = sealed_phones(phones_in(value or ""), key, about)


def _contact(row: Organisation, value: str | None, key: OpenKey) -> None:
    row.contact = sealed_contact(value or "", key)


def _is_sealed(row: Model, value: Any, key: OpenKey) -> None:
    """What a care group or a trait says is sealed as a whole, after its days are set."""


_SPECIAL: dict[tuple[type[Model], str], Callable[[Any, Any, OpenKey], None]] = {
    (Person, "name"): _name,
    (Person, "birth"): _birth,
    (Person, "document"): _document,
    (Person, "phones"): _phones,
    (Organisation, "name"): _name,
    (Organisation, "contact"): _contact,
    (Organisation, "phones"): _phones,
    (Care, "group"): _is_sealed,
    (Care, "basis"): _is_sealed,
    (Care, "note"): _is_sealed,
    (Trait, "value"): _is_sealed,
}
