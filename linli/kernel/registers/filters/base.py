"""What every filter can do, in the database and over NumPy columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from linli.algorithms.facets import AnyOf
from linli.kernel.audit.actor import Actor
from linli.kernel.registers import drawing
from linli.kernel.standing import plan_each_time

if TYPE_CHECKING:
    from linli.kernel.registers.engines.store import Columns
    from linli.kernel.registers.register import Past, Register

Mask = NDArray[np.bool_]
MISSING = "-"
"""The value that stands in a URL for rows where nothing is filled in."""


SEPARATOR = "\x1f"
"""Stands around the items of an array that the column engine keeps as one code: few different arrays occur."""

MISSING_CODE = int(np.iinfo(np.int64).min) + 1
"""What the column engine holds where nothing is filled in."""

MANY = 300
"""Choices drawn at most; of a longer list only those with rows."""


@dataclass(slots=True)
class Option:
    """One choice of a filter with the count beside it. ``depth`` indents a tree."""

    value: str
    label: str
    count: int = 0
    chosen: bool = False
    depth: int = 0


@dataclass(frozen=True)
class Facet:
    """A filter as it is drawn: its choices in order, with counts. A filter that bounds a large list has none."""

    filter: Filter
    options: tuple[Option, ...]
    counted: bool = True

    @property
    def chosen(self) -> int:
        """How many choices are ticked."""
        return sum(option.chosen for option in self.options)

    @property
    def ticks(self) -> SafeString:
        """The choices as ticks of the form."""
        return drawing.ticks(self.filter.name, self.options)

    @property
    def typed(self) -> list[Option]:
        """Chosen ranges that were typed in, besides the offered ones."""
        return [option for option in self.options if option.chosen and ".." in option.value]

    @property
    def is_long(self) -> bool:
        """Whether the list needs a box to find a choice in it."""
        return len(self.options) > 9


@dataclass(frozen=True)
class Ask:
    """Who asks, and when, and of which day if not of today: what a condition may depend on besides its values."""

    actor: Actor
    at: datetime
    as_of: date | None = None
    _pasts: dict[tuple[str, date], Past] = field(default_factory=dict, compare=False, repr=False)

    def past_of(self, register: Register) -> Past:
        """The list as it was on the day, looked up once for everything that is asked."""
        assert self.as_of is not None, "a list of today has no past"
        key = register.name, self.as_of
        if key not in self._pasts:
            plan_each_time()  # whose past is another one is asked by their ids, and these may be thousands
            self._pasts[key] = register.on_day(self.actor, self.as_of)
        return self._pasts[key]


@dataclass(frozen=True)
class Load:
    """A column that the NumPy engine holds: its name there, the field (or an expression over the row), and its kind.

    Few different values, kept as codes: ``category`` (texts, codes, arrays of them), ``day`` and ``local_day`` (of a date and
    of a moment), ``value`` (whole numbers), ``flag``, ``filled`` (whether anything is there), ``initial`` (the first character).
    Plain numbers: ``number``, ``moment``, ``date``, ``truth``, ``degree``.
    """

    name: str
    field: str | Combinable
    kind: str


def as_number(value: datetime | date | Decimal | int) -> int:
    """A bound as it is held in a column: microseconds, days, or thousandths (rounded up)."""
    if isinstance(value, datetime):
        return round(value.timestamp() * 1_000_000)
    if isinstance(value, date):
        return (value - date(2000, 1, 1)) // timedelta(days=1)
    return int((Decimal(value) * 1000).to_integral_value(ROUND_CEILING))


class Filter:
    """A multi-valued condition on rows. Values are texts as they stand in the URL; they are joined by OR.

    ``then`` is where ``Register.on_day`` holds the value of a day that is past; ``offered`` says to whom the filter is shown at all. A
    ``sensitive`` one has no counts beside its choices.
    """

    template = "registers/filters/choices.html"
    shows_unknown = True
    draws = False
    """Whether its values are drawn on a map."""

    def __init__(
        self, name: str, label: Any, *, field: str = "", then: str = "", sensitive: bool = False, hint: Any = "",
        offered: Callable[[Actor], bool] | None = None,
    ) -> None:  # fmt: skip
        self.name, self.label, self.sensitive, self.hint = name, label, sensitive, hint
        self.field, self.then, self._offered = field or name, then, offered

    def offered_to(self, actor: Actor) -> bool:
        """Whether a person may use the filter."""
        return self._offered is None or self._offered(actor)

    def field_on(self, ask: Ask) -> str:
        """The field that is asked: that of the day, where the list is of a day."""
        return self.then if ask.as_of and self.then else self.field

    def cuts(self, values: Sequence[str], ask: Ask) -> set[int]:
        """Where to cut a column of many ordered values, so that groups are counted instead: every bound that is asked or offered."""
        return set()

    def bind(self, model: type[Model]) -> None:
        """Look at the model once, when the register is declared."""

    def clean(self, values: Sequence[str]) -> tuple[str, ...]:
        """The values that make sense, once each, in a stable order."""
        return tuple(dict.fromkeys(value for value in values if value))

    def q(self, values: Sequence[str], ask: Ask) -> Q:
        """The condition in the database."""
        raise NotImplementedError

    coded = False
    """Whether the values are codes of one column, which the column engine then filters and counts by itself."""

    def codes(self, values: Sequence[str], columns: Columns, ask: Ask) -> AnyOf:
        """The condition as codes of the column ``name``; for coded filters."""
        raise NotImplementedError

    def named(self, pairs: Iterable[tuple[Any, int]], ask: Ask) -> dict[str, int]:
        """Rows of each choice, from rows of each code; for coded and for grouped filters."""
        raise NotImplementedError

    def mask(self, values: Sequence[str], columns: Columns, ask: Ask) -> Mask:
        """The condition over columns."""
        return columns.snapshot.mask({self.name: self.codes(values, columns, ask)})

    def loads(self) -> tuple[Load, ...]:
        """The columns that ``mask`` and ``column_counts`` read."""
        raise NotImplementedError

    def grouped(self, ask: Ask) -> str:
        """The path whose different values the database counts, for ``named``; empty for a filter of conditions."""
        return ""

    def conditions_asked(self, ask: Ask) -> dict[str, Q]:
        """The condition of each choice, which the database counts in the same pass; for a filter that is not grouped."""
        return {}

    def sql_counts(self, rows: QuerySet[Any], ask: Ask) -> dict[str, int]:
        """Rows of each choice; only for a filter that must ask the database a question of its own."""
        raise NotImplementedError

    def column_counts(self, columns: Columns, within: Mask, ask: Ask) -> dict[str, int]:
        """Rows of each choice, counted over columns inside a mask; for filters that are not coded."""
        raise NotImplementedError

    def labels(self, actor: Actor) -> Mapping[str, str]:
        """The words of the choices that are known beforehand, in order."""
        return {}

    def depth_of(self, actor: Actor) -> Mapping[str, int]:
        """How deep each choice stands in a tree."""
        return {}

    def word(self, value: str, labels: Mapping[str, str]) -> str:
        """One value in words."""
        return labels.get(value, value)

    def uncounted(self, chosen: Sequence[str], actor: Actor) -> Facet:
        """The choices alone: where counting would read what the list keeps out, or tell of few persons."""
        return replace(self.facet({}, chosen, actor), counted=False)

    def unfolded(self, order: list[str], chosen: Sequence[str], actor: Actor) -> list[str]:
        """Those of the choices that are drawn now."""
        return order

    def facet(self, counts: Mapping[str, int], chosen: Sequence[str], actor: Actor) -> Facet:
        """The choices with their counts; unknown values found in the data and chosen ones are shown as well."""
        labels, depths = self.labels(actor), self.depth_of(actor)
        order = list(labels) or sorted(counts, key=lambda value: (-counts[value], value))
        order = list(dict.fromkeys([*order, *(counts if self.shows_unknown else ()), *chosen]))
        order = self.unfolded(order, chosen, actor)
        ticked = set(chosen)
        if len(order) > MANY:
            order = [value for value in order if value in ticked or counts.get(value)][:MANY]
        options = tuple(
            Option(
                value, self.word(value, labels), counts.get(value, 0), value in ticked, depths.get(value, 0)
            )
            for value in order
        )
        return Facet(self, options)


def model_field(model: type[Model], path: str) -> Field[Any, Any] | None:
    """The field at the end of a path with ``__``; None where the path ends in something computed."""
    owner: type[Model] | None = model
    found: Any = None
    for step in path.split("__"):
        if owner is None:
            return None
        try:
            found = owner._meta.get_field(step)
        except FieldDoesNotExist:
            return None
        owner = getattr(found, "related_model", None)
    return found
