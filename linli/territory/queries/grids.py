"""Grids: their codes, who works them, and what is made public of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from linli.territory.models import GridMember, Unit
from linli.territory.rules.codes import next_code


def next_grid_code(community: Unit) -> str:
    """The next free 15-digit code in a community; codes of abolished grids are not used again."""
    return next_code(
        community.code, Unit.objects.filter(code__startswith=community.code).values_list("code", flat=True)
    )


def next_micro_code(grid: Unit) -> str:
    """The next free code of a micro-grid: the grid's 15 digits and three more."""
    return next_code(
        grid.code, Unit.objects.filter(code__startswith=grid.code).values_list("code", flat=True)
    )


def members_on(grid: Unit, day: date) -> list[GridMember]:
    """Who serves in a grid on a day, the leader first."""
    rows = GridMember.objects.serving_on(day).filter(grid=grid).select_related("user")
    return list(rows.order_by("-is_leader", "role", "user__display_name"))


def worker_counts(day: date) -> dict[str, int]:
    """How many people serve in each grid on a day; grids without anybody are left out."""
    rows = (
        GridMember.objects.serving_on(day)
        .values_list("grid__code")
        .annotate(n=Count("user_id", distinct=True))
    )
    return dict(rows)


@dataclass(frozen=True)
class Card:
    """What the public may know of a grid: name, extent, who serves there, and whom to complain to."""

    grid: Unit
    above: list[Unit]
    members: list[GridMember]
    supervision_phone: str
    supervised_by: str


def card_of(code: str, day: date) -> Card | None:
    """The public card of a grid in force; None for any other code."""
    grid = Unit.objects.filter(code=code, valid_to=None, kind__in=("grid", "dedicated_grid")).first()
    if grid is None:
        return None
    codes = grid.path.strip("/").split("/")
    units = sorted(Unit.objects.filter(code__in=codes), key=lambda u: u.path)
    answering = next((u for u in reversed(units) if u.supervision_phone), None)
    return Card(
        grid,
        units[:-1],
        members_on(grid, day),
        answering.supervision_phone if answering else "",
        answering.name if answering else "",
    )
