"""The demonstration's texts reach every category, use known slots only and name nobody."""

import csv
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LINLI = Path(__file__).parents[3]
TEXTS = LINLI / "shell" / "demo" / "data" / "texts"
SLOTS = {"road", "compound", "building", "unit", "shop", "time", "days", "n", "school"}


def _loaded() -> dict[str, dict[str, Any]]:
    return {
        path.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(TEXTS.glob("*.toml"))
    }


FILES = _loaded()
MESSAGES = {code: texts for data in FILES.values() for code, texts in data.get("messages", {}).items()}


def _sentences(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from _sentences(part)


def test_every_leaf_category_has_messages() -> None:
    with (LINLI / "duties" / "data" / "categories.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    leaves = {row["code"] for row in rows} - {row["parent"] for row in rows}
    assert leaves == MESSAGES.keys()
    assert min(len(texts) for texts in MESSAGES.values()) >= 4
    assert sum(len(texts) for texts in MESSAGES.values()) >= 1000


def test_no_message_is_written_twice() -> None:
    texts = [text for group in MESSAGES.values() for text in group]
    assert len(texts) == len(set(texts))


def test_texts_use_known_slots_only() -> None:
    for name, data in FILES.items():
        for sentence in _sentences(data):
            assert {slot for _, slot, _, _ in string.Formatter().parse(sentence) if slot} <= SLOTS, (
                name,
                sentence,
            )
