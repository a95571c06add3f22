"""How a room brings its registers to the shared test: one function for each, in its ``tests/samples.py``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from linli.kernel.audit.actor import Actor


@dataclass(frozen=True)
class Sample:
    """Rows in the test database. ``sees`` sees some of them (not necessarily all), ``stranger`` none.

    ``words`` is a word of two characters that some rows contain and ``surname`` one character that begins a name; both
    empty where the register has no search or no names.
    """

    sees: Actor
    stranger: Actor
    words: str = ""
    surname: str = ""


SAMPLES: dict[str, Callable[[], Sample]] = {}

Make = Callable[[], Sample]


def sample_for(name: str) -> Callable[[Make], Make]:
    """Say which function makes the rows of a register; it is called inside a database test."""

    def keep(make: Make) -> Make:
        SAMPLES[name] = make
        return make

    return keep
