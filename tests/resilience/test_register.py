"""``kill -9`` while a department's file is written: it goes on where it stopped, nothing is lost and nothing is there twice."""

from __future__ import annotations

import psycopg
import pytest

from tests.resilience.product import Product, wait_until

pytestmark = pytest.mark.slow

PERSONS = 180_000
STATE = "SELECT position, state FROM registry_intake"
MINUTES = 10 * 60.0
ONCE = {
    "SELECT count(*) FROM registry_person": PERSONS,
    "SELECT count(DISTINCT document_mark) FROM registry_person": PERSONS,
    "SELECT count(*) FROM registry_residence": PERSONS,
    "SELECT count(*) FROM registry_membership": PERSONS,
    "SELECT count(*) FROM registry_household": PERSONS // 3,
    "SELECT count(*) FROM registry_household h WHERE size <> 3 OR head_id IS NULL"
    " OR 3 <> (SELECT count(*) FROM registry_membership m WHERE m.household_id = h.id)": 0,
    "SELECT count(*) FROM registry_rawrow r JOIN registry_person p ON p.id = r.record_id WHERE r.verdict = 'new' AND r.wrote <> 0": PERSONS,
    "SELECT count(*) FROM registry_change": 0,
    "SELECT count(*) FROM audit_event WHERE name = 'registry.imported'": 1,
    "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'": 0,
}
"""What is counted when the file is in."""


def test_a_file_whose_writing_was_killed_is_written_once(product: Product) -> None:
    product.prepare(f"from tests.resilience.register import waiting; waiting({PERSONS})")
    product.start()
    seen = 0  # rows that were done at the last kill
    for kill in (product.kill_worker, product.kill_database):
        seen = _until_further(product, seen)
        kill()
    wait_until(lambda: _stands(product)[1] == "done", MINUTES)
    for query, count in ONCE.items():
        assert product.one(query) == count, query
    product.stop()


def _until_further(product: Product, seen: int) -> int:
    """Wait for the next batch to be written; returns how many rows are done."""
    wait_until(lambda: _stands(product)[0] > seen, MINUTES)
    position, state = _stands(product)
    assert state == "applying" and position < PERSONS, "the kill came too late to be in mid-work"
    return position


def _stands(product: Product) -> tuple[int, str]:
    """How many rows are done, and the state of the file; nothing while the database is away."""
    try:
        position, state = product.rows(STATE)[0]
    except (OSError, psycopg.OperationalError):
        return 0, ""
    return position, state
