"""The catalogue of personal data: which table keeps what of a person, on which basis, how long, and who may see it.

A room declares its tables in ``personal.py``. From the catalogue come the page of what is kept, the impact assessment, the
question whether an export needs a purpose, and the tests that try every role at every place against the row policies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db.models import BinaryField, Model, QuerySet

from linli.kernel.audit.actor import Actor


class Sensitivity(StrEnum):
    """How closely a field is kept: as any personal value, as a sensitive one (PIPL art. 28), or by care group."""

    ORDINARY = "ordinary"
    SENSITIVE = "sensitive"
    CARE = "care"


SENSITIVITIES = {
    Sensitivity.ORDINARY: "一般",
    Sensitivity.SENSITIVE: "敏感",
    Sensitivity.CARE: "关爱对象，按类别授权",
}


@dataclass(frozen=True)
class PersonalField:
    """A field of a table that tells something of a person, in words."""

    name: str
    words: str
    sensitivity: Sensitivity = Sensitivity.ORDINARY


RowsFor = Callable[[Actor], QuerySet[Any]]


@dataclass(frozen=True)
class Personal:
    """One table with personal data.

    ``model`` is its label (``cases.Reporter``); ``basis`` and ``purpose`` say by which law and what for it is kept,
    ``kept`` for how long; ``purposes`` are the codes of ``purposes.toml`` for which its values may be shown in clear;
    ``verbs`` those of whoever may see rows of it, inside the own scope. ``rows_for`` is the room's policy: the rows that an
    actor may see; the row policy in the database must say the same. A table that cannot have a row policy says why in
    ``no_wall``, and has no ``rows_for``.
    """

    model: str
    fields: tuple[PersonalField, ...]
    basis: str
    purpose: str
    kept: str
    purposes: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    rows_for: RowsFor | None = None
    no_wall: str = ""

    @property
    def table(self) -> type[Model]:
        """The model."""
        return apps.get_model(self.model)

    @property
    def title(self) -> str:
        """What a row of the table is called."""
        return str(self.table._meta.verbose_name)

    @property
    def sensitivity(self) -> Sensitivity:
        """That of its most closely kept field."""
        order = list(Sensitivity)
        return max((field.sensitivity for field in self.fields), key=order.index)

    def is_sealed(self, field: PersonalField) -> bool:
        """Whether the field lies encrypted in the table."""
        return isinstance(self.table._meta.get_field(field.name), BinaryField)


class Misdeclared(TypeError):
    """A declaration of personal data contradicts itself; the text says where."""


CATALOGUE: dict[str, Personal] = {}
"""By the label of the model, in small letters."""

NOT_PERSONAL: dict[str, str] = {}
"""Tables whose binary or telling columns hold nothing of a person, each with the reason."""


def declare_personal(*declared: Personal) -> None:
    """Add tables to the catalogue; the same one twice, or one that says too little, is an error at start-up."""
    for each in declared:
        key = each.model.lower()
        if key in CATALOGUE or key in NOT_PERSONAL:
            raise Misdeclared(f"{each.model} is declared twice")
        if bool(each.rows_for) == bool(each.no_wall):
            raise Misdeclared(f"{each.model} needs either rows_for or the reason why it has no wall")
        for field in each.fields:
            each.table._meta.get_field(field.name)
        CATALOGUE[key] = each


def declare_not_personal(model: str, why: str) -> None:
    """Say of a table with binary columns, or columns named like a person's data, that it keeps none, and why."""
    if model.lower() in CATALOGUE:
        raise Misdeclared(f"{model} is declared twice")
    NOT_PERSONAL[model.lower()] = why


def personal_of(model: type[Model]) -> Personal | None:
    """What was declared of a table; None where it keeps nothing of a person."""
    return CATALOGUE.get(model._meta.label_lower)


def catalogue() -> list[Personal]:
    """Every table with personal data, the most closely kept first."""
    order = list(Sensitivity)
    return sorted(CATALOGUE.values(), key=lambda each: (-order.index(each.sensitivity), each.model))
