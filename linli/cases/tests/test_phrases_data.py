"""The hotline desk has a sentence for each moment of a call."""

import string
import tomllib
from pathlib import Path

GROUPS = tomllib.loads((Path(__file__).parent.parent / "data" / "phrases.toml").read_text(encoding="utf-8"))[
    "group"
]
FIELDS = {"county", "number", "category", "unit", "due", "code", "place"}


def test_opening_questions_and_closing_are_there() -> None:
    assert {"opening", "ask_place", "ask_time", "emergency", "closing"} <= {group["key"] for group in GROUPS}


def test_every_group_has_sentences_with_known_fields_only() -> None:
    for group in GROUPS:
        sentences = group.get("say", []) + group.get("write", [])
        assert sentences, group["key"]
        for sentence in sentences:
            assert {name for _, name, _, _ in string.Formatter().parse(sentence) if name} <= FIELDS, sentence
