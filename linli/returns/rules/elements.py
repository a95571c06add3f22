"""The data dictionary: one name for each thing that forms ask for, and where it is known from.

A ``figure`` is how many rows of a list fulfil a selection, in the unit that fills the form: the selection is written as the address of the list
writes it, so the records behind a figure are one click away. A ``fact`` is known of the form itself, a ``norm`` is what a norm says at the place on the last day of the period. What no element names is asked.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
MARKS = re.compile(r"[（(](?:单位[:：]?)?[^()（）]{1,3}[)）]|[\s*＊:：、,，.。_\-（）()]")

LATER = ("fact.date", "fact.person")
"""Elements that are known only when a return leaves: nobody is asked for them."""


@dataclass(frozen=True)
class Element:
    """An element of the dictionary; ``names`` are headings under which departments ask for it."""

    code: str
    kind: str
    title: str
    meaning: str
    unit: str
    register: str
    query: str
    sensitivity: str
    names: tuple[str, ...]

    @property
    def is_sensitive(self) -> bool:
        """Whether it counts a group that few may know of."""
        return self.sensitivity == "sensitive"

    def query_in(self, first: date, last: date) -> str:
        """The selection for a period, its first and last day."""
        return self.query.format(**{"from": first.isoformat(), "to": last.isoformat()})


@cache
def dictionary() -> dict[str, Element]:
    """Every element by code, in the order of the file."""
    with (DATA / "elements.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {
            row["code"]: Element(
                row["code"], row["kind"], row["title"], row["meaning"], row["unit"], row["register"], row["query"], row["sensitivity"],
                tuple(name for name in row["names"].split("、") if name),
            )
            for row in rows
        }  # fmt: skip


def bare(heading: str) -> str:
    """A heading without brackets, marks and blanks: by this two forms ask for the same."""
    return MARKS.sub("", heading).casefold()


def parts_of(heading: str) -> list[str]:
    """A heading as what it may be known by, the whole first, then what remains without its outer parts: ``人口/合计/男`` as itself, ``合计/男``, ``男``."""
    parts = [part for part in map(bare, heading.split("/")) if part]
    return ["".join(parts[at:]) for at in range(len(parts))]
