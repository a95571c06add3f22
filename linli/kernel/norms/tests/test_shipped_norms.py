"""Every shipped norm is dated, sourced and unambiguous, and the clocks of cases have no hole."""

import tomllib
from itertools import product
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
FILES = sorted(ROOT.rglob("norms.toml"))
KINDS = ("consult", "help", "complaint", "tipoff", "suggestion")
URGENCIES = ("normal", "urgent", "critical")


def _entries(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["norm"]
    return rows


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_a_norm_has_a_title_a_first_day_and_a_source(path: Path) -> None:
    for entry in _entries(path):
        assert entry["title"] and entry["source"] and entry["valid_from"], entry["key"]
        assert ("value" in entry) != ("formula" in entry), entry["key"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_no_two_norms_say_the_same_from_the_same_day(path: Path) -> None:
    lines = [
        (e["key"], e.get("place", ""), tuple(sorted(e.get("match", {}).items())), e["valid_from"])
        for e in _entries(path)
    ]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("clock", ["sign", "contact", "resolve"])
def test_every_kind_and_urgency_has_each_clock(clock: str) -> None:
    matches = [
        e.get("match", {}) for e in _entries(ROOT / "cases/norms.toml") if e["key"] == f"cases.clock.{clock}"
    ]
    for kind, urgency in product(KINDS, URGENCIES):
        assert {"kind": kind, "urgency": urgency} in matches


def test_a_clock_of_a_category_has_as_many_keys_as_the_clock_it_replaces() -> None:
    for entry in _entries(ROOT / "cases/norms.toml"):
        if "category" in entry.get("match", {}):
            assert set(entry["match"]) == {"category", "urgency"}, entry["title"]


def test_clocks_are_whole_amounts_of_known_units() -> None:
    for entry in _entries(ROOT / "cases/norms.toml"):
        if entry["key"].startswith("cases.clock."):
            assert isinstance(entry["value"], int) and entry["value"] > 0
            assert entry["unit"] in {"working_hour", "working_day", "hour", "day"}, entry["title"]
