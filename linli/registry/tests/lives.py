"""Lives at random: a small world, and the steps that may happen in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from linli.kernel.accounts.verbs import NotAllowed
from linli.registry.commands import cares, households, life, persons, switches
from linli.registry.commands.living import Place
from linli.registry.commands.undoing import undo_change
from linli.registry.models import Change, Household, Membership, Person
from linli.registry.rules.life import Refused
from linli.registry.tests.factories import (
    OTHER_GRID,
    PASSING,
    TODAY,
    broken,
    everything,
    family,
    person,
    place,
    seen_by,
    with_verb,
)
from linli.territory.models import Dwelling
from tests.cast import MONDAY, Cast


@dataclass
class World:
    """Everybody there is, to be chosen from by number; ``by`` works in the street that holds both communities."""

    cast: Cast
    homes: list[Dwelling]
    step: int = 0

    @property
    def when(self) -> dict[str, Any]:
        at = MONDAY + timedelta(days=self.step)
        return {"by": with_verb(self.cast, "street", "registry.switch"), "at": at, "on": at.date()}

    def one(self, number: int) -> Person:
        rows = list(Person.objects.order_by("pk"))
        return rows[number % len(rows)]

    def house(self, number: int) -> Household:
        rows = list(Household.objects.order_by("pk"))
        return rows[number % len(rows)]

    def mate(self, house: Household, number: int) -> Person:
        rows = [
            row.person for row in Membership.objects.filter(household=house, valid_to=None).order_by("pk")
        ]
        return rows[number % len(rows)] if rows else self.one(number)

    def home(self, number: int) -> Place:
        if number % 5 == 4:
            return Place(address="遵义市汇川区某路一号")
        return Place(dwelling_id=self.homes[number % len(self.homes)].pk)


Step = Callable[[World, int, int], object]

STEPS: dict[str, Step] = {
    "add": lambda w, a, b: persons.add_person(values={"name": "新人", "sex": "12"[b % 2]}, place=w.home(a), origin="visit", **w.when),
    "correct": lambda w, a, b: persons.correct(person_id=w.one(a).pk, values={"work": f"单位{b}", "phones": f"1388510{b:04d}"}, origin="visit", **w.when),
    "rename": lambda w, a, b: persons.change_name(person_id=w.one(a).pk, name="李" + "梅兰竹菊"[b % 4], **w.when),
    "number": lambda w, a, b: persons.correct(person_id=w.one(a).pk, values={"household_number": f"H{b}"}, origin="police", **w.when),
    "birth": lambda w, a, b: life.birth(household_id=w.house(a).pk, values={"name": "小宝", "sex": "12"[b % 2]}, **w.when),
    "death": lambda w, a, b: life.death(person_id=w.one(a).pk, **w.when),
    "out": lambda w, a, b: life.move_out(person_id=w.one(a).pk, **w.when),
    "in": lambda w, a, b: life.move_in(person_id=w.one(a).pk, place=w.home(b), **w.when),
    "move": lambda w, a, b: life.move(person_id=w.one(a).pk, place=w.home(b), household_id=w.house(b).pk if b % 2 else None, relation="97", **w.when),
    "register": lambda w, a, b: life.register_at(person_id=w.one(a).pk, place=w.home(b) if b % 3 else None, **w.when),
    "move all": lambda w, a, b: life.move_household(household_id=w.house(a).pk, place=w.home(b), **w.when),
    "marry": lambda w, a, b: households.marry(person_id=w.one(a).pk, spouse_id=w.one(b).pk, place=w.home(a), **w.when),
    "marry into": lambda w, a, b: households.marry(person_id=w.mate(w.house(a), a).pk, spouse_id=w.one(b).pk, household_id=w.house(a).pk, **w.when),
    "split": lambda w, a, b: households.split_household(household_id=w.house(a).pk, head_id=w.mate(w.house(a), b).pk, **w.when),
    "merge": lambda w, a, b: households.merge_households(household_id=w.house(a).pk, other_id=w.house(b).pk, **w.when),
    "head": lambda w, a, b: households.set_head(household_id=w.house(a).pk, person_id=w.mate(w.house(a), b).pk, **w.when),
    "care": lambda w, a, b: cares.add_care(person_id=w.one(a).pk, group=("disabled", "orphan")[b % 2], basis="证", **w.when),
    "trait": lambda w, a, b: switches.set_trait(person_id=w.one(a).pk, element="marital", value=("已婚", "未婚", "")[b % 3], **w.when),
}  # fmt: skip


def world(cast: Cast) -> World:
    """A family, a couple of single people, and homes in both communities."""
    family(cast)
    alone = person(cast, "王芳", birth=date(1990, 1, 1))
    households.make_household(head_id=alone.pk, by=cast.actors["street"], at=MONDAY, on=date(2026, 1, 7))
    person(cast, "赵六", "1", registered=Place(address="遵义市"))
    keeper = with_verb(cast, "street", "registry.switch")
    switches.switch_on(
        element="marital",
        basis="条例",
        purpose="登记",
        until=date(2028, 1, 1),
        by=keeper,
        at=MONDAY,
        on=TODAY,
    )
    homes = [place(f"7{n}") for n in range(3)] + [place(f"7{n}", OTHER_GRID) for n in range(2)]
    return World(cast, [Dwelling.objects.get(pk=each.dwelling_id) for each in homes])


LENIENT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
"""The world is made once; every example throws away what it did."""

steps = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=7
)


LATER = MONDAY + timedelta(days=60)
"""When a life is taken back."""


@contextmanager
def nothing_stays() -> Iterator[None]:
    """One example, which is thrown away."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def go_and_come_back(
    made: World, chosen: Sequence[tuple[str, int, int]], between: Callable[[], object] = lambda: None
) -> None:
    """Go the steps that are possible, then back; the rows are the same on the way back, and always right. Something may happen in ``between``."""
    done: list[tuple[int, dict[Any, Any]]] = []
    by = made.when["by"]
    for made.step, (name, a, b) in enumerate(chosen, start=1):
        before, last = everything(but=PASSING), Change.objects.latest("pk").pk
        try:
            with transaction.atomic(), seen_by(by):
                STEPS[name](made, a, b)
        except (Refused, NotAllowed):
            assert everything(but=PASSING) == before
            continue
        assert broken() == [], name
        first = Change.objects.filter(pk__gt=last).order_by("pk").first()
        if first is not None:
            done.append((first.pk, before))
    between()
    for change_id, before in reversed(done):
        with seen_by(by):
            undo_change(change_id=change_id, by=by, at=LATER)
        assert everything(but=PASSING) == before
        assert broken() == []


def evenings(
    made: World, chosen: Sequence[tuple[str, int, int]], look: Callable[[date], Any]
) -> dict[date, Any]:
    """Go the steps that are possible, a day each; what one saw on each evening."""
    seen = {TODAY: look(TODAY)}
    for made.step, (name, a, b) in enumerate(chosen, start=1):
        try:
            with transaction.atomic():
                STEPS[name](made, a, b)
        except (Refused, NotAllowed):
            continue
        day = TODAY + timedelta(days=made.step)
        seen[day] = look(day)
    return seen
