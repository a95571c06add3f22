"""A visitor of the demo steps into people who have something to do."""

from __future__ import annotations

from random import Random

import pytest

from linli.cases.tests.test_work_steps import in_state
from linli.kernel.accounts.models import Post, User
from linli.kernel.accounts.queries import demo_posts
from linli.shell.demo.errands import most_to_do, open_work, prepare
from linli.territory.queries.units import root_node, tree
from tests.cast import MONDAY, START, TESTER, Cast

pytestmark = pytest.mark.django_db
COMMUNITY, GRID, DEPARTMENT = "520103019001", "520103019001001", "D02"


def visitors() -> dict[str, str]:
    """Into whose unit a visitor steps, by role."""
    return {post.role: post.unit_code for post in demo_posts(MONDAY.date())}


def invented(cast: Cast) -> None:
    """The demo's accounts, at first at units that have nothing to do, and others at the units that have."""
    for role, code in (
        ("department_clerk", "D03"), ("department_clerk", DEPARTMENT), ("community_worker", "520103019002"),
        ("community_worker", COMMUNITY), ("grid_worker", "520103019002001"), ("grid_worker", GRID),
    ):  # fmt: skip
        first = not User.objects.filter(username=f"demo-{role.replace('_', '-')}").exists()
        name = f"demo-{role.replace('_', '-')}" if first else f"{code}-{role}"
        user, unit = User.objects.create(username=name, display_name=name), tree().by_code[code]
        Post.objects.filter(role=role, unit_code=code).delete()
        Post.objects.create(
            user=user, role=role, unit_code=code, unit_name=unit.name, scope=unit.path, starts_on=START
        )


def test_a_visitor_steps_into_the_unit_with_the_most_kinds_of_work(cast: Cast) -> None:
    invented(cast)
    for state in ("dispatched", "handling"):
        in_state(cast, state, DEPARTMENT)
        in_state(cast, state, COMMUNITY)
    for _ in range(3):
        in_state(cast, "dispatched", "D03")
    root = root_node()
    assert root is not None
    prepare(root, by=TESTER, at=MONDAY, rng=Random(1))
    assert visitors() == {
        "department_clerk": DEPARTMENT, "department_head": DEPARTMENT, "street_officer": "520103019",
        "community_worker": COMMUNITY, "grid_worker": GRID,
    }  # fmt: skip
    assert User.objects.filter(username__endswith="-").count() == 0


def test_a_case_to_be_checked_is_work_for_the_place_and_not_for_the_unit_that_handled_it(cast: Cast) -> None:
    case = in_state(cast, "checking", "D02")
    work = open_work()
    assert "D02" not in work
    assert all(work[code]["checking"] == 1 for code in case.place_path.strip("/").split("/"))
    assert most_to_do([], work) is None
