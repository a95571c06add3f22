"""What a change keeps: values of elements before and after, and the rows it wrote, so that it can be read back and undone."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from linli.registry.rules.elements import elements
from linli.registry.rules.life import REGISTERED

Values = dict[str, Any]
"""A row as plain values that JSON can hold: sealed ones in clear, days as texts, None where nothing is known."""

FOLLOWING = frozenset({"path", "registered_path", "population", "confirmed_on", "size"})
"""What follows from other rows: it does not stand in the way when a change is taken back."""


@dataclass(frozen=True)
class RowChange:
    """One row of one table: the values that changed, before and after. ``before`` is None for a row that was made."""

    table: str
    id: int
    before: Values | None
    after: Values | None

    @property
    def is_confirmation(self) -> bool:
        """Whether nothing but the day of the last confirmation changed."""
        return self.before is not None and self.after is not None and self.after.keys() <= {"confirmed_on"}

    @property
    def element(self) -> str:
        """The switched element that a row of ``trait`` is a value of; empty where only its value changed."""
        return str({**(self.before or {}), **(self.after or {})}.get("element") or "")

    @property
    def is_move(self) -> bool:
        """Whether the row became another record's."""
        return self.before is not None and self.after is not None and "person" in self.after

    def turned(self) -> RowChange:
        """The same change the other way round."""
        return RowChange(self.table, self.id, self.after, self.before)

    def missed(self, now: Mapping[str, Any] | None) -> list[str]:
        """Which values of the row are not any more what this change made of them; a row that is gone misses itself."""
        if now is None or self.after is None:
            return [] if now is None and self.after is None else [self.table]
        return [
            name for name, value in self.after.items() if name not in FOLLOWING and now.get(name) != value
        ]


@dataclass(frozen=True)
class Contents:
    """What lies sealed in a change of one record.

    ``state`` is the state before, where it changed. A deed about several persons has a change for each: ``leads`` is the
    change that leads (None: this one does), ``others`` those that follow it. Of what may no longer be kept only that it is
    ``forgotten`` is left; such a change is not taken back.
    """

    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    state: str | None = None
    rows: tuple[RowChange, ...] = ()
    leads: int | None = None
    others: tuple[int, ...] = ()
    forgotten: bool = False

    def without(self, codes: Collection[str]) -> Contents:
        """The same without what it says of these switched elements; a row that does not say of which element it is goes, too."""
        rows = [row for row in self.rows if row.table != "trait" or row.element not in {*codes, ""}]
        before, after = (
            {code: value for code, value in each.items() if code not in codes}
            for each in (self.before, self.after)
        )
        return replace(self, before=before, after=after, rows=tuple(rows), forgotten=True)

    def dumps(self) -> str:
        """As text, to be sealed."""
        told: Values = {"before": self.before, "after": self.after}
        told["rows"] = [[row.table, row.id, row.before, row.after] for row in self.rows]
        told.update(
            (name, given)
            for name, given in (
                ("state", self.state),
                ("leads", self.leads),
                ("others", self.others),
                ("forgotten", self.forgotten),
            )
            if given
        )
        return json.dumps(told, ensure_ascii=False)


def read_contents(text: str) -> Contents:
    """What was sealed; a change that a file made has no rows."""
    told = json.loads(text)
    return Contents(
        told.get("before", {}),
        told.get("after", {}),
        told.get("state"),
        tuple(RowChange(*row) for row in told.get("rows", ())),
        told.get("leads"),
        tuple(told.get("others", ())),
        told.get("forgotten", False),
    )


@dataclass(frozen=True)
class RowSeen:
    """A whole row before and after a deed; None where it was not there. What a deed looked at and left alone is seen, too."""

    table: str
    id: int
    before: Values | None
    after: Values | None

    @property
    def owner(self) -> int | None:
        """The record that the row tells of; a household tells of all its members, who works somewhere of the organisation."""
        values = self.after or self.before or {}
        if self.table == "staff":
            return values["organisation"]  # type: ignore[no-any-return]
        return None if self.table == "household" else values.get("person", self.id)

    @property
    def change(self) -> RowChange | None:
        """What changed of it; a row that was made or removed changed as a whole."""
        if self.before is None or self.after is None:
            return (
                None if self.before == self.after else RowChange(self.table, self.id, self.before, self.after)
            )
        old, new = self.before, self.after
        changed = [name for name in new if old[name] != new[name]]
        if not changed:
            return None
        return RowChange(
            self.table, self.id, {name: old[name] for name in changed}, {name: new[name] for name in changed}
        )


_RECORDS = ("person", "organisation", "component")


def tell(seen: Sequence[RowSeen], about: int) -> dict[int, Contents]:
    """The contents of a change for each record that was touched, the one that the deed is about first.

    The first has one even if all that changed is other people's, or what followed it unseen: a care group gives itself away by
    no change more. Households go with the first; their number is a value of every member. Nothing is told where a record was but confirmed.
    """
    changed = [row for row in seen if row.change is not None]
    if all(row.change.is_confirmation for row in changed if row.change):
        return {}
    renumbered = {
        row.id for row in changed if row.table == "household" and _number(row.before) != _number(row.after)
    }
    touched = {about, *(row.owner for row in changed if row.owner is not None)} | {
        row.owner
        for row in seen
        if row.table == "membership" and {_household(row.before), _household(row.after)} & renumbered
    }
    order = sorted((each for each in touched if each is not None), key=lambda each: (each != about, each))
    return {record: _contents(seen, record, leads=record == order[0]) for record in order}


def _contents(seen: Sequence[RowSeen], record: int, *, leads: bool) -> Contents:
    own = [row for row in seen if row.owner == record]
    told = {side: elements_in(_told(seen, own, side)) for side in ("before", "after")}
    codes = [
        code
        for code in {**told["before"], **told["after"]}
        if told["before"].get(code) != told["after"].get(code)
    ]
    kept = [row.change for row in seen if row.change and (row.owner == record or leads and row.owner is None)]
    states = [
        row.before["state"] for row in kept if row.table in _RECORDS and row.before and "state" in row.before
    ]
    return Contents(
        {code: told["before"].get(code) for code in codes},
        {code: told["after"].get(code) for code in codes},
        states[0] if states else None,
        tuple(kept),
    )


def _told(seen: Sequence[RowSeen], own: Sequence[RowSeen], side: str) -> Iterator[tuple[str, Values | None]]:
    """The rows of a record on one side, with the household that it belongs to there."""
    homes = {row.id: getattr(row, side) for row in seen if row.table == "household"}
    for row in own:
        values: Values | None = getattr(row, side)
        yield row.table, values
        home = _household(values)
        if row.table == "membership" and home in homes:
            yield "household", homes[home]


def _household(values: Values | None) -> int | None:
    """The household of a membership that has not ended."""
    return values.get("household") if values and values.get("valid_to") is None else None


def _number(values: Values | None) -> Any:
    return values and values["number"]


def elements_in(rows: Iterable[tuple[str, Values | None]]) -> Values:
    """The elements that whole rows of one person tell; what has ended tells nothing."""
    told: Values = {}
    for table, values in rows:
        if values is not None and table in _TELLS and values.get("valid_to") is None:
            told.update(_TELLS[table](values))
    return told


PERSON_ELEMENTS = (
    "name", "former_name", "sex", "birth", "document_kind", "document", "phones", "education", "work", "population", "died_on",
)  # fmt: skip
"""The elements that are kept in the row of a person."""


def _residence(values: Values) -> Values:
    if values["kind"] == REGISTERED:
        return {"registered_address": values["address"]}
    return {"address": values["address"], "residence_kind": values["kind"]}


_TELLS: dict[str, Callable[[Values], Values]] = {
    "person": lambda values: {name: values[name] for name in PERSON_ELEMENTS},
    "membership": lambda values: {"relation": values["relation"]},
    "household": lambda values: {"household_number": values["number"]},
    "residence": _residence,
    "care": lambda values: {"care": values["group"]},
    "trait": lambda values: {values["element"]: values["value"]},
    "organisation": lambda values: {
        name: values[name] for name in elements("organisation") if name in values
    },
    "component": lambda values: {name: values[name] for name in elements("component") if name in values},
}
