"""The hash chain over events: pure values in, digests out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

GENESIS = hashlib.sha256(b"linli audit chain").digest()

FIELDS = (
    "id", "name", "at", "actor_id", "post_id", "actor_label", "subject_kind", "subject_id", "subject_label",
    "scope", "before", "after", "note", "personal", "key_id", "request_id",
)  # fmt: skip


def canonical(row: dict[str, Any]) -> bytes:
    """The bytes of an event that are hashed: sorted JSON of its fields, times in UTC, binary values as hex."""
    return json.dumps([_plain(row[name]) for name in FIELDS], ensure_ascii=False, sort_keys=True).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview | bytearray):
        return bytes(value).hex()
    if hasattr(value, "timestamp"):
        return round(value.timestamp() * 1_000_000)
    if value is None or isinstance(value, str | int | float | bool | dict | list):
        return value
    return str(value)


def link(previous: bytes, row: dict[str, Any]) -> bytes:
    """SHA-256 over the digest before and this event."""
    return hashlib.sha256(previous + canonical(row)).digest()


def links(previous: bytes, rows: Iterable[dict[str, Any]]) -> list[bytes]:
    """The digests of a run of events, each chained to the one before."""
    digests = []
    for row in rows:
        previous = link(previous, row)
        digests.append(previous)
    return digests
