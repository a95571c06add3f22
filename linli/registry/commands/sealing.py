"""Sealing the values of single records: documents, phones, contacts, care groups, traits and changes, with their marks.

Columns of many records are sealed in ``bulk`` in the same form, so that nobody can tell which way a value came.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import OpenKey, declare_sealed, make_key
from linli.kernel.privacy.marks import mark
from linli.kernel.privacy.models import DataKey
from linli.kernel.standing import Standing
from linli.registry.rules.sealed import COMMA, LAST

REGISTRY = declare_sealed("registry", "登记的证件、电话、关爱类别和变更内容")

_CURRENT = Standing(
    lambda subject: DataKey.objects.filter(subject=subject, destroyed_at=None).order_by("-created_at", "-id"), "?"
)  # fmt: skip


def register_key() -> OpenKey:
    """The key that registered values are sealed under today: the newest of its generations, made where there is none."""
    newest = _CURRENT.first(REGISTRY)
    if newest is None or newest.wrapped is None:
        return make_key(subject=REGISTRY)
    return OpenKey(newest.id, crypto.unwrap(bytes(newest.wrapped)))


class SealedDocument(NamedTuple):
    """A document number as a person's row keeps it: sealed, with the marks of the whole and of its last four."""

    document: bytes | None
    mark: bytes | None
    tail: bytes | None


class SealedPhones(NamedTuple):
    """Phones as a row keeps them: sealed as one text, with a mark of each number and of its last four."""

    phones: bytes | None
    marks: list[bytes]


def sealed_document(kind: str, number: str, key: OpenKey) -> SealedDocument:
    """A document of a kind (``data/document_kinds.csv``) and number; nothing at all for an empty number."""
    if not number:
        return SealedDocument(None, None, None)
    return SealedDocument(
        key.seal(number, "person.document"), document_mark(kind, number), crypto.blind("document tail", number[-LAST:])
    )  # fmt: skip


def document_mark(kind: str, number: str) -> bytes:
    """What a person is found by."""
    return crypto.blind("document", f"{kind}:{number}")


def sealed_phones(numbers: Sequence[str], key: OpenKey, about: str = "person.phones") -> SealedPhones:
    """Phones in their order; ``about`` is ``organisation.phones`` for those of an organisation."""
    if not numbers:
        return SealedPhones(None, [])
    marks = [
        each
        for number in numbers
        for each in (crypto.blind("phone", number), crypto.blind("phone tail", number[-LAST:]))
    ]
    return SealedPhones(key.seal(COMMA.join(numbers), about), marks)


def sealed_contact(name: str, key: OpenKey) -> bytes | None:
    """The contact of an organisation."""
    return key.seal(name, "organisation.contact") if name else None


class SealedCare(NamedTuple):
    """A place in a care group as a row keeps it: the blind mark of the group, and what is known of it, sealed."""

    mark: str
    sealed: bytes


def sealed_care(group: str, basis: str, note: str, key: OpenKey) -> SealedCare:
    """A place in a group of the closed list, with its basis and a note."""
    told = json.dumps({"group": group, "basis": basis, "note": note}, ensure_ascii=False)
    return SealedCare(mark("care", group), key.seal(told, "care"))


def sealed_trait(value: str, key: OpenKey) -> bytes:
    """The code of a field that was switched on."""
    return key.seal(value, "trait")
