"""Few requests of a process are worked on at once, in the order in which they came; the others wait a moment.

Threads of one process share one interpreter: four pages drawn at the same time take four times as long each, and all are
late. With few at a time each is done early, and none is passed by a later one. Whoever has waited for half a second goes in
all the same: long exports may take every place, and hold up nobody for longer than that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest, HttpResponse

PLACES = 2
PATIENCE_SECONDS = 0.5


class Places:
    """So many may be inside; a place that is given up goes to whoever has waited longest."""

    def __init__(self, count: int) -> None:
        self._free, self._lock = count, Lock()
        self._waiting: deque[Lock] = deque()

    def enter(self, patience: float) -> bool:
        """Wait for a place; False when none became free in so many seconds."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            gate = Lock()
            gate.acquire()
            self._waiting.append(gate)
        if gate.acquire(timeout=patience):
            return True
        with self._lock:
            if gate in self._waiting:
                self._waiting.remove(gate)
                return False
        return True  # it was given while the patience ran out

    def leave(self) -> None:
        """Give the place up."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


class Turnstile:
    """Stands before the transaction, so that who waits holds no connection."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.places = Places(PLACES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        inside = self.places.enter(PATIENCE_SECONDS)
        try:
            return self.get_response(request)
        finally:
            if inside:
                self.places.leave()
