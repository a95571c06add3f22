"""``kill -9`` of the worker, of the database and of everything in mid-work: nothing is lost and nothing is done twice."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from tests.resilience.product import Product, wait_until

pytestmark = pytest.mark.slow

OVERDUE, PUSHED, MACHINES = 150, 200, 4
GIVE_UP = 120.0
QUIET_SECONDS = 300.0
SEED = f"from tests.resilience.district import seed; print(seed({OVERDUE}))"

OPEN_JOBS = """
    SELECT count(*) FROM procrastinate_jobs
    WHERE status IN ('todo', 'doing') AND NOT (status = 'todo' AND queueing_lock IS NOT NULL)
"""
UNSEALED = (
    "SELECT count(*) FROM audit_event e LEFT JOIN audit_seal s ON s.event_id = e.id WHERE s.event_id IS NULL"
)
UNSAID = """
    SELECT count(*) FROM cases_clock
    WHERE stopped_at IS NULL AND paused_at IS NULL AND late_at IS NULL AND due_at <= now()
"""
WATCHED = """
    SELECT count(*) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'succeeded'
    WHERE j.task_name = 'cases.watch_clocks' AND e.at > now() - interval '50 seconds'
"""
NOTICES = """
    SELECT e.name, e.after->>'tell', min(n.told), max(n.told) FROM audit_event e
    CROSS JOIN LATERAL (SELECT count(*) AS told FROM notices_notice WHERE event_id = e.id) n
    WHERE e.name IN ('case.dispatched', 'case.overdue', 'case.escalated') GROUP BY e.name, e.after->>'tell', e.after->>'unit_code'
"""


class Machine:
    """Pushes cases, each with a key of its own, and asks again with the same key until it is answered."""

    def __init__(self, product: Product, token: str) -> None:
        self.product, self.token = product, token
        self.numbers: dict[int, str] = {}
        self.told = threading.Condition()

    def push(self, n: int) -> str:
        """The number of the case that the n-th request made."""
        deadline = time.monotonic() + GIVE_UP
        while True:
            try:
                number = self._ask(n)
            except OSError:
                assert time.monotonic() < deadline, f"request {n} was never answered"
                time.sleep(0.3)
                continue
            with self.told:
                self.numbers[n] = number
                self.told.notify_all()
            return number

    def _ask(self, n: int) -> str:
        body = json.dumps({"text": f"友谊花园第{n}号门口的井盖没了", "category": "0101"}).encode()
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.product.port}/api/v1/cases", body, method="POST",
            headers={"Authorization": f"Bearer {self.token}", "Idempotency-Key": f"request-{n:06d}", "Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return str(json.load(answer)["number"])

    def wait_for(self, count: int) -> None:
        """Until so many requests have been answered."""
        with self.told:
            assert self.told.wait_for(lambda: len(self.numbers) >= count, GIVE_UP)


def test_nothing_is_lost_and_nothing_is_done_twice(product: Product) -> None:
    machine = Machine(product, product.prepare(SEED))
    product.start()
    points = sorted(Random(20261122).sample(range(20, PUSHED - 20), 4))
    with ThreadPoolExecutor(MACHINES) as pool:
        answers = [pool.submit(machine.push, n) for n in range(PUSHED)]
        for point, kill in zip(
            points,
            (product.kill_worker, product.kill_database, product.kill_worker, product.kill_everything),
            strict=True,
        ):
            machine.wait_for(point)
            kill()
        product.start()
        numbers = [answer.result() for answer in answers]
    wait_until(lambda: is_quiet(product), QUIET_SECONDS)

    every_acknowledged_case_is_there_once(product, numbers)
    the_same_key_gives_the_same_case(machine, numbers)
    every_event_is_sealed_once(product)
    every_notice_is_there_once(product)
    no_step_is_taken_twice(product)
    assert product.rows("SELECT task_name FROM procrastinate_jobs WHERE status = 'failed'") == []
    product.stop()


def is_quiet(product: Product) -> bool:
    """Nothing waits, nothing runs, nothing is late that is not said to be, and the clocks were watched just now."""
    try:
        left = [product.one(query) for query in (OPEN_JOBS, UNSEALED, UNSAID)]
        return left == [0, 0, 0] and product.one(WATCHED) > 0
    except OSError:
        return False


def every_acknowledged_case_is_there_once(product: Product, numbers: list[str]) -> None:
    assert len(set(numbers)) == PUSHED
    there = product.rows("SELECT number FROM cases_case WHERE channel = 'api'")
    assert sorted(number for (number,) in there) == sorted(numbers)
    dispatched = "SELECT count(*) FROM cases_assignment a JOIN cases_case c ON c.id = a.case_id WHERE c.channel = 'api'"
    assert product.one(dispatched) == PUSHED


def the_same_key_gives_the_same_case(machine: Machine, numbers: list[str]) -> None:
    assert [machine.push(n) for n in range(0, PUSHED, 9)] == numbers[::9]


def every_event_is_sealed_once(product: Product) -> None:
    counted = "SELECT count(*), count(DISTINCT event_id), max(position) FROM audit_seal"
    wait_until(lambda: product.one(UNSEALED) == 0, 30)
    sealed, events, last = product.rows(counted)[0]
    assert sealed == events == last == product.one("SELECT count(*) FROM audit_event")
    verified = product.linli("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def every_notice_is_there_once(product: Product) -> None:
    """Everybody who is to hear of a kind of event hears of each: no event has fewer notices than another, and none more.

    Of several steps taken at once the units hear at the last that concerns them: a step before it tells nobody.
    """
    told = product.rows(NOTICES)
    assert {name for name, *_ in told} == {"case.dispatched", "case.overdue", "case.escalated"}
    assert all(least == most for _name, _units, least, most in told), told
    assert all(least > 0 or units == "[]" for _name, units, least, _most in told), told


def no_step_is_taken_twice(product: Product) -> None:
    late = "SELECT count(*) FROM cases_clock WHERE late_at IS NOT NULL"
    assert (
        product.one("SELECT count(*) FROM audit_event WHERE name = 'case.overdue'") == product.one(late) > 0
    )
    again = "SELECT case_id, step FROM cases_supervision GROUP BY case_id, step HAVING count(*) > 1"
    assert product.rows(again) == []
    escalated = "SELECT count(*) FROM audit_event WHERE name = 'case.escalated'"
    assert product.one(escalated) == product.one("SELECT sum(escalation) FROM cases_case") > 0
    assert product.one("SELECT count(*) FROM cases_case WHERE source <> '' AND escalation = 0") == 0
