"""Who was where on a day that is past, and whose standing has changed since.

What holds for a time does so from ``valid_from`` to before ``valid_to``. Before the first time that is known of a person nothing is known, not
that nobody was there: the first one reaches back, or a register that was filled in November would say that in October nobody lived in the district.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.queries import columns_for, columns_pending
from linli.kernel.registers.register import Past
from linli.registry.models import Component, Household, Membership, Organisation, Person, Residence
from linli.registry.queries.history import states_then
from linli.registry.rules.life import REGISTERED


def in_force(times: type[Any], day: date) -> Q:
    """The residences, or memberships, that held on a day: begun by then, or the first ones known of their person."""
    before = times._default_manager.filter(person=OuterRef("person"), valid_to__lte=OuterRef("valid_from"))
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day) | ~Exists(before)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def persons_on(rows: QuerySet[Any], day: date) -> Past:
    """The persons among ``rows`` who were on the register on a day: born, alive and not gone, with ``path_then``, ``state_then`` and ``day``.

    Who lived at no place that is known is where the household register had the person, else where the person is now. Only of those of whom
    something changed since is the past looked up; it is asked here who they are, so that a million others cost nothing.
    """
    ids = list(_gone_or_moved_since(day).values_list("pk", flat=True))
    changed, homes = Q(pk__among=ids), Residence.objects.filter(person=OuterRef("pk"))
    few = homes.filter(person__among=ids)  # what may be hashed for all rows at once is hashed for these alone
    born = Q(birth__isnull=True) | Q(birth__lte=day)
    alive = Q(died_on__isnull=True, state__in=(Person.State.PRESENT, Person.State.LEFT)) | Q(died_on__gt=day)
    stayed = Q(left_on__isnull=True, state__in=(Person.State.PRESENT, Person.State.DEAD)) | Q(left_on__gt=day)
    held = homes.filter(in_force(Residence, day)).order_by(F("valid_from").asc(nulls_first=True), "pk")
    lived, stood = (_path(each) for each in (held.exclude(kind=REGISTERED), held.filter(kind=REGISTERED)))
    came_later = ~Exists(few.filter(in_force(Residence, day))) & Exists(few.filter(valid_from__gt=day))
    there = (changed & alive & stayed & ~came_later) | (~changed & Q(state=Person.State.PRESENT))
    then = rows.filter(born & there).annotate(
        path_then=Case(When(changed, then=Coalesce(lived, stood, F("path"))), default=F("path")),
        state_then=Value(Person.State.PRESENT.value, CharField()), day=Value(day),
    )  # fmt: skip
    return Past(then, [*ids, *_born_since(day)], {"state": (Person.State.PRESENT.value,)})


def _path(homes: QuerySet[Any]) -> Subquery:
    return Subquery(homes.values("path")[:1])


def _born_since(day: date) -> list[int]:
    """Who was born after a day: from the columns of the list of persons, unless these are of before this transaction."""
    if columns_pending("persons"):
        return list(Person.objects.filter(birth__gt=day).values_list("pk", flat=True))
    columns, _all = columns_for("persons", Actor.system("名册"))
    born = columns.snapshot.mask({"age": columns.codes_between("age", day + timedelta(days=1), None)})
    return [int(pk) for pk in columns.snapshot.ids[born]]


def _gone_or_moved_since(day: date) -> QuerySet[Any]:
    """The ids of persons who died, left, moved or came back after a day."""
    ended = Residence.objects.filter(valid_to__gt=day).values("person")
    again = Residence.objects.filter(
        valid_from__gt=day, person__in=Residence.objects.filter(valid_to__isnull=False).values("person")
    )
    gone = Person.objects.filter(Q(died_on__gt=day) | Q(left_on__gt=day)).values("pk")
    return gone.union(ended, again.values("person"))


def households_on(rows: QuerySet[Any], day: date) -> Past:
    """The households among ``rows`` as they were on a day, with ``size_then``, ``path_then``, ``state_then`` and ``day``.

    Only of those in which something changed since is the past looked up.
    """
    of_age = Q(person__birth__isnull=True) | Q(person__birth__lte=day)
    ids = list(_with_other_members_since(day).values_list("household", flat=True))
    members, moved = Membership.objects.filter(household__among=ids), _moved_since(day)
    told = members.order_by().values_list("household").annotate(
        then=Count("pk", filter=of_age & in_force(Membership, day)), later=Count("pk", filter=Q(valid_from__gt=day))
    )  # fmt: skip
    sizes: defaultdict[int, list[int]] = defaultdict(list)
    formed_later: list[int] = []
    for pk, size, later in told:
        (sizes[size] if size or not later else formed_later).append(pk)
    paths: defaultdict[str, list[int]] = defaultdict(list)
    for pk, path in moved.items():
        paths[path].append(pk)
    there = Q(pk__among=[pk for n, ids in sizes.items() if n for pk in ids])
    found = rows.exclude(pk__among=formed_later).annotate(
        size_then=_told("size", sizes, IntegerField()), path_then=_told("path", paths, CharField()),
        state_then=Case(When(there, then=Value(Household.State.PRESENT.value)), default=F("state"), output_field=CharField()), day=Value(day),
    )  # fmt: skip
    return Past(found, [*ids, *moved])


def _told(field: str, by_value: Mapping[Any, Sequence[int]], kind: Any) -> Case:
    """A field as it was: of the few rows of which something else is told that, looked for among these alone."""
    few = Q(pk__among=[pk for ids in by_value.values() for pk in ids])
    then = Case(
        *(When(pk__among=ids, then=Value(value)) for value, ids in by_value.items()),
        default=F(field),
        output_field=kind,
    )
    return Case(When(few, then=then), default=F(field), output_field=kind)


def _with_other_members_since(day: date) -> QuerySet[Any]:
    """The ids of households that somebody left, joined from another, or was born into after a day."""
    left = Membership.objects.filter(valid_to__gt=day).values("household")
    before = Membership.objects.filter(valid_to__isnull=False).values("person")
    joined = Membership.objects.filter(valid_from__gt=day, person__in=before).values("household")
    return left.union(joined, Membership.objects.filter(person__among=_born_since(day)).values("household"))


def _moved_since(day: date) -> dict[int, str]:
    """Where households were on a day that are elsewhere now: where a member lived who lives with the household today, the head before others."""
    homes = Residence.objects.filter(in_force(Residence, day), valid_to__gt=day).exclude(kind=REGISTERED)
    lived = {
        person: path
        for person, path, now in homes.values_list("person", "path", "person__path")
        if path and path != now
    }
    members = Membership.objects.filter(
        in_force(Membership, day), person__among=list(lived), household__path=F("person__path")
    )
    found: dict[int, str] = {}
    for person, household, head in members.order_by("pk").values_list(
        "person", "household", "household__head"
    ):
        if household not in found or person == head:
            found[household] = lived[person]
    return found


def components_on(rows: QuerySet[Any], day: date) -> Past:
    """The components among ``rows`` that stood on a day, or were not known to be new since, with ``state_then`` and ``day``; where they are now."""
    states: defaultdict[str, list[int]] = defaultdict(list)
    for pk, state in states_then("component", day).items():
        states[state].append(pk)
    there = Q(installed_on__isnull=True) | Q(installed_on__lte=day)
    then = rows.filter(there).annotate(state_then=_told("state", states, CharField()), day=Value(day))
    since = Component.objects.filter(installed_on__gt=day).values_list("pk", flat=True)
    return Past(then, [*(pk for ids in states.values() for pk in ids), *since])


def organisations_on(rows: QuerySet[Any], day: date) -> Past:
    """The organisations among ``rows`` that were open on a day, with ``state_then`` and ``day``; at the place where they are now."""
    opened = Q(opened_on__isnull=True) | Q(opened_on__lte=day)
    open_ = Q(state=Organisation.State.OPEN) | Q(closed_on__gt=day)
    then = rows.filter(opened, open_).annotate(
        state_then=Value(Organisation.State.OPEN.value, CharField()), day=Value(day)
    )
    since = Organisation.objects.filter(Q(opened_on__gt=day) | Q(closed_on__gt=day))
    return Past(then, list(since.values_list("pk", flat=True)), {"state": (Organisation.State.OPEN.value,)})
