"""Columns of a register: where a cell's value comes from and how it is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KINDS = ("text", "code", "number", "money", "date", "datetime", "flag")
FLAG_WORDS = {True: gettext_lazy("是"), False: gettext_lazy("否")}


@dataclass(frozen=True)
class Column:
    """One column.

    ``source`` is a path of attributes with dots (default: ``name``); ``value`` a function of the row instead. ``choices``
    turn a code into words, ``badge`` a code into a tone (``success warning danger info secondary``). ``masked`` says that the
    cell shows a mask of a personal value; ``person`` that it names a person, so the list is never sorted by it.
    """

    name: str
    label: Any
    source: str = ""
    kind: str = "text"
    value: Callable[[Any], Any] | None = None
    choices: Mapping[Any, Any] | None = None
    badge: Mapping[Any, str] | None = None
    link: bool = False
    masked: bool = False
    person: bool = False
    shown: bool = True
    measure: Any = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"column {self.name}: unknown kind {self.kind}")

    @property
    def heading(self) -> str:
        """The label with its unit of measure."""
        return f"{self.label}({self.measure})" if self.measure else str(self.label)

    @property
    def is_whole(self) -> bool:
        """Whether the cell is never broken over two lines: numbers of cases, dates."""
        return self.kind in ("code", "date", "datetime")

    @property
    def is_figure(self) -> bool:
        """Whether the cell is set right-aligned in tabular numerals."""
        return self.kind in ("number", "money")

    def raw(self, row: Any) -> Any:
        """The value before any words."""
        if self.value is not None:
            return self.value(row)
        found = row
        for step in (self.source or self.name).split("."):
            found = getattr(found, step, None)
            if found is None:
                return None
        return found

    def typed(self, row: Any) -> Any:
        """The value for a typed cell: words for codes, local time for moments, numbers and dates as they are."""
        found = self.raw(row)
        if found is None:
            return None
        if self.choices is not None:
            return str(self.choices.get(found, found))
        if self.kind == "flag":
            return str(FLAG_WORDS[bool(found)])
        if isinstance(found, datetime):
            return timezone.localtime(found) if timezone.is_aware(found) else found
        if isinstance(found, int | float | Decimal | date):
            return found
        if isinstance(found, list | tuple):
            return "、".join(str(item) for item in found)
        return str(found)

    def reader(self) -> Callable[[Any], Any]:
        """``typed`` for many rows in one language: the words of a code are looked up once."""
        if self.choices is None:
            return self.typed
        said: dict[Any, str] = {}

        def read(row: Any) -> Any:
            found = self.raw(row)
            if found is None:
                return None
            words = said.get(found)
            if words is None:
                words = said[found] = self.typed(row)
            return words

        return read

    def words(self, row: Any) -> str:
        """The cell on a page."""
        return self.said(self.typed(row))

    def said(self, found: Any) -> str:
        """A typed value in words."""
        if found is None:
            return ""
        if isinstance(found, datetime):
            return f"{found:%Y-%m-%d %H:%M}"
        if isinstance(found, date):
            return f"{found:%Y-%m-%d}"
        if self.kind == "money":
            return f"{found:,.2f}"
        if self.is_figure and isinstance(found, int | float | Decimal):
            return f"{found:,}"
        return str(found)

    def tone(self, row: Any) -> str:
        """The tone of the badge, empty without one."""
        return self.badge.get(self.raw(row), "secondary") if self.badge is not None else ""


@dataclass(frozen=True)
class Sort:
    """One order that the list can be put into. ``field`` is the model's field, ``name`` by default."""

    name: str
    label: Any
    field: str = ""

    @property
    def path(self) -> str:
        """The field to order by."""
        return self.field or self.name


@dataclass(frozen=True)
class Point:
    """Rows are points: the attributes of longitude and latitude (WGS84 degrees)."""

    lon: str
    lat: str

    def geometry(self, row: Any) -> dict[str, Any] | None:
        """The GeoJSON geometry of a row, or None where the place is not known."""
        lon, lat = getattr(row, self.lon, None), getattr(row, self.lat, None)
        if lon is None or lat is None:
            return None
        return {"type": "Point", "coordinates": [round(float(lon), 7), round(float(lat), 7)]}


@dataclass(frozen=True)
class Geometry:
    """Rows have a GeoJSON geometry (a dict) in an attribute."""

    source: str

    def geometry(self, row: Any) -> dict[str, Any] | None:
        """The GeoJSON geometry of a row, or None where it is not known."""
        found = row
        for step in self.source.split("."):
            found = getattr(found, step, None)
        return found


def count_words(total: int) -> str:
    """How many rows, in words."""
    return _("共 %(total)s 条") % {"total": f"{total:,}"}
