"""The blind marks that rooms keep, and what they are made with: a key and a hash, which a stamp in the database remembers.

With another key every search for a sealed value would find nothing, and a department's file would bring everybody a second
time. So the processes start only where key and stamp agree, and a change of either marks everything anew.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from linli.algorithms.text.sentences import Refusal
from linli.kernel.privacy import crypto, keyring

NAME = "index.key"
HASHES = ("SHA256", "SM3")

Anew = Callable[[datetime], Iterator[int]]
"""Marks the rows of one table anew with what is in force, in batches; gives the number of rows of each. It is told what time it is."""

INDEXES: dict[str, tuple[tuple[str, ...], Anew]] = {}
"""For each model (``room.Model``) that is found by blind marks: their columns, and what makes them anew from the sealed values."""

GROUPED: dict[str, str] = {}
"""For each model that keeps the mark of a declared group (``marks.declare_mark``): its column."""


def declare_index(model: str, *columns: str, anew: Anew) -> None:
    """These columns of a model are blind marks of values that lie sealed in the same row."""
    INDEXES[model] = (columns, anew)


def declare_grouped(model: str, column: str) -> None:
    """This column of a model is the mark of a declared group, in hex."""
    GROUPED[model] = column


class WrongIndexKey(Refusal):
    """The marks of the database were made with another key, or another hash."""


class Marking(NamedTuple):
    """What marks are made with: the key as hexadecimal, and the name of the hash."""

    key: str
    hash: str

    def mark(self, kind: str, value: str) -> bytes:
        """The mark of a value, as ``crypto.blind`` gives it where this is in force."""
        return crypto.blind_with(bytes.fromhex(self.key), self.hash, kind, value)

    @property
    def stamp(self) -> bytes:
        """What the database remembers of it."""
        return self.mark("index key", "")


def in_force() -> Marking:
    """What this process makes marks with."""
    return Marking(settings.INDEX_KEY, settings.BLIND_HASH)


@contextmanager
def marking_with(marking: Marking) -> Iterator[None]:
    """Inside the block this process makes marks with this."""
    before = in_force()
    settings.INDEX_KEY, settings.BLIND_HASH = marking
    try:
        yield
    finally:
        settings.INDEX_KEY, settings.BLIND_HASH = before


def _file(suffix: str = "") -> Path:
    return Path(settings.KEYS_DIR) / f"{NAME}{suffix}"


def known() -> list[Marking]:
    """All that the marks may have been made with: the key in force and those before it, each with each hash."""
    kept = [
        path.read_text().strip() for path in sorted(_file().parent.glob(f"{NAME}.retired-*"), reverse=True)
    ]
    keys = dict.fromkeys([settings.INDEX_KEY, *settings.OLD_INDEX_KEYS, *kept])
    return [Marking(key, name) for key in keys for name in HASHES]


def next_key() -> str:
    """The key that comes after the one in force: made once, so that a run that was cut off goes on with the same."""
    path = _file(".next")
    if not path.exists():
        keyring.write(path, secrets.token_hex(32))
    return path.read_text().strip()


def waiting_key() -> str:
    """The next key that a run has left behind; empty where there is none."""
    path = _file(".next")
    return path.read_text().strip() if path.exists() else ""


def put_next_in_force(day: date) -> Path:
    """Put the next key in the place of the one in force, which is kept under the name that is returned."""
    retired = _file(f".retired-{day:%Y%m%d}")
    for number in range(2, 100):
        if not retired.exists():
            break
        retired = _file(f".retired-{day:%Y%m%d}-{number}")
    os.link(_file(), retired)
    _file(".next").replace(_file())
    return retired
