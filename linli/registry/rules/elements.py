"""The data elements of the registers: one name for each thing that is known, wherever it is written.

An element has a bit of its own, so that a row can say in one number which values it brought and which of them were
taken. A bit, once given, is never given to another element.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from linli.registry.rules.tables import read_table


@dataclass(frozen=True)
class Element:
    """One data element of a kind of record.

    ``shape`` is how its cells are cleaned (``linli.algorithms.cleaning``); ``table`` the code table of a coded one;
    ``names`` the headings under which departments bring it; ``shelf_life`` the days after which it is stale (0: never).
    ``access`` is "" for ordinary values, ``sealed`` for those kept encrypted, ``switched`` for those that a county must
    switch on with a basis and an end date.
    """

    kind: str
    code: str
    bit: int
    title: str
    shape: str
    table: str
    access: str
    shelf_life: int
    names: tuple[str, ...]

    @property
    def mask(self) -> int:
        """The element as a number with one bit."""
        return 1 << self.bit


CARE = "care"
"""That somebody is in a care group is itself told to those alone who may know of the group."""

SEALED_WORDS = "加密保存的内容"

KINDS = ("person", "organisation", "component")
"""The kinds of records that files bring. Households and residence come with persons."""


@cache
def elements(kind: str) -> dict[str, Element]:
    """The elements of a kind of record by code, in their order."""
    return {
        row["code"]: Element(
            kind,
            row["code"],
            int(row["bit"]),
            row["title"],
            row["shape"],
            row["table"],
            row["access"],
            int(row["shelf_life_days"] or 0),
            tuple(name for name in row["names"].split("、") if name),
        )
        for row in read_table("elements")
        if row["kind"] == kind
    }


def switched_elements() -> dict[str, Element]:
    """The elements of persons that a county must switch on, in their order."""
    return {code: each for code, each in elements("person").items() if each.access == "switched"}


def mask_of(kind: str, codes: Iterable[str]) -> int:
    """Several elements as one number."""
    return sum({elements(kind)[code].mask for code in codes})


def codes_of(kind: str, mask: int) -> list[str]:
    """The elements that a number names, in their order."""
    return [code for code, element in elements(kind).items() if mask & element.mask]


def open_mask(kind: str, codes: Iterable[str]) -> int:
    """Several elements as one number that whoever sees the record may read: a care group is never in it."""
    return mask_of(kind, (code for code in codes if code != CARE))


def open_titles(kind: str, codes: Iterable[str]) -> list[str]:
    """Elements as the audit names them, each once: what is kept sealed goes under one name, so that a care group and a telephone
    look the same."""
    declared = (elements(kind)[code] for code in codes)
    return list(dict.fromkeys(SEALED_WORDS if each.access else each.title for each in declared))
