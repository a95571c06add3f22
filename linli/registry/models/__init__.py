"""人, 户, 组织, 物: what is known of each, and where it comes from."""

from __future__ import annotations

from linli.registry.models.households import Household, Membership, Residence
from linli.registry.models.organisations import Component, Organisation, Staff
from linli.registry.models.persons import Care, Person, PersonQuerySet, Switch, Trait
from linli.registry.models.sources import (
    Change,
    Intake,
    IntakePart,
    Layout,
    Pair,
    Question,
    RawRow,
    RecordKind,
    Source,
)
from linli.registry.models.visits import Freshness, Invitation, Visit

__all__ = [
    "Care",
    "Change",
    "Component",
    "Freshness",
    "Household",
    "Intake",
    "IntakePart",
    "Invitation",
    "Layout",
    "Membership",
    "Organisation",
    "Pair",
    "Person",
    "PersonQuerySet",
    "Question",
    "RawRow",
    "RecordKind",
    "Residence",
    "Source",
    "Staff",
    "Switch",
    "Trait",
    "Visit",
]
