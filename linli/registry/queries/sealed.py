"""What lies sealed of the records of a page, each key opened once, and what of it is shown: a mask."""

from __future__ import annotations

import json
from uuid import UUID

from linli.algorithms.text.mask import mask_id, mask_name, mask_phone
from linli.kernel.privacy.commands import Forgotten, OpenKey, open_key
from linli.registry.models import Care, Organisation, Person, Trait
from linli.registry.rules.sealed import COMMA


class Opener:
    """Opens the sealed values of many rows; of the rows of a page nearly all lie under one key."""

    def __init__(self) -> None:
        self._keys: dict[UUID, OpenKey | None] = {}

    def text(self, sealed: bytes | memoryview | None, key_id: UUID | None, about: str) -> str:
        """A value in clear; empty where there is none, and where its key was destroyed."""
        if sealed is None or key_id is None:
            return ""
        if key_id not in self._keys:
            try:
                self._keys[key_id] = open_key(key_id)
            except Forgotten:
                self._keys[key_id] = None
        key = self._keys[key_id]
        return key.unseal(bytes(sealed), about) if key else ""

    def document(self, person: Person) -> str:
        """The number of a person's document."""
        return self.text(person.document, person.key_id, "person.document")

    def phones(self, person: Person) -> list[str]:
        """A person's phones."""
        return _parted(self.text(person.phones, person.key_id, "person.phones"))

    def contact(self, organisation: Organisation) -> str:
        """Whom to call in an organisation."""
        return self.text(organisation.contact, organisation.key_id, "organisation.contact")

    def organisation_phones(self, organisation: Organisation) -> list[str]:
        """The phones of an organisation."""
        return _parted(self.text(organisation.phones, organisation.key_id, "organisation.phones"))

    def care(self, care: Care) -> dict[str, str]:
        """``group``, ``basis`` and ``note`` of a place in a care group; empty where its key was destroyed."""
        text = self.text(care.sealed, care.key_id, "care")
        return json.loads(text) if text else {}

    def trait(self, trait: Trait) -> str:
        """The code of a field that was switched on."""
        return self.text(trait.sealed, trait.key_id, "trait")


def masked_document(number: str) -> str:
    """A document number as lists and pages show it."""
    return mask_id(number)


def masked_phones(numbers: list[str]) -> str:
    """Phones as lists and pages show them."""
    return COMMA.join(map(mask_phone, numbers))


def masked_contact(name: str) -> str:
    """A contact as pages show it."""
    return mask_name(name)


def _parted(text: str) -> list[str]:
    return [each for each in text.split(COMMA) if each]
