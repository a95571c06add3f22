"""The closed list of event kinds. Rooms declare theirs in ``events.py``; nothing else can be recorded."""

from __future__ import annotations

from dataclasses import dataclass


class UnknownEvent(LookupError):
    """An event was recorded that no room has declared."""


@dataclass(frozen=True)
class EventKind:
    """One kind of event: its name, the sentence shown in a history, and whether it is a read.

    The sentence may use the keys of the event's ``after`` values: ``"派遣给 {lead}"``.
    """

    name: str
    sentence: str
    is_read: bool = False


KINDS: dict[str, EventKind] = {}


def declare(name: str, sentence: str, *, is_read: bool = False) -> EventKind:
    """Add a kind to the list; the same name twice is a programming error."""
    if name in KINDS:
        raise ValueError(f"event {name} is declared twice")
    kind = EventKind(name, sentence, is_read)
    KINDS[name] = kind
    return kind


def get(name: str) -> EventKind:
    """The declared kind of that name, or ``UnknownEvent``."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownEvent(name) from None
