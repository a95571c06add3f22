"""The five places of the source reports: figures with source and sentence, terms, and the checks over them.

One TOML file a place in ``data/places``; its README describes the fields. Pure reading: no Django.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from linli.insight.expressions import Operand

PLACES = Path(__file__).parent / "data" / "places"
STATUSES = ("given", "derived", "contradiction")
KINDS = ("sum", "consistency", "norm", "population", "term", "text", "implied")

Value = Decimal | str | tuple[Decimal, ...] | tuple[str, ...]


class PlaceError(ValueError):
    """A place file lacks a field, repeats a key, or holds a word outside the closed lists."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a report: value with unit, the sentence it stands in, and what it counts."""

    key: str
    label: str
    value: Value
    unit: str
    sentence: str
    status: str
    entry: int | None = None
    section: str = ""
    definition: str = ""
    population: str = ""
    qualifier: str = ""
    range: bool = False

    @property
    def text(self) -> str:
        """The value as shown, qualifier and unit included: ``约 1,500至3,000 户``."""
        value = format_value(self.value, is_range=self.range)
        parts = (self.qualifier, value.replace(",", "") if self.unit == "年" else value, self.unit)
        return " ".join(part for part in parts if part)

    @property
    def operand(self) -> Operand | None:
        """The value for arithmetic; None for words."""
        if isinstance(self.value, Decimal):
            return self.value
        if isinstance(self.value, str):
            return None
        numbers = tuple(item for item in self.value if isinstance(item, Decimal))
        return numbers if len(numbers) == len(self.value) else None


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the report with the meaning it has there."""

    term: str
    meaning: str
    entry: int | None = None
    section: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a check: an expression over figure keys and earlier steps; ``digits`` decimals are shown."""

    key: str
    label: str
    expr: str
    unit: str = ""
    digits: int | None = None
    expected: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A claim to recompute. ``kind`` says how its outcome is decided, see ``claims``."""

    key: str
    kind: str
    title: str
    verdict: str
    steps: tuple[Step, ...] = ()
    test: str = ""
    test_label: str = ""
    compare: tuple[str, ...] = ()
    term: str = ""
    passage: str = ""
    condition: str = ""
    trap: str = ""
    entry: int | None = None
    section: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The source report of a place; ``dated`` is empty where the report gives no date."""

    id: str
    title: str
    title_note: str
    dated: str
    date_note: str
    note: str = ""

    @property
    def year(self) -> int | None:
        """The year the report is dated, if it is."""
        return int(self.dated[:4]) if self.dated else None


@dataclass(frozen=True, slots=True)
class Place:
    """A county, district or city with what its report says of it."""

    code: str
    name: str
    full_name: str
    report: Report
    figures: Mapping[str, Figure]
    terms: tuple[Term, ...] = ()
    checks: tuple[Check, ...] = field(default=())


def load_places(folder: Path = PLACES) -> tuple[Place, ...]:
    """Every place, in the order of their reports (S0 to S4)."""
    places = (read_place(path) for path in folder.glob("*.toml"))
    return tuple(sorted(places, key=lambda place: place.report.id))


def load_place(code: str, folder: Path = PLACES) -> Place | None:
    """The place whose division code is ``code`` (4 or 6 digits), or None."""
    return next((place for place in load_places(folder) if place.code == code), None)


def read_place(path: Path) -> Place:
    """Read one place file. Raises PlaceError."""
    data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    try:
        return Place(
            code=data["code"],
            name=data["name"],
            full_name=data["full_name"],
            report=Report(**data["report"]),
            figures=_figures(data["figure"]),
            terms=tuple(Term(**row) for row in data.get("term", [])),
            checks=tuple(_check(row) for row in data["check"]),
        )
    except (KeyError, TypeError) as error:
        raise PlaceError(f"{path.name}: {error}") from error


def format_number(value: Decimal) -> str:
    """Thousands separated, no trailing zeros: ``1,775.5``."""
    whole = value == value.to_integral_value()
    return f"{int(value):,}" if whole else f"{value.normalize():,f}"


def format_value(value: Value, *, is_range: bool = False) -> str:
    """Any value as shown: a range with 至, a list with 、."""
    if isinstance(value, Decimal):
        return format_number(value)
    if isinstance(value, str):
        return value
    items = [format_number(item) if isinstance(item, Decimal) else item for item in value]
    return ("至" if is_range else "、").join(items)


def _figures(rows: list[dict[str, Any]]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for row in rows:
        figure = Figure(**{**row, "value": _plain(row["value"])})
        if figure.key in figures or figure.status not in STATUSES:
            raise PlaceError(f"figure {figure.key}: repeated, or status {figure.status} unknown")
        if figure.entry is None and not figure.section:
            raise PlaceError(f"figure {figure.key}: no entry and no section")
        figures[figure.key] = figure
    return figures


def _plain(value: Any) -> Value:
    if isinstance(value, list):
        return tuple(_plain(item) for item in value)  # type: ignore[return-value]
    return Decimal(value) if isinstance(value, int) else value


def _check(row: dict[str, Any]) -> Check:
    steps = tuple(_step(step) for step in row.get("steps", []))
    compare = tuple(row.get("compare", []))
    check = Check(**{**row, "steps": steps, "compare": compare})
    if check.kind not in KINDS:
        raise PlaceError(f"check {check.key}: kind {check.kind} unknown")
    return check


def _step(row: dict[str, Any]) -> Step:
    expected = row.get("expected")
    return Step(**{**row, "expected": None if expected is None else Decimal(expected)})
