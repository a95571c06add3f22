"""Reorganisations of the past as a source tells them, read from a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class PastEvent:
    """A reorganisation told by a source: units by code where they are known, else the source's words."""

    key: str
    kind: str
    on: date | None
    date_words: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    before_words: str
    after_words: str
    words: str
    source: str


def read_lineage(path: Path) -> list[PastEvent]:
    """The reorganisations of one file of ``insight/data/lineage`` (fields are explained at its head)."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return [_past(event, table["place"], table["report"]) for event in table["event"]]


def _past(event: dict[str, Any], place: str, report: str) -> PastEvent:
    def words(side: str) -> str:
        named = "、".join(unit["name"] for unit in event[side])
        return ";".join(part for part in (named, event.get(f"{side}_note", "")) if part)

    return PastEvent(
        key=f"{place}:{event['key']}",
        kind=event["kind"],
        on=date.fromisoformat(event["date"]) if event["date"] else None,
        date_words=event["date_note"],
        before=tuple(unit["code"] for unit in event["from"] if unit["code"]),
        after=tuple(unit["code"] for unit in event["to"] if unit["code"]),
        before_words=words("from"),
        after_words=words("to"),
        words=event["note"],
        source=f"{report}“{event['sentence']}”",
    )
