"""What the launcher says: Chinese first, English beside it, each failure with what to do."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Failure(Exception):
    """A step that cannot go on; the text names the fault and the remedy in both languages."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"✗ {chinese}\n  {english}")


def say(chinese: str, english: str = "") -> None:
    print(f"{chinese} / {english}" if english else chinese, file=sys.stderr, flush=True)


@contextmanager
def step(chinese: str, english: str) -> Iterator[None]:
    """Announces a step where a person watches, and tells how long it took."""
    started = time.monotonic()
    watched = sys.stderr.isatty()
    if watched:
        print(f"… {chinese} / {english}", end="", file=sys.stderr, flush=True)
    try:
        yield
    except BaseException:
        if watched:
            print(file=sys.stderr)
        raise
    start = "\r\033[K" if watched else ""
    print(f"{start}✓ {chinese} / {english} ({time.monotonic() - started:.1f} s)", file=sys.stderr, flush=True)
