"""What a list says otherwise than the last time: rows that came, rows that went, values that changed; and what was answered then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from linli.kernel.privacy.commands import Forgotten
from linli.returns.models import Return
from linli.returns.queries.fields import Binding
from linli.returns.queries.filled import BEFORE, fault_in, numbers_of, return_before
from linli.returns.queries.lists import Contents, bindings_in, columns_of, opened

ALWAYS = {"row.number", "person.age"}
"""What changes by itself from period to period: nobody is told."""


@dataclass(frozen=True)
class Changes:
    """A list beside that of the period before. ``period`` is empty where there is none, or where its rows were forgotten."""

    period: str = ""
    before: Mapping[int, Contents] = field(default_factory=dict)
    came: int = 0
    went: int = 0
    changed: int = 0

    def is_new(self, contents: Contents) -> bool:
        """Whether a record was not in the list the last time."""
        return bool(self.period) and contents.id not in self.before

    def was(self, contents: Contents, place: str) -> Any:
        """What a cell said the last time; None where the record was not there or the cell was empty."""
        old = self.before.get(contents.id)
        return old.values.get(place) if old else None


def changes_of(row: Return) -> Changes:
    """The changes of a whole list since the period before, under the same version of its template."""
    earlier = return_before(row)
    if earlier is None or row.key_id is None or earlier.key_id is None:
        return Changes()
    try:
        before = {each.id: each for each in opened(earlier, earlier.lines.all())}
    except Forgotten:
        return Changes()
    now, told = (
        {each.id: each for each in opened(row, row.lines.all())},
        _told(bindings_in(row.round.template)),
    )
    changed = sum(any(_differs(each, before[each.id], place) for place in told) for each in now.values() if each.id in before)  # fmt: skip
    return Changes(
        earlier.round.period,
        before,
        len(now.keys() - before.keys()),
        len(before.keys() - now.keys()),
        changed,
    )


@dataclass(frozen=True)
class RowFault:
    """A formula between the columns of a list that one of its rows does not fulfil."""

    number: int
    words: str


def faults_in(row: Return) -> list[RowFault]:
    """What is wrong in the rows of a list, in their order: ``C`` in a formula is column C of the row, ``上期C`` what it said of the same record before."""
    template = row.round.template
    if not template.is_list or not template.checks or row.key_id is None:
        return []
    changes, headings = changes_of(row), {each["place"]: each["heading"] for each in columns_of(template)}
    found = []
    for line, contents in zip(lines := list(row.lines.all()), opened(row, lines), strict=True):
        old = changes.before.get(contents.id)
        said = {
            **contents.values,
            **({f"{BEFORE}{place}": value for place, value in old.values.items()} if old else {}),
        }
        numbers = {place.upper(): value for place, value in numbers_of(said)}
        faults = (fault_in(text, numbers, headings) for text in template.checks)
        found += [RowFault(line.number, fault.words) for fault in faults if fault is not None]
    return found


def _told(bindings: Mapping[str, Binding]) -> Sequence[str]:
    return [place for place, binding in bindings.items() if binding.field.code not in ALWAYS]


def _differs(now: Contents, old: Contents, place: str) -> bool:
    return now.known.get(place) != old.known.get(place)
