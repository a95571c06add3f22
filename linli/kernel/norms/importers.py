"""The defaults of every room's ``norms.toml``, loaded after each migration; see FORMAT.md for the file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction

from linli.algorithms.text.sentences import Refusal
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.norms.formula import FormulaError, parse
from linli.kernel.norms.models import Norm, Origin
from linli.kernel.norms.queries import NORMS

FIELDS = {
    "key",
    "title",
    "value",
    "formula",
    "unit",
    "place",
    "match",
    "valid_from",
    "valid_to",
    "source",
    "note",
}
COMPARED = ("title", "room", "value", "formula", "unit", "valid_to", "source", "note")


class BadNormFile(Refusal, ValueError):
    """A shipped file of norms is wrong: a fault of the product, named with file and entry."""


@dataclass
class Loaded:
    """What a load did; ``kept`` are lines that the county has taken over."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    kept: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether a row changed."""
        return bool(self.added or self.changed or self.removed)


def files() -> Iterator[tuple[str, Path]]:
    """Each room that ships norms, by its label, with its file."""
    for config in apps.get_app_configs():
        path = Path(config.path) / "norms.toml"
        if config.name.startswith("linli.") and path.exists():
            yield config.label, path


def read(room: str, path: Path) -> list[Norm]:
    """The rows of one file, checked, not saved."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("norm", [])
    rows = [
        _row(room, entry, f"{path.parent.name}/{path.name}: {entry.get('key', '?')}") for entry in entries
    ]
    seen = {_identity(row) for row in rows}
    if len(seen) != len(rows):
        raise BadNormFile(f"{path.parent.name}/{path.name}: the same key, place, match and start twice")
    return rows


def _row(room: str, entry: Mapping[str, Any], where: str) -> Norm:
    unknown = sorted(entry.keys() - FIELDS)
    if unknown:
        raise BadNormFile(f"{where}: unknown fields {unknown}")
    for name in ("key", "title", "valid_from", "source"):
        if not entry.get(name):
            raise BadNormFile(f"{where}: {name} is missing")
    if ("value" in entry) == ("formula" in entry):
        raise BadNormFile(f"{where}: exactly one of value and formula")
    try:
        parse(entry.get("formula", "0"))
    except FormulaError as wrong:
        raise BadNormFile(f"{where}: {wrong}") from wrong
    return Norm(
        key=entry["key"], title=entry["title"], room=room, place=entry.get("place", ""), match=entry.get("match", {}),
        value=entry.get("value"), formula=entry.get("formula", ""), unit=entry.get("unit", ""),
        valid_from=_day(entry["valid_from"]), valid_to=_day(entry["valid_to"]) if entry.get("valid_to") else None,
        source=entry["source"], note=entry.get("note", ""), origin=Origin.SHIPPED,
    )  # fmt: skip


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


Identity = tuple[str, str, str, date]


def _line(row: Norm) -> tuple[str, str, str]:
    return (row.key, row.place, str(sorted(row.match.items())))


def _identity(row: Norm) -> Identity:
    return (*_line(row), row.valid_from)


@transaction.atomic
def load(*, by: Actor, at: datetime) -> Loaded:
    """Bring the shipped rows in line with the files; any number of times. A line that the county changed is left alone."""
    shipped = {_identity(row): row for room, path in files() for row in read(room, path)}
    existing = list(Norm.objects.select_for_update())
    taken_over = {_line(row) for row in existing if row.origin == Origin.LOCAL or row.closed_at is not None}
    present = {_identity(row): row for row in existing if row.origin == Origin.SHIPPED}
    done = Loaded(kept=sorted({row.key for row in shipped.values() if _line(row) in taken_over}))
    new = [
        row for identity, row in shipped.items() if identity not in present and _line(row) not in taken_over
    ]
    for row in new:
        row.created_at = at
    done.added = len(Norm.objects.bulk_create(new))
    for identity, row in present.items():
        if _line(row) in taken_over:
            continue
        if identity not in shipped:
            row.delete()
            done.removed += 1
        elif _update(row, shipped[identity]):
            done.changed += 1
    if done.anything:
        NORMS.changed()
        after = {"added": done.added, "changed": done.changed, "removed": done.removed}
        record("norm.loaded", subject=Subject("norm", None, "随产品的规范"), by=by, at=at, after=after)
    return done


def _update(row: Norm, wanted: Norm) -> bool:
    different = [name for name in COMPARED if getattr(row, name) != getattr(wanted, name)]
    for name in different:
        setattr(row, name, getattr(wanted, name))
    if different:
        row.save(update_fields=different)
    return bool(different)
