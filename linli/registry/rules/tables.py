"""The room's code tables: dated CSV files in ``data/``, each with its standard and how far that was read in a source."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a file of ``data/``; lines that begin with # say where it comes from."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@dataclass(frozen=True)
class Code:
    """One entry of a code table; ``synonyms`` are other words that departments write for it."""

    code: str
    title: str
    synonyms: tuple[str, ...] = ()


@cache
def codes(name: str) -> dict[str, Code]:
    """A code table by code, in its own order."""
    return {
        row["code"]: Code(
            row["code"], row["title"], tuple(w for w in (row.get("synonyms") or "").split("、") if w)
        )
        for row in read_table(name)
    }


@cache
def titles(name: str) -> dict[str, str]:
    """A code table as code to words."""
    return {code: entry.title for code, entry in codes(name).items()}
