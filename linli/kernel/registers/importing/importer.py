"""What a room declares to let a file in, and the judgement of each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.importing.parsers import Cell

Key = tuple[Any, ...]
NEW, CHANGED, SAME, REJECTED = "new", "changed", "same", "rejected"


@dataclass(frozen=True)
class Incoming:
    """One accepted row: its number in the file, its values, and the values it had before (None: a new row).

    A field that the file leaves out, or whose cell is masked, is not in ``row``.
    """

    number: int
    row: Mapping[str, Any]
    before: Mapping[str, Any] | None = None

    @property
    def differs(self) -> dict[str, Any]:
        """The values that are not as before."""
        before = self.before or {}
        return {name: value for name, value in self.row.items() if not _equal(before.get(name), value)}


def _equal(before: Any, value: Any) -> bool:
    """Whether a value is as it was; nothing filled in and an empty text are one."""
    return before == value or (before in (None, "") and value in (None, ""))


@dataclass
class Judged:
    """What became of a row: ``new``, ``changed``, ``same`` or ``rejected`` with the reasons."""

    number: int
    cells: Sequence[Any]
    verdict: str = REJECTED
    reasons: list[str] = field(default_factory=list)
    incoming: Incoming | None = None


class UnknownHeadings(ValueError):
    """The file has no row with the headings that are needed; the text names them."""


class Importer:
    """How a file becomes rows. Rooms subclass it in ``importers.py``."""

    verb: ClassVar[str]
    fields: ClassVar[Sequence[Cell]]
    key: ClassVar[Sequence[str]]
    batch: ClassVar[int] = 500
    hint: ClassVar[Any] = ""

    def existing(self, keys: Sequence[Key], actor: Actor) -> Mapping[Key, Mapping[str, Any]]:
        """The rows that are there already, by key, with their values in the importer's fields."""
        raise NotImplementedError

    def check(self, row: Mapping[str, Any], actor: Actor) -> list[str]:
        """Why a row that parses is not accepted."""
        return []

    def apply(self, rows: Sequence[Incoming], *, by: Actor, at: datetime) -> None:
        """Write accepted rows by the room's own commands, inside the batch's transaction."""
        raise NotImplementedError

    def finish(self, counts: Mapping[str, int], *, file_name: str, by: Actor, at: datetime) -> None:
        """Called once when the last row is written, in its transaction; ``counts`` is by verdict."""

    def layout(self, heading: Sequence[Any]) -> dict[int, Cell]:
        """Which column of the file is which field; ``UnknownHeadings`` where a needed one is missing."""
        known = {name.strip(): cell for cell in self.fields for name in cell.headings()}
        found = {
            place: known[name] for place, text in enumerate(heading) if (name := str(text).strip()) in known
        }
        present = {cell.name for cell in found.values()}
        missing = [
            str(cell.label)
            for cell in self.fields
            if (cell.required or cell.name in self.key) and cell.name not in present
        ]
        if missing:
            raise UnknownHeadings(_("缺少这些列：%(names)s") % {"names": "、".join(missing)})
        return found

    def judge(
        self,
        rows: Sequence[tuple[int, Sequence[Any]]],
        layout: Mapping[int, Cell],
        actor: Actor,
        seen: set[Key],
    ) -> Iterator[Judged]:
        """Parse and compare a batch of numbered rows; ``seen`` carries the keys of the rows before it."""
        parsed = [(self._parse(cells, layout), cells) for number, cells in rows]
        keys = [self.key_of(row) for (row, reasons), _cells in parsed if not reasons]
        there = self.existing(keys, actor) if keys else {}
        for (number, cells), ((row, reasons), _cells) in zip(rows, parsed, strict=True):
            judged = Judged(number, cells, reasons=reasons)
            if not reasons:
                self.compare(judged, row, there, actor, seen)
            yield judged

    def keys_of(self, rows: Sequence[tuple[int, Sequence[Any]]], layout: Mapping[int, Cell]) -> set[Key]:
        """The keys of rows that parse: what a resumed run has seen before."""
        parsed = (self._parse(cells, layout) for _number, cells in rows)
        return {self.key_of(row) for row, reasons in parsed if not reasons}

    def key_of(self, row: Mapping[str, Any]) -> Key:
        """The values by which a row is recognised."""
        return tuple(row[name] for name in self.key)

    def known_by(self, row: Mapping[str, Any]) -> Sequence[Any]:
        """By what people recognise a row in the preview; the key, unless that has numbers and digests in it."""
        return self.key_of(row)

    def _parse(self, cells: Sequence[Any], layout: Mapping[int, Cell]) -> tuple[dict[str, Any], list[str]]:
        row: dict[str, Any] = {}
        reasons = []
        for place, declared in layout.items():
            cell = cells[place] if place < len(cells) else None
            empty = cell is None or (isinstance(cell, str) and not cell.strip())
            if declared.is_masked(cell):
                continue
            if empty and (declared.required or declared.name in self.key):
                reasons.append(_("%(label)s：不能为空") % {"label": declared.label})
                continue
            try:
                row[declared.name] = None if empty else declared.parse(cell)
            except ValueError as error:
                reasons.append(f"{declared.label}:{error}")
        missing = [
            declared.label
            for declared in self.fields
            if declared.name in self.key and declared.name not in row
        ]
        if missing and not reasons:
            reasons.append(
                _("%(label)s：已脱敏，不能用来识别这一行") % {"label": "、".join(map(str, missing))}
            )
        return row, reasons

    def compare(
        self,
        judged: Judged,
        row: dict[str, Any],
        there: Mapping[Key, Mapping[str, Any]],
        actor: Actor,
        seen: set[Key],
    ) -> None:
        """Decide what a row that parses is: new, changed, the same, or rejected; ``there`` is what ``existing`` found."""
        key = self.key_of(row)
        if key in seen:
            judged.reasons = [_("与文件中前面的行重复")]
            return
        seen.add(key)
        judged.reasons = self.check(row, actor)
        if judged.reasons:
            return
        incoming = Incoming(judged.number, row, there.get(key))
        judged.incoming = incoming
        judged.verdict = NEW if incoming.before is None else CHANGED if incoming.differs else SAME
