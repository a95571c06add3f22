"""Fields that are off until the county switches them on, with a legal basis and a last day; and their values."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from linli.algorithms.text.sentences import said
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.registry import policy
from linli.registry.commands.deeds import Deed
from linli.registry.commands.living import takes_part
from linli.registry.commands.looking import subject_of
from linli.registry.commands.persons import titles_of
from linli.registry.models import Switch, Trait
from linli.registry.rules.elements import Element, switched_elements
from linli.registry.rules.life import Refused
from linli.registry.rules.values import read_code


class SwitchedOff(Refused):
    """The field may not be kept: it is off, or its time is over."""


def switched(element: str) -> Element:
    """A field that can be switched on, or a refusal."""
    found = switched_elements().get(element)
    if found is None:
        raise Refused("只有限制字段需要启用")
    return found


@transaction.atomic
def switch_on(
    *, element: str, basis: str, purpose: str, until: date, by: Actor, at: datetime, on: date
) -> Switch:
    """Let a field be kept from a day to the day before another, on a legal basis and for a purpose."""
    policy.require(by, "registry.switch")
    field = switched(element)
    if not basis.strip() or not purpose.strip():
        raise Refused("请写明法律依据和用途")
    if until <= on:
        raise Refused("截止日期须在启用日期之后")
    if (
        Switch.objects.select_for_update()
        .filter(element=element, valid_from__lt=until, valid_to__gt=on)
        .exists()
    ):
        raise Refused("“%(title)s”在这段时间已经启用", title=said(field.title))
    row = Switch.objects.create(
        element=element, basis=basis.strip(), purpose=purpose.strip(), valid_from=on, valid_to=until, by_label=by.label[:120]
    )  # fmt: skip
    after = {"element": field.title, "basis": row.basis, "until": str(until)}
    record("registry.switched_on", subject=Subject("switch", row.pk, field.title), by=by, at=at, after=after)
    return row


@transaction.atomic
def switch_off(*, element: str, by: Actor, at: datetime, on: date) -> None:
    """Let a field not be kept any more from a day on: what is kept of it is not shown, and is forgotten by its rule."""
    policy.require(by, "registry.switch")
    field = switched(element)
    row = (
        Switch.objects.select_for_update()
        .filter(element=element, valid_to__gt=on)
        .order_by("valid_from")
        .first()
    )
    if row is None:
        raise Refused("“%(title)s”没有启用", title=said(field.title))
    subject = Subject("switch", row.pk, field.title)
    if row.valid_from < on:
        row.valid_to = on
        row.save(update_fields=["valid_to"])
    else:  # it never was on for a day
        row.delete()
    record("registry.switched_off", subject=subject, by=by, at=at, after={"element": field.title})


@transaction.atomic
def set_trait(
    *, person_id: int, element: str, value: str, origin: str = "community", by: Actor, at: datetime, on: date
) -> Trait | None:  # fmt: skip
    """Keep the value of a field that is switched on today; "" removes it. Refused (``SwitchedOff``) where the field is off."""
    field = switched(element)
    if not policy.is_switched_on(element, timezone.localdate(at)):
        raise SwitchedOff("“%(title)s”未启用或已到期，不能登记", title=said(field.title))
    deed = Deed("trait_set", origin=origin, by=by, at=at, on=on)
    person = deed.person(person_id)
    takes_part(deed, person)
    row = Trait.objects.select_for_update().filter(person=person, element=element).first()
    if value.strip():
        told = {"element": element, "value": read_code(field, value, on=on)}
        if row is None:
            row = deed.make(Trait(person=person), told)
        else:
            deed.put(deed.take(row), told)
    elif row is not None:
        deed.gone.append(deed.take(row))
        row = None
    deed.close(
        "registry.person_changed",
        about=person,
        subject=subject_of(person),
        after={"elements": titles_of("person", [element])},
    )
    deed.answer(
        "person", person.pk, [element]
    )  # also where it is so already: a file that says otherwise has been looked at
    return row
