"""Who of the invented people a visitor steps into: those whose units have most to do; and what the grid worker is asked to see."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from random import Random

from django.db.models import Count

from linli.cases import commands, rules
from linli.cases.models import Case
from linli.duties.queries.categories import category_by_code
from linli.kernel.accounts.models import Post, User
from linli.kernel.audit.actor import Actor
from linli.shell.demo import names
from linli.shell.demo.texts import Place, message
from linli.territory.models import Building
from linli.territory.queries.units import Node, tree

LED = ("dispatched", "handling", "paused", "objected")
"""States in which the unit that leads a case has something to do or to wait for."""

ASKED = (("010101", 3), ("020201", 20))
"""What the grid worker is to look at before it is taken in: the category, and how many hours ago it came."""

Work = Mapping[str, Counter[str]]
"""Of each unit, how many open cases of each kind."""


def prepare(root: Node, *, by: Actor, at: datetime, rng: Random) -> None:
    """Let visitors step into people who have work, and give the grid worker something to see and something reported."""
    work = open_work()
    below = tree().below(root.path)
    departments = [unit for unit in below if unit.kind == "department"]
    busiest = most_to_do(departments, work)
    community = most_to_do((unit for unit in below if unit.level == "community"), work)
    grid = most_to_do((unit for unit in below if unit.kind == "grid" and _inside(unit, community)), work)
    street = next((unit for unit in below if unit.level == "street" and _inside(community, unit)), None)
    for role, unit in (
        ("department_clerk", busiest), ("department_head", busiest), ("street_officer", street),
        ("community_worker", community), ("grid_worker", grid),
    ):  # fmt: skip
        if unit is not None:
            step_into(role, unit)
    if grid is not None:
        ask_to_see(grid, by=by, at=at, rng=rng)
        worker = User.objects.get(username="demo-grid-worker")
        Case.objects.filter(channel="grid", place_id=grid.id).update(taken_by=worker.pk)


def open_work() -> Work:
    """What waits at each unit: at the one that leads, and for a check on the spot at those of the place."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    states = (*LED, "checking")
    rows = Case.objects.filter(state__in=states).values_list("state", "lead__code", "place_path")
    for state, lead, path, count in rows.annotate(n=Count("id")).order_by():
        if state != "checking":
            found[lead][state] += count
            continue
        for code in path.strip("/").split("/"):
            if code != lead:
                found[code][state] += count
    return found


def most_to_do(units: Iterable[Node], work: Work) -> Node | None:
    """The unit with the most kinds of work, and of those the one with the most cases; the code decides between equals."""
    return max(
        units,
        key=lambda unit: (
            (len(work[unit.code]), work[unit.code].total(), unit.code)
            if unit.code in work
            else (0, 0, unit.code)
        ),
        default=None,
    )


def _inside(unit: Node | None, other: Node | None) -> bool:
    return unit is not None and other is not None and unit.path.startswith(other.path)


def step_into(role: str, unit: Node) -> None:
    """From now on the demo's account of a role belongs to the first person who holds the role at the unit."""
    post = Post.objects.filter(role=role, unit_code=unit.code).select_related("user").order_by("pk").first()
    account = f"demo-{role.replace('_', '-')}"
    if post is None or post.user.username == account:
        return
    known = post.user.username
    User.objects.filter(pk=post.user_id).update(username=f"{known}-")
    User.objects.filter(username=account).update(username=known)
    User.objects.filter(pk=post.user_id).update(username=account)


def ask_to_see(grid: Node, *, by: Actor, at: datetime, rng: Random) -> int:
    """Two messages from the grid that a dispatcher sends the grid worker to look at; returns how many."""
    rows = Building.objects.filter(unit_id=grid.id).exclude(compound=None).select_related("compound")
    houses = list(rows.order_by("pk")[: len(ASKED)])
    for house, (code, hours) in zip(houses, ASKED, strict=False):
        assert house.compound is not None
        place = Place(house.compound.road or house.compound.name, house.compound.name, house.name)
        text = message(code, place, rng)
        when = at - timedelta(hours=hours)
        intake = commands.Intake(
            channel="hotline", kind="help", title=rules.title_of(text), text=text, category=category_by_code(code),
            place=grid, place_text=f"{place.road}{place.compound}{place.building}", lon=house.lon, lat=house.lat,
            received_at=when, reporter=commands.ReporterFacts(name=names.person(rng), phone=names.phone(rng)),
        )  # fmt: skip
        case = commands.receive(intake, by=by, at=when)
        seen = when + timedelta(minutes=20)
        commands.ask_verify(case_id=case.pk, unit=grid, by=by, at=seen, note="请到现场看看是否属实")
    return len(houses)
