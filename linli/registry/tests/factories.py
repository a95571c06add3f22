"""People, homes and households for tests of single records, made by the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import context
from linli.registry.commands import households, persons
from linli.registry.commands.living import Place
from linli.registry.models import Care, Household, Membership, Person, Residence, Trait
from linli.registry.queries.rows import NAMES, values_of
from linli.registry.queries.sealed import Opener
from linli.registry.tests.files import home
from tests.cast import MONDAY, TESTER, Cast

TODAY = MONDAY.date()
OWN_GRID, OTHER_GRID = "520103019001001", "520103019002001"
"""冠竹苑社区, where 苏兰 works, and 友谊花园社区, where 马远 is."""


@contextmanager
def seen_by(actor: Actor) -> Iterator[Actor]:
    """Inside the block the database shows what this actor may see; the test itself sees all again after it."""
    context.set_viewer(actor)
    yield actor
    context.set_viewer(TESTER)


def with_verb(cast: Cast, who: str, *verbs: str) -> Actor:
    """One of the cast whose post grants more."""
    actor = cast.actors[who]
    return replace(actor, verbs=actor.verbs | set(verbs))


def without_verb(cast: Cast, who: str, *verbs: str) -> Actor:
    """One of the cast whose post grants less."""
    actor = cast.actors[who]
    return replace(actor, verbs=actor.verbs - set(verbs))


def place(room: str = "501", grid: str = OWN_GRID) -> Place:
    """A home of its own."""
    names = {OWN_GRID: "冠竹苑", OTHER_GRID: "友谊花园"}
    return Place(dwelling_id=home(compound=names[grid], room=room, grid=grid).pk)


def citizen_id(birth: date, sex: str, number: int = 1) -> str:
    """A number with the birth and sex in it and the check sign that belongs to it (GB 11643)."""
    body = f"520103{birth:%Y%m%d}{number:02d}{1 if sex == '1' else 2}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def person(
    cast: Cast, name: str, sex: str = "2", birth: date = date(1980, 2, 14), *, at_home: Place | None = None,
    registered: Place | None = None, on: date = date(2026, 1, 5), as_: str = "street", **more: Any,
) -> Person:  # fmt: skip
    """Somebody who lives in a home of the own grid and is registered there."""
    where = at_home or place(room=f"9{Residence.objects.count():03d}")
    return persons.add_person(
        values={"name": name, "sex": sex, "birth": birth.isoformat(), **more}, place=where, registered=registered or where,
        origin="community", by=cast.actors[as_], at=MONDAY, on=on,
    )  # fmt: skip


def family(cast: Cast) -> tuple[Household, Person, Person, Person]:
    """李春梅, her husband 张伟 and their son 张小明, in one household and one home."""
    where = place("501")
    wife = person(cast, "李春梅", "2", date(1980, 2, 14), at_home=where, phones="13885100001")
    husband = person(cast, "张伟", "1", date(1978, 5, 12), at_home=where)
    son = person(cast, "张小明", "1", date(2010, 9, 1), at_home=where)
    made = households.make_household(
        head_id=husband.pk, members={wife.pk: "12", son.pk: "20"}, number="H001", by=cast.actors["street"], at=MONDAY,
        on=date(2026, 1, 6),
    )  # fmt: skip
    return made, husband, wife, son


PASSING = {"confirmed_on"}
"""What a deed that changes nothing else sets, too: such a deed is no change, and is not taken back."""


def everything(*, but: set[str] = frozenset()) -> dict[tuple[str, int], dict[str, Any]]:  # type: ignore[assignment]
    """All rows of single records in clear, as the system sees them."""
    context.set_viewer(TESTER)
    opener = Opener()
    found = {}
    for model in (Person, Household, Membership, Residence, Care, Trait):
        for row in model._default_manager.all():
            values = {name: value for name, value in values_of(row, opener).items() if name not in but}
            found[NAMES[model], row.pk] = values
    return found


def broken() -> list[str]:
    """What does not hold that always must: one household a person, heads are members, sizes, paths."""
    context.set_viewer(TESTER)
    houses = [words for house in Household.objects.all() for words in _wrong_with_household(house)]
    return houses + [words for each in Person.objects.all() for words in _wrong_with_person(each)]


def _wrong_with_household(house: Household) -> Iterator[str]:
    members = list(Membership.objects.filter(household=house, valid_to=None))
    if house.size != len(members):
        yield f"{house}: size {house.size}, {len(members)} members"
    if (house.state == "ended") != (not members):
        yield f"{house}: {house.state} with {len(members)} members"
    heads = [each.person_id for each in members if each.relation in ("01", "02")]
    if heads != ([house.head_id] if house.head_id else []):
        yield f"{house}: head {house.head_id}, called head {heads}"


def _wrong_with_person(each: Person) -> Iterator[str]:
    memberships = Membership.objects.filter(person=each, valid_to=None).count()
    now = {row.kind: row for row in Residence.objects.filter(person=each, valid_to=None)}
    if each.state != "present":
        if memberships or now:
            yield f"{each}: {each.state} and still a member, or at home"
        return
    lives = [row for kind, row in now.items() if kind != "registered"]
    if len(lives) > 1 or memberships > 1:
        yield f"{each}: several homes or households"
    if lives and each.path != lives[0].path:
        yield f"{each}: lives at {lives[0].path}, path {each.path}"
    if "registered" in now and each.registered_path != now["registered"].path:
        yield f"{each}: registered at {now['registered'].path}, path {each.registered_path}"
