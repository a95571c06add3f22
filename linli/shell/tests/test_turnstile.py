"""Requests go in a few at a time, in the order in which they came, and nobody waits for long exports."""

from __future__ import annotations

import time
from threading import Thread

from linli.shell.turnstile import Places

LONG = 30.0


def until_waiting(places: Places, count: int) -> None:
    """Until so many stand in the queue."""
    deadline = time.monotonic() + LONG
    while len(places._waiting) < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_place_that_is_given_up_goes_to_whoever_has_waited_longest() -> None:
    places, order = Places(1), []
    assert places.enter(LONG)

    def come(name: str) -> None:
        assert places.enter(LONG)
        order.append(name)
        places.leave()

    visitors = []
    for count, name in enumerate("甲乙丙", 1):
        visitors.append(Thread(target=come, args=(name,)))
        visitors[-1].start()
        until_waiting(places, count)
    places.leave()
    for visitor in visitors:
        visitor.join(LONG)
    assert order == ["甲", "乙", "丙"]
    assert places.enter(0), "the place is free again"


def test_whoever_has_waited_long_enough_is_told_so_and_takes_no_place_later() -> None:
    places = Places(2)
    assert places.enter(0) and places.enter(0)
    assert not places.enter(0.01)
    places.leave()
    assert places.enter(0)
    assert not places.enter(0.01), "two are inside"
