"""Who listens to which event. A room subscribes a task to an event name of a lower room in its ``tasks.py``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Subscription:
    """A task that is called, some time after the commit, with the ids of events of the given name."""

    event: str
    task: str
    delay_seconds: int = 0


SUBSCRIPTIONS: list[Subscription] = []


def subscribe(*events: str, task: str, delay_seconds: int = 0) -> None:
    """Deliver each of the events to the named job task (``notices.tell``), after a delay that leaves room for undo."""
    SUBSCRIPTIONS.extend(Subscription(event, task, delay_seconds) for event in events)


Defer = Callable[[str, list[int], int], None]


def deliver(rows: list[tuple[int, str]], defer: Defer) -> int:
    """Hand (event id, event name) pairs to their listeners, one job a listener; returns the number of jobs."""
    wanted: dict[tuple[str, int], list[int]] = {}
    for event_id, name in rows:
        for listener in SUBSCRIPTIONS:
            if listener.event == name:
                wanted.setdefault((listener.task, listener.delay_seconds), []).append(event_id)
    for (task, delay), ids in wanted.items():
        defer(task, ids, delay)
    return len(wanted)
