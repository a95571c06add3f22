"""Units as a list to choose from, found by their names and by the first letters of their pinyin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from pypinyin import Style, lazy_pinyin

from linli.kernel.picker import Option
from linli.territory.queries.units import Node, Tree, tree

Groups = tuple[tuple[Any, tuple[str, ...]], ...]
GIVEN_TO: Groups = (
    (_("部门"), ("department",)),
    (_("街道（镇）"), ("street",)),
    (_("社区（村）"), ("community",)),
)
"""The units that have work of their own, by level."""

EVERY: Groups = ((_("县（市、区）"), ("root", "county")), *GIVEN_TO, (_("网格"), ("grid",)))


@lru_cache(maxsize=8192)
def initials(name: str) -> str:
    """The first letters of a name's syllables: 综合行政执法局 is zhxzzfj."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def unit_choices(
    groups: Groups = GIVEN_TO, below: str = ""
) -> list[tuple[Any, Sequence[tuple[str, Option]]]]:
    """Units by group, below a path, in the order of the tree; groups without a unit are left out."""
    return _offered(tree(), groups, below)


@lru_cache(maxsize=64)
def _offered(units: Tree, groups: Groups, below: str) -> list[tuple[Any, Sequence[tuple[str, Option]]]]:
    inside = [node for node in units.nodes if node.path.startswith(below)]
    found = [(label, _options(inside, levels)) for label, levels in groups]
    return [(label, options) for label, options in found if options]


def _options(nodes: Iterable[Node], levels: tuple[str, ...]) -> list[tuple[str, Option]]:
    return [(node.code, Option(node.name, initials(node.name))) for node in nodes if node.level in levels]


def every_unit() -> list[tuple[Any, Sequence[tuple[str, Option]]]]:
    """Every unit at which a post can be held."""
    return unit_choices(EVERY)
