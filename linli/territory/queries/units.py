"""Reading units: the tree today and on any day, and where a unit that is gone went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Model, Q, QuerySet

from linli.algorithms.text.sentences import Refusal
from linli.kernel.accounts.units import UnitFacts
from linli.kernel.norms.freshness import Fresh
from linli.territory.models import LineageEvent, LineageLink, Unit, UnitSpan
from linli.territory.rules.kinds import COMMUNITY_KINDS, ROOT_KINDS, STREET_KINDS, kind

PLACE_KINDS = frozenset((*ROOT_KINDS, *STREET_KINDS, *COMMUNITY_KINDS))


@dataclass(frozen=True)
class UnitOn:
    """A unit as it was on a day."""

    code: str
    name: str
    kind: str
    parent: str
    path: str
    since: date
    until: date | None

    @property
    def kind_title(self) -> str:
        """What the kind was called."""
        return kind(self.kind).title


@dataclass(frozen=True)
class Node:
    """A unit in force today, as pages need it many times: without a query."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    path: str
    households: int | None

    @cached_property
    def level(self) -> str:
        """The map level of its kind."""
        return kind(self.kind).level


class Tree:
    """The units in force, in memory, in the order of their paths."""

    def __init__(self, nodes: Iterable[Node], units: Iterable[Unit] = ()) -> None:
        self.nodes = sorted(nodes, key=lambda n: n.path)
        self.units = {unit.pk: unit for unit in units}
        self.by_code = {n.code: n for n in self.nodes}
        self.by_id = {n.id: n for n in self.nodes}
        self.by_parent: dict[int | None, list[Node]] = {}
        for node in self.nodes:
            self.by_parent.setdefault(node.parent_id, []).append(node)
        self.by_name: dict[str, list[Node]] = {}
        for node in self.nodes:
            self.by_name.setdefault(node.name, []).append(node)

    def below(self, path: str, *kinds: str) -> list[Node]:
        """Units of a subtree, its root included, of the given kinds or of all."""
        return [n for n in self.nodes if n.path.startswith(path) and (not kinds or n.kind in kinds)]

    def ancestors(self, path: str) -> list[Node]:
        """The units of a path from the root down, the unit itself last."""
        return [self.by_code[code] for code in path.strip("/").split("/") if code in self.by_code]

    def above(self, path: str, *kinds: str) -> Node | None:
        """The nearest unit of one of the kinds at or above a path."""
        return next((n for n in reversed(self.ancestors(path)) if n.kind in kinds), None)


def _load_tree() -> Tree:
    units = list(Unit.objects.filter(valid_to=None))
    nodes = (Node(u.pk, u.code, u.name, u.kind, u.parent_id, u.path, u.households) for u in units)
    return Tree(nodes, units)


TREE: Fresh[Tree] = Fresh("territory.tree", _load_tree)


def tree() -> Tree:
    """The units in force today; at most a second old."""
    return TREE.get()


def join_units(rows: Iterable[Model], *names: str) -> None:
    """Give rows the units that their foreign keys name, from memory: to join them costs the database more than the rows.

    A unit that is no longer in force is left to be read when it is asked for. The units are shared: never change them.
    """
    units = tree().units
    for row in rows:
        for name in names:
            found = units.get(getattr(row, f"{name}_id"))
            if found is not None:
                setattr(row, name, found)


def place_choices() -> list[tuple[str, str]]:
    """(path, name) of the units down to communities, in the order of the tree, indented by depth: for choosing a place."""
    shown = [n for n in tree().nodes if n.kind in PLACE_KINDS]
    return [(n.path, "\u3000" * (n.path.count("/") - 1) + n.name) for n in shown]


class NoRoot(Refusal, LookupError):
    """No county or city has been loaded yet."""


def root() -> Unit:
    """The county or city that this installation serves."""
    found = Unit.objects.filter(parent=None, valid_to=None).order_by("id").first()
    if found is None:
        raise NoRoot("还没有导入单位：请先导入本地的代码表")
    return found


def root_node() -> Node | None:
    """The root of the tree in memory, or None where nothing is loaded."""
    return next((node for node in tree().nodes if node.parent_id is None and node.kind != "department"), None)


def top_node() -> Node:
    """The county or city that this installation serves, from memory."""
    tops = tree().by_parent.get(None)
    if not tops:
        raise NoRoot("还没有导入单位：请先导入本地的代码表")
    return min(tops, key=lambda node: node.id)


def unit_facts(code: str) -> UnitFacts | None:
    """A unit as a post names it, or None."""
    node = tree().by_code.get(code)
    return UnitFacts(node.code, node.name, node.path, node.kind) if node else None


def unit(code: str) -> Unit:
    """The unit of a code, in force or not; raises ``Unit.DoesNotExist``."""
    return Unit.objects.select_related("parent").get(code=code)


def _spans_on(day: date) -> QuerySet[UnitSpan]:
    return UnitSpan.objects.filter(
        Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    ).select_related("unit", "parent")


def _on(span: UnitSpan) -> UnitOn:
    parent = span.parent.code if span.parent else ""
    return UnitOn(span.unit.code, span.name, span.kind, parent, span.path, span.valid_from, span.valid_to)


def unit_as_of(code: str, day: date) -> UnitOn | None:
    """What a unit was called, what it was and where it stood on a day; None if it did not exist or is not known."""
    span = _spans_on(day).filter(unit__code=code).first()
    return _on(span) if span else None


def tree_as_of(root_code: str, day: date) -> list[UnitOn]:
    """A unit and everything under it as they were on a day, in the order of their paths."""
    top = unit_as_of(root_code, day)
    if top is None:
        return []
    return [_on(span) for span in _spans_on(day).filter(path__startswith=top.path).order_by("path")]


def spans_of(unit: Unit) -> list[UnitSpan]:
    """The history of one unit, the latest first."""
    return list(unit.spans.select_related("parent").order_by("-valid_from"))


def lineage_of(unit: Unit) -> list[LineageEvent]:
    """The reorganisations that a unit came from or went into, with their units; the latest first."""
    events = LineageEvent.objects.filter(Q(links__from_unit=unit) | Q(links__to_unit=unit)).distinct()
    return list(events.prefetch_related("links__from_unit", "links__to_unit").order_by("-on_date", "-id"))


def sides(event: LineageEvent) -> tuple[list[Unit], list[Unit]]:
    """The units before and after a reorganisation, each once, in the order of their codes."""
    links = list(event.links.all())
    before = {link.from_unit.code: link.from_unit for link in links if link.from_unit}
    after = {link.to_unit.code: link.to_unit for link in links if link.to_unit}
    return [before[c] for c in sorted(before)], [after[c] for c in sorted(after)]


def resolve(code: str, day: date) -> list[Unit]:
    """The units that stand on a day for a code, old or new: itself while in force, else its successors.

    A reorganisation whose arrows are not known (three became six) leads to every unit that came out of it. An unknown
    code, and a unit abolished without a successor, give an empty list.
    """
    start = Unit.objects.filter(code=code).first()
    if start is None:
        return []
    found: dict[str, Unit] = {}
    seen = {start.pk}
    waiting = [start]
    while waiting:
        current = waiting.pop()
        if current.valid_from <= day and (current.valid_to is None or current.valid_to > day):
            found[current.code] = current
            continue
        for heir in _heirs(current, day):
            if heir.pk not in seen:
                seen.add(heir.pk)
                waiting.append(heir)
    return [found[c] for c in sorted(found)]


def _heirs(gone: Unit, day: date) -> list[Unit]:
    out = LineageLink.objects.filter(from_unit=gone).filter(
        Q(event__on_date__isnull=True) | Q(event__on_date__lte=day)
    )
    heirs: list[Unit] = []
    for link in out.select_related("to_unit", "event"):
        if link.to_unit:
            heirs.append(link.to_unit)
        elif link.event.kind != LineageEvent.Kind.ABOLISH:
            into = link.event.links.filter(to_unit__isnull=False).select_related("to_unit")
            heirs.extend(other.to_unit for other in into if other.to_unit)
    return heirs


def children_as_of(code: str, day: date) -> list[UnitOn]:
    """The units right below a unit on a day, in the order of their paths."""
    return [_on(span) for span in _spans_on(day).filter(parent__code=code).order_by("path")]
