"""Finding households, and what lists and pages show of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from numpy.typing import NDArray

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.engines.ids import ids_found
from linli.kernel.registers.search import Search, grams_of, words_of
from linli.registry.models import Household, Membership
from linli.registry.policy import households_for
from linli.registry.queries.persons import HOME, Kin, address_of, kin_of
from linli.registry.queries.places import place_words
from linli.registry.rules.kinship import NAMES, by_generation


@dataclass(frozen=True)
class HouseholdSearch(Search):
    """Households by their number, and by the name of their head."""

    def ids(self, rows: QuerySet[Any], text: str) -> NDArray[np.int64]:
        found: NDArray[np.int64] | None = None
        for word in words_of(text):
            numbered = ids_found("SELECT id FROM registry_household WHERE number = %s", [word.upper()])
            headed = ids_found(
                "SELECT h.id FROM registry_person_search(%s::text[], %s) AS p(id) JOIN registry_household h ON h.head_id = p.id",
                [grams_of(word), word],
            )
            both = np.union1d(numbered, headed)
            found = both if found is None else np.intersect1d(found, both)
        return np.empty(0, np.int64) if found is None else found

    def narrow(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        for word in words_of(text):
            headed = RawSQL("SELECT registry_person_search(%s::text[], %s)", [grams_of(word), word])
            rows = rows.filter(number=word.upper()) | rows.filter(head_id__in=headed)
        return rows


@dataclass(frozen=True)
class Row:
    """One generation of a household."""

    title: str
    members: Sequence[Kin]


@dataclass(frozen=True)
class HouseholdShown:
    """A household as its page shows it."""

    household: Household
    rows: list[Row]
    count: int
    hidden: int
    past: list[Membership]

    @property
    def building_id(self) -> int | None:
        """The building it lives in."""
        home = self.household.dwelling
        return home.entrance.building_id if home else None

    @property
    def address(self) -> str:
        """Where it lives, in words."""
        return address_of(self.household)

    @property
    def place(self) -> str:
        """Where it lives, in units."""
        return place_words(self.household.path)


def household_for(actor: Actor, uid: UUID) -> Household | None:
    """The household of that identifier, where the actor may see it."""
    rows = households_for(actor).select_related("head", HOME)
    return rows.filter(uid=uid).first()


def show_household(household: Household, day: date) -> HouseholdShown:
    """Its members on a day as a tree of generations, and who belonged to it before."""
    kin = kin_of(household.pk, day)
    rows = [Row(NAMES[generation], members) for generation, members in by_generation(kin)]
    gone = Membership.objects.filter(household=household, valid_to__lte=day).select_related("person")
    return HouseholdShown(
        household, rows, len(kin), max(0, household.size - len(kin)), list(gone.order_by("-valid_to")[:20])
    )
