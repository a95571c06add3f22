"""Setting up grids and saying who works them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from linli.kernel.accounts.models import User
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Entry, Subject, record, record_all
from linli.territory.commands.units import ChangeRefused, create_unit
from linli.territory.models import GridMember, Unit
from linli.territory.policy import require
from linli.territory.queries.grids import next_grid_code, next_micro_code
from linli.territory.rules.kinds import GRID_KINDS


@transaction.atomic
def create_grid(
    *,
    community: Unit,
    name: str,
    by: Actor,
    at: datetime,
    kind: str = "grid",
    on: date | None = None,
    households: int | None = None,
) -> Unit:
    """Set up a grid or a dedicated grid (school, market, park) in a community, with the next free 15-digit code."""
    if kind not in GRID_KINDS:
        raise ChangeRefused("这里只能新设网格或专属网格")
    code = next_grid_code(community)
    return create_unit(
        code=code, name=name, kind=kind, parent=community, households=households, on=on, by=by, at=at
    )


@transaction.atomic
def create_micro_grid(*, grid: Unit, name: str, by: Actor, at: datetime, on: date | None = None) -> Unit:
    """Set up a micro-grid (building or stairwell) in a grid, with the next free code below it."""
    return create_unit(
        code=next_micro_code(grid), name=name, kind="micro_grid", parent=grid, on=on, by=by, at=at
    )


def _subject(member: GridMember) -> Subject:
    return Subject("unit", member.grid_id, member.grid.name, member.grid.path)


@transaction.atomic
def add_member(
    *, grid: Unit, user: User, role: str, public_phone: str, by: Actor, at: datetime, starts_on: date | None = None,
    ends_on: date | None = None,
) -> GridMember:  # fmt: skip
    """Let a person serve in a grid from a day on. A person with the role of leader becomes the one leader. One event."""
    require(by, "territory.change", grid)
    start = starts_on or timezone.localdate(at)
    grid = Unit.objects.select_for_update().get(pk=grid.pk)
    if grid.kind not in (*GRID_KINDS, "micro_grid"):
        raise ChangeRefused("“%(grid)s”不是网格", grid=grid.name)
    if not public_phone:
        raise ChangeRefused("网格成员须有对外公布的电话")
    if GridMember.objects.filter(grid=grid, user=user, ends_on=None).exists():
        raise ChangeRefused("%(person)s已是“%(grid)s”的成员", person=user.display_name, grid=grid.name)
    leader = role == GridMember.Role.LEADER
    if leader:
        _end_leaders(grid, start)
    member = GridMember.objects.create(
        grid=grid,
        user=user,
        role=role,
        is_leader=leader,
        public_phone=public_phone,
        starts_on=start,
        ends_on=ends_on,
    )
    after = {"role": member.get_role_display(), "on": f"{start:%Y-%m-%d}"}
    record(
        "territory.leader_appointed" if leader else "territory.member_added",
        subject=_subject(member),
        by=by,
        at=at,
        after=after,
    )
    return member


def _end_leaders(grid: Unit, on: date) -> None:
    for old in GridMember.objects.serving_on(on).filter(grid=grid, is_leader=True):
        if old.starts_on >= on:
            raise ChangeRefused(
                "“%(grid)s”自 %(day)s 起已有网格长，新任日期应晚于此日",
                grid=grid.name,
                day=f"{old.starts_on:%Y-%m-%d}",
            )
        old.ends_on = on
        old.save(update_fields=["ends_on"])


@transaction.atomic
def end_member(*, member: GridMember, by: Actor, at: datetime, on: date | None = None) -> GridMember:
    """Let a person's service end: ``on`` is the first day without it. One event."""
    require(by, "territory.change", member.grid)
    member = GridMember.objects.select_for_update().select_related("grid").get(pk=member.pk)
    on = on or timezone.localdate(at)
    if on <= member.starts_on:
        raise ChangeRefused("离任日期应晚于任职日期")
    member.ends_on = on
    member.save(update_fields=["ends_on"])
    record("territory.member_ended", subject=_subject(member), by=by, at=at, after={"on": f"{on:%Y-%m-%d}"})
    return member


@dataclass(frozen=True)
class NewMember:
    """One row of a bulk appointment."""

    grid: Unit
    user: User
    role: str
    public_phone: str


@transaction.atomic
def appoint_members(
    *, members: Sequence[NewMember], starts_on: date, by: Actor, at: datetime
) -> list[GridMember]:
    """Staff many grids at once (demo, first load): each grid at most one leader. One event a grid."""
    require(by, "territory.change")
    rows = [
        GridMember(
            grid=m.grid, user=m.user, role=m.role, is_leader=m.role == GridMember.Role.LEADER,
            public_phone=m.public_phone, starts_on=starts_on,
        )
        for m in members
    ]  # fmt: skip
    saved = GridMember.objects.bulk_create(rows, batch_size=1000)
    by_grid: dict[int, list[GridMember]] = {}
    for row in saved:
        by_grid.setdefault(row.grid_id, []).append(row)
    record_all(
        [
            Entry("territory.members_appointed", _subject(g[0]), after={"count": len(g)})
            for g in by_grid.values()
        ],
        by=by,
        at=at,
    )
    return saved
