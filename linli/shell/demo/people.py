"""The demo's people: one for each role to step into, and who staffs departments, streets, communities and grids."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

from django.contrib.auth.hashers import make_password

from linli.kernel.accounts.models import Post, User
from linli.kernel.audit.actor import Actor
from linli.shell.demo import names
from linli.territory.commands import NewMember, appoint_members
from linli.territory.models import GridMember, Unit
from linli.territory.queries.units import Node, tree

COUNTY_ROLES = (
    "hotline_operator", "dispatcher", "arbiter", "supervisor", "county_leader", "registry_keeper", "auditor",
    "security_admin", "system_admin", "gate_officer",
)  # fmt: skip
BUSIEST = "D03"
"""The department whose clerk and head a visitor steps into, until ``errands.py`` has looked for who has most to do."""

CARING = "D18"
"""The department whose lists of care groups somebody may open: civil affairs."""


def staff(root: Node, *, by: Actor, at: datetime, on: date, rng: Random) -> None:
    """Write the accounts and posts, and appoint the members of every grid."""
    nodes = tree().below(root.path)
    streets = [n for n in nodes if n.level == "street"]
    communities = [n for n in nodes if n.level == "community"]
    grids = [n for n in nodes if n.kind == "grid"]
    departments = [n for n in nodes if n.kind == "department"]
    first_grid = grids[0]
    first_community = next((c for c in communities if first_grid.path.startswith(c.path)), communities[0])
    first_street = next((s for s in streets if first_grid.path.startswith(s.path)), streets[0])
    busiest = next((d for d in departments if d.code == BUSIEST), departments[0])
    caring = next((d for d in departments if d.code == CARING), departments[0])
    shown = [(role, root) for role in COUNTY_ROLES] + [
        ("department_clerk", busiest), ("department_head", busiest), ("care_clerk", caring), ("street_officer", first_street),
        ("community_worker", first_community), ("grid_worker", first_grid),
    ]  # fmt: skip
    jobs = [(f"demo-{role.replace('_', '-')}", role, unit) for role, unit in shown]
    jobs += [(f"{d.code.lower()}-clerk", "department_clerk", d) for d in departments if d != busiest]
    jobs += [(f"{d.code.lower()}-head", "department_head", d) for d in departments if d != busiest]
    jobs += [
        (f"s{s.code}-{n}", "street_officer", s)
        for s in streets
        for n in (1, 2)
        if (s, n) != (first_street, 1)
    ]
    jobs += [
        (f"c{c.code}-{n}", "community_worker", c)
        for c in communities
        for n in (1, 2)
        if (c, n) != (first_community, 1)
    ]
    jobs += [(f"g{g.code}-{n}", "grid_worker", g) for g in grids for n in (1, 2) if (g, n) != (first_grid, 1)]
    users = _users([name for name, _, _ in jobs], rng)
    Post.objects.bulk_create(
        Post(user=user, role=role, unit_code=unit.code, unit_name=unit.name, scope=unit.path, starts_on=on)
        for user, (_, role, unit) in zip(users, jobs, strict=True)
    )
    _appoint(users, jobs, by, at, on)


def _users(usernames: list[str], rng: Random) -> list[User]:
    closed = make_password(None)
    return User.objects.bulk_create(
        User(username=name, display_name=names.person(rng), phone=names.phone(rng), password=closed)
        for name in usernames
    )


def _appoint(users: list[User], jobs: list[tuple[str, str, Node]], by: Actor, at: datetime, on: date) -> None:
    rows = {unit.id: unit for unit in Unit.objects.filter(kind="grid")}
    members: list[NewMember] = []
    led: set[int] = set()
    for user, (_, role, unit) in zip(users, jobs, strict=True):
        if role == "grid_worker":
            post = GridMember.Role.WORKER if unit.id in led else GridMember.Role.LEADER
            led.add(unit.id)
            members.append(NewMember(rows[unit.id], user, post, user.phone))
    appoint_members(members=members, starts_on=on, by=by, at=at)
