"""The six registers of a unit together (人 地 物 情 事 组织): how much of each there is, and the records behind each figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.filters.base import Option
from linli.kernel.registers.kit import register_url
from linli.kernel.registers.queries import answer_at
from linli.territory.models import Building, Compound, Dwelling, Unit
from linli.territory.queries.units import tree
from linli.territory.rules.kinds import GRID_KINDS

SHOWN = 5
"""Kinds that are named, the most frequent first."""

LATELY = "30d"


@dataclass(frozen=True)
class Line:
    """One figure with the address of its records, where there is a list of them."""

    label: str
    count: int
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Book:
    """One of the six registers: how many in all, and of what kind."""

    title: str
    icon: str
    measure: str
    total: int
    url: str
    lines: Sequence[Line]


class Counted:
    """One list narrowed to a unit: its rows in all, and those of each choice of its filters."""

    def __init__(self, name: str, actor: Actor, at: datetime, **narrow: str) -> None:
        self.name, self.narrow = name, narrow
        answer = answer_at(name, actor, at, **narrow)
        self.total = answer.total
        self.options: Mapping[str, Sequence[Option]] = {
            facet.filter.name: facet.options for facet in answer.facets
        }

    def url(self, **more: Any) -> str:
        """The list, narrowed further."""
        return register_url(self.name, **self.narrow, **more)

    def line(self, filter_name: str, *values: str, label: str = "", tone: str = "") -> Line:
        """The rows with one of some choices of a filter that do not overlap."""
        chosen = [option for option in self.options.get(filter_name, ()) if option.value in values]
        count = sum(option.count for option in chosen)
        words = label or "、".join(str(option.label) for option in chosen)
        return Line(words, count, self.url(**{filter_name: list(values)}), tone if count else "")

    def most(self, filter_name: str, *, depth: int | None = None) -> list[Line]:
        """The choices with the most rows."""
        options = [
            option
            for option in self.options.get(filter_name, ())
            if option.count and depth in (None, option.depth)
        ]
        options.sort(key=lambda option: -option.count)
        return [self.line(filter_name, option.value) for option in options[:SHOWN]]


def books_of(actor: Actor, unit: Unit, at: datetime) -> list[Book]:
    """The six registers of a unit, in their usual order; those that the actor's verbs do not open are left out."""
    found = [_land(unit)]
    if actor.may("registry.view"):
        persons = _persons(actor, unit, at)
        things, organisations = _components(actor, unit, at), _organisations(actor, unit, at)
        found = [persons, *found, things]
    if actor.may("case.view"):
        found += _cases(actor, unit, at)
    return [*found, organisations] if actor.may("registry.view") else found


def _persons(actor: Actor, unit: Unit, at: datetime) -> Book:
    people = Counted("persons", actor, at, unit=unit.code)
    households = Counted("households", actor, at, unit=unit.code)
    lines = [
        people.line("population", "registered"),
        people.line("population", "floating"),
        people.line("population", "apart"),
        people.line("age", "60..70", "70..80", "80..", label=_("60 岁以上")),
        people.line("age", "0..3", "3..6", "6..18", label=_("18 岁以下")),
        Line(_("家庭户"), households.total, households.url()),
    ]
    return Book(_("人"), "users", _("人"), people.total, people.url(), lines)


def _land(unit: Unit) -> Book:
    """What stands on the ground: counted in the territory, which is no secret."""
    buildings = Building.objects.filter(unit__path__startswith=unit.path)
    dwellings = Dwelling.objects.filter(entrance__building__unit__path__startswith=unit.path)
    compounds = Compound.objects.filter(buildings__in=buildings).distinct()
    grids = [node for node in tree().below(unit.path, *GRID_KINDS) if node.code != unit.code]
    lines = [
        Line(_("小区"), compounds.count()),
        Line(_("楼栋"), buildings.count()),
        *([Line(_("网格"), len(grids))] if grids else []),
    ]
    return Book(_("地"), "map", _("套房屋"), dwellings.count(), "", lines)


def _components(actor: Actor, unit: Unit, at: datetime) -> Book:
    things = Counted("components", actor, at, unit=unit.code)
    lines = [
        things.line("state", "good"),
        things.line("state", "damaged", tone="risk"),
        things.line("state", "missing", tone="overdue"),
        *things.most("kind"),
    ]
    return Book(_("物"), "tool", _("个部件"), things.total, things.url(), lines)


def _cases(actor: Actor, unit: Unit, at: datetime) -> list[Book]:
    """情: what people spoke of lately. 事: what is being done about it."""
    lately = Counted("cases", actor, at, area=unit.code, received_at=LATELY)
    ever = Counted("cases", actor, at, area=unit.code)
    now = [
        *ever.most("stage"),
        ever.line("due", "overdue", tone="overdue"),
        ever.line("due", "risk", tone="risk"),
    ]
    spoken = Book(
        _("情"), "messages", _("件近 30 天诉求"), lately.total, lately.url(), lately.most("category", depth=1)
    )
    return [spoken, Book(_("事"), "files", _("件案件"), ever.total, ever.url(), now)]


def _organisations(actor: Actor, unit: Unit, at: datetime) -> Book:
    bodies = Counted("organisations", actor, at, unit=unit.code)
    lines = [bodies.line("group", "small"), *bodies.most("kind")]
    return Book(_("组织"), "building-store", _("家"), bodies.total, bodies.url(), lines)
