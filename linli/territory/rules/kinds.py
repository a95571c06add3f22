"""The kinds of unit: a table in ``data/kinds.toml``, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from linli.algorithms.text.sentences import said

GRID_KINDS = ("grid", "dedicated_grid")
COMMUNITY_KINDS = ("community", "village")
STREET_KINDS = ("subdistrict", "township", "new_community", "special_area")
ROOT_KINDS = ("city", "county")


class UnknownKind(LookupError):
    """A kind that the table does not have."""


@dataclass(frozen=True)
class Kind:
    """One kind: its title, the map level it is drawn at, its depth, and the kinds it may stand under."""

    code: str
    title: str
    level: str
    rank: int
    parents: tuple[str, ...]


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its code, from the root down."""
    text = (Path(__file__).parents[1] / "data" / "kinds.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["kind"]
    return {r["code"]: Kind(r["code"], r["title"], r["level"], r["rank"], tuple(r["parents"])) for r in rows}


def kind(code: str) -> Kind:
    """The kind of that code, or ``UnknownKind``."""
    try:
        return kinds()[code]
    except KeyError:
        raise UnknownKind(code) from None


def of_level(level: str) -> tuple[str, ...]:
    """The codes of the kinds drawn at a level of the map (``street``, ``community``, ``grid`` …)."""
    return tuple(k.code for k in kinds().values() if k.level == level)


def misplaced(child: str, parent: str | None) -> str:
    """Why a unit of one kind may not stand under another, in words; empty where it may. ``None`` is the root."""
    below = kind(child)
    if parent is None:
        return "" if child in ROOT_KINDS else said("%(kind)s必须有上级单位", kind=said(below.title))
    if parent in below.parents:
        return ""
    return said("%(kind)s不能设在%(parent)s之下", kind=said(below.title), parent=said(kind(parent).title))
