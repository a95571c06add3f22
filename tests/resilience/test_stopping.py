"""Ctrl-C in the middle of a long job: it ends within seconds, keeps what it has done, and goes on at the next start."""

from __future__ import annotations

import pytest

from linli.shell.launch.holding import database
from tests.resilience.product import Product, wait_until

pytestmark = pytest.mark.slow

OVERDUE = 600
WITHIN = 10.0
"""Seconds that web, worker and database take together to stop, on a machine that does other things too."""

ESCALATED = "SELECT count(*) FROM cases_case WHERE escalation > 0"


def test_thousands_of_steps_do_not_hold_up_the_stop_and_are_taken_after_the_next_start(
    product: Product,
) -> None:
    product.prepare(f"from tests.resilience.district import seed; seed({OVERDUE})")
    product.start()
    wait_until(lambda: product.one(ESCALATED) > 5, 180)
    assert product.stop() < WITHIN
    with database(product.folder):
        assert product.one(ESCALATED) < OVERDUE, "the stop came too late to be in mid-work"
    product.start()
    wait_until(lambda: product.one(ESCALATED) == OVERDUE, 300)
    again = "SELECT case_id, step FROM cases_supervision GROUP BY case_id, step HAVING count(*) > 1"
    assert product.rows(again) == []
    product.stop()
