"""Named conditions: each choice is a condition of its own, counted in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.algorithms.facets import AnyOf
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.filters.base import Ask, Filter, Load, Mask

if TYPE_CHECKING:
    from linli.kernel.registers.engines.store import Columns


YES, NO = _("是"), _("否")
FLAG_CODES = {"yes": 1, "no": 0}


@dataclass(frozen=True)
class Condition:
    """One named condition: its words, and what it means in the database and over columns at a moment."""

    label: Any
    q: Callable[[datetime], Q]
    mask: Callable[[Columns, datetime], Mask] | None = None


class Conditions(Filter):
    """Choices that are conditions (逾期, 将到期, 无网格). ``columns`` lists what their masks read."""

    def __init__(
        self,
        name: str,
        label: Any,
        conditions: Mapping[str, Condition],
        *,
        columns: Sequence[Load] = (),
        **more: Any,
    ) -> None:
        super().__init__(name, label, **more)
        self.conditions = dict(conditions)
        self.columns = tuple(columns)

    def clean(self, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(value for value in super().clean(values) if value in self.conditions)

    def q(self, values: Sequence[str], ask: Ask) -> Q:
        found = Q(pk__in=[])
        for value in values:
            found |= self.condition(value, ask)
        return found

    def condition(self, value: str, ask: Ask) -> Q:
        """One choice in the database."""
        return self.conditions[value].q(ask.at)

    def mask(self, values: Sequence[str], columns: Columns, ask: Ask) -> Mask:
        if self.coded:
            return super().mask(values, columns, ask)
        found = np.zeros(len(columns), dtype=np.bool_)
        for value in values:
            found |= self.condition_mask(value, columns, ask)
        return found

    def condition_mask(self, value: str, columns: Columns, ask: Ask) -> Mask:
        """One choice over columns."""
        mask = self.conditions[value].mask
        if mask is None:
            raise TypeError(f"condition {self.name}={value} has no mask for the column engine")
        return mask(columns, ask.at)

    def loads(self) -> tuple[Load, ...]:
        return self.columns

    def conditions_asked(self, ask: Ask) -> dict[str, Q]:
        return {value: self.condition(value, ask) for value in self.choices(ask)}

    def column_counts(self, columns: Columns, within: Mask, ask: Ask) -> dict[str, int]:
        return {
            value: int(np.count_nonzero(self.condition_mask(value, columns, ask) & within))
            for value in self.choices(ask)
        }

    def choices(self, ask: Ask) -> Sequence[str]:
        """The choices that are always offered."""
        return tuple(self.conditions)

    def labels(self, actor: Actor) -> Mapping[str, str]:
        return {value: str(condition.label) for value, condition in self.conditions.items()}


class Flag(Conditions):
    """Yes or no of a boolean field; both ticked means all that are filled in."""

    coded = True

    def __init__(self, name: str, label: Any, *, yes: Any = "", no: Any = "", **more: Any) -> None:
        field = more.get("field") or name
        super().__init__(
            name,
            label,
            {
                "yes": Condition(yes or YES, lambda at: Q(**{field: True})),
                "no": Condition(no or NO, lambda at: Q(**{field: False})),
            },
            **more,
        )

    def codes(self, values: Sequence[str], columns: Columns, ask: Ask) -> AnyOf:
        return AnyOf(frozenset(FLAG_CODES[value] for value in values))

    def named(self, pairs: Iterable[tuple[Any, int]], ask: Ask) -> dict[str, int]:
        counts = dict(pairs)
        return {value: counts.get(code, 0) for value, code in FLAG_CODES.items()}

    def loads(self) -> tuple[Load, ...]:
        return (Load(self.name, self.field, "flag"),)
