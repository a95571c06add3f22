"""Notices name the matter and its date, never who reported it."""

import string
import tomllib
from pathlib import Path

ROWS = tomllib.loads((Path(__file__).parent.parent / "data" / "templates.toml").read_text(encoding="utf-8"))[
    "template"
]
ALLOWED = {"number", "category", "due", "unit", "link"}


def test_each_event_has_one_template() -> None:
    events = [row["event"] for row in ROWS]
    assert len(events) == len(set(events))


def test_a_template_uses_no_field_that_could_name_the_reporter() -> None:
    for row in ROWS:
        used = {name for _, name, _, _ in string.Formatter().parse(row["title"] + row["body"]) if name}
        matter = (
            {"title"} if row["event"].startswith("duty.") else set()
        )  # the gate's matters are of departments, never of residents
        assert used <= ALLOWED | matter, row["event"]
        assert "number" in used, row["event"]
        assert "{link}" in row["body"], row["event"]


def test_titles_fit_a_phone() -> None:
    for row in ROWS:
        assert len(row["title"]) <= 40, row["event"]
