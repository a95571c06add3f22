"""What the pages of organisations and components show."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from linli.kernel.audit.actor import Actor
from linli.registry.models import Component, Organisation, Staff
from linli.registry.policy import components_for, organisations_for
from linli.registry.queries.places import place_words
from linli.registry.queries.sealed import Opener, masked_contact, masked_phones
from linli.registry.rules.tables import titles

SHOWN = 100
"""People of an organisation that its page names."""


@dataclass(frozen=True)
class OrganisationShown:
    """An organisation as its page shows it: contact and phones masked."""

    organisation: Organisation
    kind: str
    contact: str
    phones: str
    place: str
    staff: list[Staff]


def organisation_for(actor: Actor, uid: UUID) -> Organisation | None:
    """The organisation of that identifier, where the actor may see it."""
    return (
        organisations_for(actor).select_related("building__compound", "merged_into").filter(uid=uid).first()
    )


def show_organisation(row: Organisation) -> OrganisationShown:
    """What its page shows; persons who work there are named as far as the viewer may see them."""
    opener = Opener()
    return OrganisationShown(
        row,
        titles("organisation_kinds").get(row.kind, row.kind),
        masked_contact(opener.contact(row)),
        masked_phones(opener.organisation_phones(row)),
        place_words(row.path),
        list(
            Staff.objects.filter(organisation=row, valid_to=None)
            .select_related("person")
            .order_by("post", "id")[:SHOWN]
        ),
    )


def component_for(actor: Actor, code: str) -> Component | None:
    """The component of that code, on the actor's territory."""
    return components_for(actor).select_related("keeper_unit").filter(code=code).first()
