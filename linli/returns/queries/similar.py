"""How much of a form is known already, and which other form asks the same: what the gate looks at."""

from __future__ import annotations

from dataclasses import dataclass

from linli.returns.models import Form, Template
from linli.returns.queries.fields import NUMBER
from linli.returns.queries.filled import places_of
from linli.returns.rules.elements import bare


@dataclass(frozen=True)
class Share:
    """Of how many places how many the system fills."""

    places: int
    known: int


@dataclass(frozen=True)
class Similar:
    """Another permitted form and the headings that it has in common."""

    form: Form
    headings: list[str]
    of: int


LEAST = 0.3
"""From this share of headings in common on, a form is said to ask the same (this product's default)."""


def known_share(template: Template) -> Share:
    """Places of a template and those that the system fills."""
    places, columns = places_of(template), template.listing.get("columns", {})
    known = sum(each["place"] in template.bindings for each in places) + len(columns)
    return Share(len(places) + len(template.layout.get("columns", ())), known)


def similar_forms(form: Form) -> list[Similar]:
    """Other forms of the same level whose latest template asks much of what this one asks."""
    latest: dict[int, Template] = {}
    rows = Template.objects.filter(form__level=form.level).select_related("form__owner").order_by("number")
    for row in rows.defer("content"):
        latest[row.form_id] = row
    own = latest.pop(form.pk, None)
    if own is None:
        return []
    asked = asked_of(own)
    found = [
        Similar(template.form, [asked[key] for key in common], len(asked))
        for template in latest.values()
        if len(common := sorted(asked.keys() & asked_of(template).keys())) >= max(1, LEAST * len(asked))
    ]
    return sorted(found, key=lambda each: -len(each.headings))


def asked_of(template: Template) -> dict[str, str]:
    """What a form asks: the element of each place, or its heading where no element is known."""
    columns = template.listing.get("columns", {})
    listed = {
        columns.get(each["place"], "").partition("@")[0] or bare(each["heading"].replace("/", "")): each[
            "heading"
        ]
        for each in template.layout.get("columns", ())
        if columns.get(each["place"]) != NUMBER
    }
    return listed | {
        template.bindings.get(each["place"]) or bare(each["heading"].replace("/", "")): each["heading"]
        for each in places_of(template)
        if not template.bindings.get(each["place"], "").startswith("fact.")
    }
