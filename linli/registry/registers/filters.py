"""Conditions that only the registry knows: age, freshness, how a person lives, and care groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import NullIf
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.algorithms.facets import AnyOf
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import (
    MISSING_CODE,
    Ask,
    Choice,
    Condition,
    Conditions,
    DateRange,
    Load,
    NumberRange,
    as_number,
    bounds_among,
    within,
)
from linli.kernel.wording import worded
from linli.registry.models import Residence
from linli.registry.policy import care_groups_of
from linli.registry.queries.persons import in_care
from linli.registry.rules.ages import years_before
from linli.registry.rules.tables import titles

if TYPE_CHECKING:
    from linli.kernel.registers.engines.store import Columns
    from linli.kernel.registers.filters.base import Filter, Mask

DAY = timedelta(days=1)
OLDEST = 150
"""Years that nobody has lived."""
OLD = "old"
NEVER = "never"
YEAR = timedelta(days=365)


def outlines() -> str:
    """What an area is drawn over."""
    return f"{reverse('territory:geojson')}?level=community"


def day_of(ask: Ask) -> date:
    """The day that the list is of."""
    return ask.as_of or timezone.localdate(ask.at)


class Age(NumberRange):
    """Full years of age on the day of the list, from the day of birth."""

    def bounds(self, value: str) -> tuple[Decimal | None, Decimal | None]:
        low, high = super().bounds(value)
        if any(side is not None and not 0 <= side <= OLDEST for side in (low, high)):
            raise ValueError(value)
        return low, high

    def bounds_of_birth(self, value: str, ask: Ask) -> tuple[date | None, date | None]:
        """First day of birth, and the day after the last, of those of an age."""
        low, high = self.bounds(value)
        today = day_of(ask)
        first = None if high is None else years_before(today, int(high)) + DAY
        return first, None if low is None else years_before(today, int(low)) + DAY

    def condition(self, value: str, ask: Ask) -> Q:
        first, after = self.bounds_of_birth(value, ask)
        found = Q(**{f"{self.field}__isnull": False})
        if first is not None:
            found &= Q(**{f"{self.field}__gte": first})
        return found & Q(**{f"{self.field}__lt": after}) if after is not None else found

    def codes(self, values: Sequence[str], columns: Columns, ask: Ask) -> AnyOf:
        found = [
            columns.codes_between(self.name, *self.bounds_of_birth(value, ask)).values for value in values
        ]
        return AnyOf(frozenset().union(*found))

    def cuts(self, values: Sequence[str], ask: Ask) -> set[int]:
        return bounds_among(self.bounds_of_birth(value, ask) for value in (*self.bands, *values))

    def named(self, pairs: Iterable[tuple[Any, int]], ask: Ask) -> dict[str, int]:
        counted = list(pairs)
        return {band: within(counted, *self.bounds_of_birth(band, ask)) for band in self.bands}

    def loads(self) -> tuple[Load, ...]:
        return (Load(self.name, self.field, "day"),)


class Freshness(DateRange):
    """How long ago anybody spoke of a record: lately, long ago, or never."""

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, presets=("30d", "year"))

    def _means_something(self, value: str) -> bool:
        return value in (OLD, NEVER) or super()._means_something(value)

    def condition(self, value: str, ask: Ask) -> Q:
        if value == NEVER:
            return Q(**{f"{self.field}__isnull": True})
        if value == OLD:
            return Q(**{f"{self.field}__lt": day_of(ask) - YEAR})
        return super().condition(value, ask)

    def codes(self, values: Sequence[str], columns: Columns, ask: Ask) -> AnyOf:
        plain = [value for value in values if value not in (OLD, NEVER)]
        found = set(super().codes(plain, columns, ask).values)
        if OLD in values:
            found |= columns.codes_between(self.name, None, day_of(ask) - YEAR).values
        if NEVER in values:
            found.add(MISSING_CODE)
        return AnyOf(frozenset(found))

    def cuts(self, values: Sequence[str], ask: Ask) -> set[int]:
        plain = [value for value in values if value not in (OLD, NEVER)]
        return super().cuts(plain, ask) | {as_number(day_of(ask) - YEAR)}

    def named(self, pairs: Iterable[tuple[Any, int]], ask: Ask) -> dict[str, int]:
        counted = list(pairs)
        limit = as_number(day_of(ask) - YEAR)
        old = sum(count for day, count in counted if MISSING_CODE < day < limit)
        return super().named(counted, ask) | {OLD: old, NEVER: dict(counted).get(MISSING_CODE, 0)}

    def choices(self, ask: Ask) -> Sequence[str]:
        return (*self.presets, OLD, NEVER)

    def labels(self, actor: Actor) -> Mapping[str, str]:
        return {**super().labels(actor), OLD: _("超过一年"), NEVER: _("从未核实")}

    def word(self, value: str, labels: Mapping[str, str]) -> str:
        return labels.get(value) or self.labels_of(value) or super().word(value, labels)

    @staticmethod
    def labels_of(value: str) -> str:
        """The words of the two that are no range of days."""
        return {OLD: _("超过一年"), NEVER: _("从未核实")}.get(value, "")


def _now(kind: str = "") -> QuerySet[Residence]:
    rows = Residence.objects.filter(valid_to=None).order_by()
    return rows.filter(kind=kind) if kind else rows


_OWN = _now().filter(person=OuterRef("pk"))
"""The residences of one person: asked person by person, for of a few persons only theirs need be read."""

KINDS_OF_A_PERSON = Subquery(
    _OWN.values("person").annotate(kinds=ArrayAgg("kind", order_by=["kind"])).values("kinds")
)
"""How a person lives, as the column engine keeps it. Whoever changes a residence also writes its person, so it is read anew."""


class LivesAs(Choice):
    """How a person is tied to a dwelling now; several ways at once are usual."""

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, choices=worded(titles("residence_kinds")))

    @property
    def is_array(self) -> bool:
        """A person may be registered in one place and live in another."""
        return True

    def q(self, values: Sequence[str], ask: Ask) -> Q:
        found = Q(Exists(_OWN.filter(kind__in=values)))
        return found | ~Q(Exists(_OWN)) if "-" in values else found

    def sql_counts(self, rows: QuerySet[Any], ask: Ask) -> dict[str, int]:
        here = _now().filter(person__in=rows.order_by().values("pk"))
        found = dict(here.values_list("kind").annotate(_n=Count("person", distinct=True)))
        none = rows.order_by().filter(~Exists(_OWN)).count()
        return found | ({"-": none} if none else {})

    def loads(self) -> tuple[Load, ...]:
        return (Load(self.name, KINDS_OF_A_PERSON, "category"),)


class CareGroup(Choice):
    """The care groups that the viewer's verbs open. Which group a row is of lies sealed: its blind mark is asked, under its wall."""

    coded = False

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(
            name, label, choices=worded(titles("care_groups")), sensitive=True,
            offered=lambda actor: bool(care_groups_of(actor)), hint=gettext_lazy("只列出您的岗位可以查看的类别；不显示人数"),
        )  # fmt: skip

    def labels(self, actor: Actor) -> Mapping[str, str]:
        return {
            code: str(words) for code, words in super().labels(actor).items() if code in care_groups_of(actor)
        }

    def q(self, values: Sequence[str], ask: Ask) -> Q:
        return Q(pk__among=self._ids(values, ask))

    def mask(self, values: Sequence[str], columns: Columns, ask: Ask) -> Mask:
        return np.isin(columns.snapshot.ids, self._ids(values, ask))

    def loads(self) -> tuple[Load, ...]:
        return ()

    def _ids(self, values: Sequence[str], ask: Ask) -> list[int]:
        open_to = care_groups_of(ask.actor)
        return in_care([code for code in values if code in open_to], ask.as_of)


def filled(field: str) -> Load:
    """Whether a sealed or empty field holds something."""
    return Load(f"filled:{field}", field, "filled")


def written(field: str) -> Load:
    """Whether a text that may be empty is written."""
    return Load(f"filled:{field}", NullIf(field, Value("")), "filled")


def unwritten(label: Any, field: str) -> Condition:
    """Records with an empty text in a field that is ``written`` in others."""
    wanted = AnyOf(frozenset({0}))
    return Condition(
        label,
        lambda at: Q(**{field: ""}),
        lambda columns, at: columns.snapshot.mask({f"filled:{field}": wanted}),
    )


def holds(label: Any, field: str, *, lacking: bool = False) -> Condition:
    """Records with something in a field, or with nothing."""
    wanted = AnyOf(frozenset({0 if lacking else 1}))
    return Condition(
        label,
        lambda at: Q(**{f"{field}__isnull": lacking}),
        lambda columns, at: columns.snapshot.mask({f"filled:{field}": wanted}),
    )


def unfilled(label: Any, field: str, column: str) -> Condition:
    """Records with an empty text in a field that the engine holds as the category of another filter."""
    return Condition(label, lambda at: Q(**{field: ""}), lambda columns, at: columns.equals(column, ""))


def either(label: Any, *conditions: Condition) -> Condition:
    """Records that fulfil one of several conditions."""

    def q(at: Any) -> Q:
        found = Q(pk__in=[])
        for each in conditions:
            found |= each.q(at)
        return found

    def mask(columns: Columns, at: Any) -> Mask:
        return reduce(np.logical_or, [each.mask(columns, at) for each in conditions if each.mask])

    return Condition(label, q, mask)


def gaps(name: str, label: Any, conditions: Mapping[str, Condition], *fields: str) -> Filter:
    """A filter of what is there and what is not."""
    return Conditions(name, label, conditions, columns=[filled(field) for field in fields])
