"""Lists of records in returns: what is known of each record, and the rows of a return, opened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from linli.algorithms.text.mask import mask_id, mask_name, mask_phone
from linli.algorithms.workbooks.blank import Body, Value
from linli.algorithms.workbooks.references import address_of
from linli.kernel.privacy.commands import OpenKey, open_key
from linli.registry.models import Household
from linli.registry.queries.dictionary import COMMA, document_parts, titles
from linli.registry.queries.held import held_components, held_organisations, held_persons
from linli.registry.queries.places import community_words
from linli.returns.models import DepartedRows, Line, Return, Template
from linli.returns.queries.fields import NUMBER, RECORDS, Binding, binding_of, selections
from linli.returns.rules.elements import Element
from linli.returns.rules.rendering import Written, written

ABOUT, DEPARTED = "return line", "departed rows"
LAST = "\U0010ffff"
"""After every household number: who is in none comes last in a grid."""


# --- What is known of records ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Record:
    """A record of a list: where it stands in the order, its values by field, and whom a question about it is about (of a household its head)."""

    id: int
    about: int | None
    order: tuple[Any, ...]
    values: Mapping[str, str]


def records(record: str, ids: Sequence[int]) -> list[Record]:
    """What the registers hold of these records, in the fixed order of lists: grid by grid, in it household by household from its head on.

    Values are as the register writes them, documents and phones opened: who asks has passed a door, or sees them.
    """
    found = _households(ids) if record == "household" else _records(record, ids)
    return sorted(found, key=lambda each: each.order)


def _records(record: str, ids: Sequence[int]) -> list[Record]:
    frame = {
        "person": lambda given: held_persons(given, documents=True), "organisation": held_organisations, "component": held_components,
    }[record](np.asarray(ids, dtype=np.int64))  # fmt: skip
    return [
        Record(
            row["id"], row["id"], _order(record, row), {f"{record}.{code}": value for code, value in _values(row).items()}
        )
        for row in frame.iter_rows(named=True)
    ]  # fmt: skip


def _order(record: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    path = row["path"] or LAST
    match record:
        case "person":
            return path, row["household_number"] or LAST, row["relation"] or LAST, row["id"]
        case "organisation":
            return path, row["name"], row["id"]
    return path, row["code"], row["id"]


def _values(row: Mapping[str, Any]) -> dict[str, str]:
    """The values of a record by element; what is not known is not there."""
    values = {code: str(value) for code, value in row.items() if value not in (None, "")}
    if "document" in values:
        values["document_kind"], values["document"] = document_parts(values["document"])
    if "birth" in values:
        values["age"] = values["birth"]
    unit = community_words(row["path"] or "")
    return {**values, "unit": unit} if unit else values


def _households(ids: Sequence[int]) -> list[Record]:
    rows = list(
        Household.objects.filter(pk__in=ids).values("pk", "number", "head", "size", "path", "address")
    )
    heads = {
        each.id: each.values for each in _records("person", [row["head"] for row in rows if row["head"]])
    }
    found = []
    for row in rows:
        of_head = heads.get(row["head"], {})
        told = {name: of_head.get(f"person.{code}", "") for name, code in HEAD.items()}
        told["address"] = row["address"] or told["address"]
        told |= {"number": row["number"], "size": str(row["size"]), "unit": community_words(row["path"])}
        values = {f"household.{name}": value for name, value in told.items() if value}
        found.append(Record(row["pk"], row["head"], (row["path"], row["number"] or LAST, row["pk"]), values))
    return found


HEAD = {"head": "name", "document": "document", "phones": "phones", "address": "address"}


def known_values(
    each: Record, number: int, bindings: Mapping[str, Binding], on: date
) -> dict[str, str | int]:
    """What a row says by itself: place to value, as the form wants it written on its day."""
    found = {}
    for place, binding in bindings.items():
        value: Written = number
        if binding.field.code != NUMBER:
            words = titles(binding.field.table) if binding.field.table else {}
            value = written(
                binding.field.shape, binding.way, each.values.get(binding.field.code, ""), on, words
            )
        if value is not None:
            found[place] = value
    return found


# --- The list of a template -----------------------------------------------------------------------------------------------


def columns_of(template: Template) -> list[dict[str, str]]:
    """The columns that are filled, from the left: ``place`` (its letter), ``heading``, ``unit``."""
    return list(template.layout.get("columns", ()))


def selection_of(template: Template) -> Element:
    """Whose rows a list has."""
    return selections()[template.listing["rows"]]


def record_of(template: Template) -> str:
    """The kind of record that a list has rows of."""
    return RECORDS[selection_of(template).register]


def bindings_in(template: Template) -> dict[str, Binding]:
    """What fills the columns of a list, by place; a column that is asked is not there."""
    record = record_of(template)
    return {
        place: found
        for place, code in template.listing["columns"].items()
        if (found := binding_of(record, code)) is not None
    }


# --- The rows of a return -------------------------------------------------------------------------------------------------


@dataclass
class Contents:
    """What a row holds, opened."""

    id: int
    about: int | None
    known: dict[str, Any]
    given: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """What each column says, given values before known ones."""
        return {**self.known, **{place: each["value"] for place, each in self.given.items()}}

    def open_in(self, asked: Iterable[str]) -> int:
        """How many of the columns that are asked nobody has filled."""
        return sum(place not in self.given for place in asked)

    def sealed(self, key: OpenKey) -> bytes:
        """As the table keeps it."""
        told = {"id": self.id, "about": self.about, "known": self.known, "given": self.given}
        return key.seal(json.dumps(told, ensure_ascii=False), ABOUT)


def opened(row: Return, lines: Iterable[Line]) -> list[Contents]:
    """What rows of a return hold, in their order. Raises ``Forgotten`` where the key was destroyed."""
    assert row.key_id is not None, "a list has a key once it was filled"
    key = open_key(row.key_id)
    return [Contents(**json.loads(key.unseal(bytes(line.sealed), ABOUT))) for line in lines]


def rows_of(row: Return) -> tuple[Body, list[dict[int, Value]]]:
    """The rows of a return as its workbook takes them."""
    return as_rows(row.round.template, values_in(row))


def as_rows(template: Template, values: Iterable[Mapping[str, Any]]) -> tuple[Body, list[dict[int, Value]]]:
    """Rows by the letters of their columns as a workbook takes them: the place of the list, and column number to value for each."""
    first, last = template.layout["body"]
    return Body(first, last), [
        {address_of(f"{place}1")[1]: value for place, value in each.items()} for each in values
    ]


def values_in(row: Return) -> list[dict[str, Any]]:
    """What the rows of a return say, by the letters of their columns."""
    return [each.values for each in opened(row, row.lines.all())] if row.key_id else []


def sealed_values(row: Return, values: Sequence[Mapping[str, Any]]) -> bytes:
    """What the rows say as ``DepartedRows`` keeps it."""
    assert row.key_id is not None, "a list has a key once it was filled"
    return open_key(row.key_id).seal(json.dumps(values, ensure_ascii=False), DEPARTED)


def values_that_left(row: Return, departed: DepartedRows) -> list[dict[str, Any]]:
    """What the rows of a return said when it left. Raises ``Forgotten`` where the key was destroyed."""
    assert row.key_id is not None, "a list has a key once it was filled"
    found: list[dict[str, Any]] = json.loads(open_key(row.key_id).unseal(bytes(departed.sealed), DEPARTED))
    return found


def hidden(value: Any, binding: Binding | None) -> str:
    """A value as pages show it: what is kept sealed in the register, masked."""
    text = "" if value is None else str(value)
    if binding is None or not binding.field.is_sealed or not text:
        return text
    match binding.field.shape:
        case "phones":
            return COMMA.join(map(mask_phone, text.split(COMMA)))
        case "name":
            return mask_name(text)
    return mask_id("".join(each for each in text if each.isalnum()))
