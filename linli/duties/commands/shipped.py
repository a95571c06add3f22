"""Loading the tree, the departments, the catalogue, the items and the lists that come with the product: safe to run any number of times."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.duties import policy, rules
from linli.duties.models import CatalogueEntry, Category, ListEntry, WorkItem
from linli.duties.queries.categories import CATEGORIES
from linli.duties.queries.lines import LINES
from linli.duties.queries.routing import CATALOGUE
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.territory.commands.units import NewUnit, build_unit, insert_units
from linli.territory.models import Unit
from linli.territory.queries.units import TREE, root

DATA = Path(__file__).parents[1] / "data"


@dataclass
class Loaded:
    """What a load did; ``kept`` are rows that the county has taken over and that differ from the file."""

    added: int = 0
    changed: int = 0
    closed: int = 0
    kept: int = 0

    @property
    def anything(self) -> bool:
        """Whether a row changed."""
        return bool(self.added or self.changed or self.closed)

    def add(self, other: Loaded) -> None:
        """Count what another load did, too."""
        for name, number in vars(other).items():
            setattr(self, name, getattr(self, name) + number)


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a shipped file."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words_of(text: str) -> list[str]:
    """A ``;``-joined list, without blanks and doubles, in its order."""
    return list(dict.fromkeys(word.strip() for word in text.split(";") if word.strip()))


def differs(row: Any, values: Mapping[str, Any]) -> bool:
    """Whether a saved row says anything else than the values."""
    return any(getattr(row, name) != value for name, value in values.items())


def assign(row: Any, values: Mapping[str, Any]) -> None:
    """Set the values on a row that is not yet saved."""
    for name, value in values.items():
        setattr(row, name, value)


@transaction.atomic
def load_categories(*, by: Actor, at: datetime) -> Loaded:
    """Bring the shipped category tree into the database. One event where anything changed.

    A category that the county changed is left alone; a shipped one that the file no longer has is switched off.
    """
    policy.require(by, "duty.change")
    done, known = Loaded(), {row.code: row for row in Category.objects.select_for_update(of=("self",))}
    listed = rows_of("categories.csv")
    parents = {row["parent"] for row in listed}
    for length in sorted({len(row["code"]) for row in listed}):
        new: list[Category] = []
        for row in listed:
            if len(row["code"]) == length:
                values = _category_values(row, known.get(row["parent"]), is_leaf=row["code"] not in parents)
                _put(known.get(row["code"]) or Category(code=row["code"]), values, done, new)
        known |= {row.code: row for row in Category.objects.bulk_create(new)}
    codes = {row["code"] for row in listed}
    done.closed = (
        Category.objects.filter(local=False, active=True).exclude(code__in=codes).update(active=False)
    )
    if done.anything:
        CATEGORIES.changed()
        CATALOGUE.changed()
        subject = Subject("category_tree", None, "分类目录")
        record("duty.categories_loaded", subject=subject, by=by, at=at, after=vars(done))
    return done


def _category_values(row: Mapping[str, str], parent: Category | None, *, is_leaf: bool) -> dict[str, Any]:
    return {
        "name": row["name"], "parent_id": parent.pk if parent else None, "domain": row["domain"],
        "path": rules.category_path(row["code"], parent.path if parent else ""), "kinds": words_of(row["kinds"]),
        "urgency": row["urgency"], "synonyms": words_of(row["synonyms"]), "is_leaf": is_leaf, "source": row["source"],
        "active": True,
    }  # fmt: skip


def _put(row: Any, values: Mapping[str, Any], done: Loaded, new: list[Any]) -> None:
    """Bring a row in line with the file: a new one is only collected, one of the county's own is left alone."""
    if row.pk is None:
        done.added += 1
        assign(row, values)
        new.append(row)
    elif row.local:
        done.kept += differs(row, values)
    elif differs(row, values):
        done.changed += 1
        assign(row, values)
        row.save()


@transaction.atomic
def load_departments_data(*, by: Actor, at: datetime, on: date | None = None) -> int:
    """Set up the shipped departments under the county, those that are not there yet. One event; returns how many."""
    policy.require(by, "duty.change")
    county = root()
    known = set(Unit.objects.values_list("code", flat=True))
    units = []
    for row in rows_of("departments.csv"):
        if row["code"] not in known:
            name = row["name"].format(county=county.name)
            unit = build_unit(
                NewUnit(row["code"], name, "department", county, source=row["source"]),
                on or county.valid_from,
            )
            unit.public_phone = row["phone"]
            units.append(unit)
    if units:
        TREE.changed()
        insert_units(units)
        subject = Subject("unit", county.pk, county.name, county.path)
        record("duty.departments_loaded", subject=subject, by=by, at=at, after={"count": len(units)})
    return len(units)


@transaction.atomic
def load_catalogue(*, by: Actor, at: datetime) -> Loaded:
    """Bring the shipped catalogue into the database. One event where anything changed.

    A later ``valid_from`` of a known code is a new version and ends the one before. An entry with a version of the
    county's own is left alone. A shipped entry that the file no longer has ends today.
    """
    policy.require(by, "duty.change")
    categories = {row.code: row for row in Category.objects.all()}
    wanted = {
        code: [values_of(row, categories, end) for row, end in versions]
        for code, versions in _versions_of("catalogue.csv").items()
    }
    done = _load_dated(CatalogueEntry, wanted, timezone.localdate(at))
    if done.anything:
        CATALOGUE.changed()
        subject = Subject("catalogue", None, "派单目录")
        record("duty.catalogue_loaded", subject=subject, by=by, at=at, after=vars(done))
    return done


@transaction.atomic
def load_lists(*, by: Actor, at: datetime) -> Loaded:
    """Bring the shipped item catalogue and lists into the database. One event where anything changed; the county's own is left alone."""
    policy.require(by, "duty.change")
    categories = {row.code: row.pk for row in Category.objects.all()}
    done = Loaded()
    files: tuple[tuple[type[WorkItem] | type[ListEntry], str], ...] = (
        (WorkItem, "items.csv"),
        (ListEntry, "lists.csv"),
    )
    for model, name in files:
        wanted = {
            code: [_line_values(model, row, categories, end) for row, end in versions]
            for code, versions in _versions_of(name).items()
        }
        done.add(_load_dated(model, wanted, timezone.localdate(at)))
    if done.anything:
        LINES.changed()
        record(
            "duty.lists_loaded", subject=Subject("duty_lists", None, "清单"), by=by, at=at, after=vars(done)
        )
    return done


def _line_values(
    model: type[WorkItem] | type[ListEntry], row: Mapping[str, str], categories: Mapping[str, int], end: date | None
) -> dict[str, Any]:  # fmt: skip
    values: dict[str, Any] = dict(row)
    category = values.pop("category_code")
    if category and category not in categories:
        raise rules.BadCatalogue(
            "第 %(entry)s 条：没有代码为“%(code)s”的分类", entry=row["code"], code=category
        )
    values |= {
        "category_id": categories[category] if category else None,
        "valid_from": date.fromisoformat(row["valid_from"]), "valid_to": end,
    }  # fmt: skip
    if model is WorkItem:
        values |= {name: row[name] == "yes" for name in rules.RESOURCES} | {"assist": words_of(row["assist"])}
    return values


def _versions_of(name: str) -> dict[str, list[tuple[dict[str, str], date | None]]]:
    """The rows of a shipped file by code, each with its end: the start of the next version."""
    listed: dict[str, list[dict[str, str]]] = {}
    for row in sorted(rows_of(name), key=lambda row: row["valid_from"]):
        listed.setdefault(row["code"], []).append(row)
    return {
        code: list(
            zip(rows, [*(date.fromisoformat(row["valid_from"]) for row in rows[1:]), None], strict=True)
        )
        for code, rows in listed.items()
    }


def _load_dated(model: Any, wanted: Mapping[str, list[dict[str, Any]]], today: date) -> Loaded:
    """Bring the versions of a table in line: those of the county stay, those of a code that is gone end today."""
    done, new = Loaded(), list[Any]()
    saved: dict[str, list[Any]] = {}
    for row in model.objects.select_for_update(of=("self",)).order_by("code", "valid_from"):
        saved.setdefault(row.code, []).append(row)
    for code, versions in wanted.items():
        _load_versions(model, saved.get(code, []), versions, done, new)
    model.objects.bulk_create(new)
    done.closed = _close(saved, set(wanted), today)
    return done


def _load_versions(
    model: Any, saved: list[Any], wanted: list[dict[str, Any]], done: Loaded, new: list[Any]
) -> None:
    by_start = {row.valid_from: row for row in saved}
    if any(row.local for row in saved):
        missing = [values for values in wanted if values["valid_from"] not in by_start]
        done.kept += bool(missing) or any(
            differs(by_start[values["valid_from"]], values) for values in wanted
        )
        return
    for values in wanted:
        _put(by_start.get(values["valid_from"]) or model(), values, done, new)


def values_of(row: Mapping[str, str], categories: Mapping[str, Category], end: date | None) -> dict[str, Any]:
    """A row of the shipped file as the fields of an entry; the end is the start of the next version."""
    category = categories.get(row["category_code"])
    if category is None:
        raise rules.BadCatalogue(
            "第 %(entry)s 条：没有代码为“%(code)s”的分类", entry=row["code"], code=row["category_code"]
        )
    return {
        "code": row["code"], "category_id": category.pk, "condition": rules.read_condition(row["condition"]),
        "lead": row["lead"], "assist": words_of(row["assist"]), "must_be_department": row["must_be_department"] == "yes",
        "auto": row["auto"] == "yes", "basis": row["basis"], "reason": row["reason_zh"], "note": row["authority_note"],
        "valid_from": date.fromisoformat(row["valid_from"]), "valid_to": end, "source": row["source"],
    }  # fmt: skip


def _close(saved: Mapping[str, Iterable[Any]], listed: set[str], today: date) -> int:
    gone = [
        e
        for code, versions in saved.items()
        if code not in listed
        for e in versions
        if not e.local and e.valid_to is None
    ]
    for entry in gone:
        entry.valid_to = max(today, entry.valid_from)
        entry.save(update_fields=["valid_to"])
    return len(gone)
