"""Persons and organisations in the one search box."""

from __future__ import annotations

from urllib.parse import urlencode

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Hit, Hits
from linli.kernel.registers.engines.ids import ids_found
from linli.kernel.registers.search import grams_of, words_of
from linli.registry.models import Organisation, Person
from linli.registry.policy import organisations_for, persons_for
from linli.registry.queries.persons import by_number
from linli.registry.queries.places import place_words
from linli.registry.rules.tables import titles

SHOWN = 10
LEAST = 2
"""Characters of a name: a surname alone is half of the district, and the list of persons is the place to look it up."""


def find_people(actor: Actor, words: str) -> Hits:
    """Persons by name, by a whole document or phone number, or by its last four."""
    if not actor.may("registry.view"):
        return Hits(_("人员"), [])
    ids = by_number(words) if " " not in words else None
    if ids is None:
        ids = _named("registry_person_search", words)
    rows = (
        persons_for(actor)
        .filter(pk__among=list(ids))
        .exclude(state=Person.State.MERGED)
        .order_by("pk")[:SHOWN]
    )
    hits = [Hit(row.name, reverse("registry:person", args=[row.uid]), _note(row)) for row in rows]
    return Hits(_("人员"), hits, _all("registry:people", words) if len(hits) == SHOWN else "")


def find_organisations(actor: Actor, words: str) -> Hits:
    """Organisations by words of the name, or by the code."""
    if not actor.may("registry.view"):
        return Hits(_("组织"), [])
    ids = _named("registry_organisation_search", words)
    rows = organisations_for(actor).filter(pk__among=list(ids)).exclude(state=Organisation.State.MERGED)
    hits = [
        Hit(
            row.name,
            reverse("registry:organisation", args=[row.uid]),
            titles("organisation_kinds").get(row.kind, ""),
        )
        for row in rows.order_by("pk")[:SHOWN]
    ]
    return Hits(_("组织"), hits, _all("registry:organisations", words) if len(hits) == SHOWN else "")


def _named(function: str, text: str) -> list[int]:
    found: list[int] | None = None
    for word in words_of(text):
        if len(word) < LEAST:
            return []
        ids = ids_found(f'SELECT * FROM "{function}"(%s::text[], %s)', [grams_of(word), word])
        found = ids.tolist() if found is None else np.intersect1d(found, ids).tolist()
    return found or []


def _note(row: Person) -> str:
    born = row.birth.strftime("%Y") if row.birth else ""
    return " · ".join(filter(None, [titles("sexes").get(row.sex, ""), born, place_words(row.path)]))


def _all(address: str, words: str) -> str:
    return f"{reverse(address)}?{urlencode({'q': words})}"


FINDERS = [find_people, find_organisations]
