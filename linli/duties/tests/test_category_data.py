"""The shipped category tree is one tree, speaks residents' words and knows the five types of the source report."""

import csv
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
KINDS = {"consult", "help", "complaint", "tipoff", "suggestion"}


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CATEGORIES = _rows("categories.csv")
CODES = {row["code"] for row in CATEGORIES}


def test_every_category_hangs_under_an_existing_parent() -> None:
    assert len(CODES) == len(CATEGORIES)
    for row in CATEGORIES:
        assert row["parent"] == row["code"][:-2]
        assert row["parent"] == "" or row["parent"] in CODES


def test_every_category_has_allowed_kinds_urgency_and_a_source() -> None:
    for row in CATEGORIES:
        assert set(row["kinds"].split(";")) <= KINDS, row["name"]
        assert row["urgency"] in {"normal", "urgent", "critical"}, row["name"]
        assert row["domain"] in {"component", "event", "request"}, row["name"]
        assert row["source"], row["name"]


def test_every_leaf_has_words_residents_use() -> None:
    parents = {row["parent"] for row in CATEGORIES}
    for row in CATEGORIES:
        if row["code"] not in parents:
            assert len(row["synonyms"].split(";")) >= 3, row["name"]


def test_one_word_points_to_one_category() -> None:
    seen: dict[str, str] = {}
    for row in CATEGORIES:
        for word in filter(None, row["synonyms"].split(";")):
            assert word not in seen, (word, row["name"], seen.get(word))
            seen[word] = row["name"]


def test_the_five_seed_types_of_the_report_are_there() -> None:
    seeded = {row["note"].split("：")[1] for row in CATEGORIES if row["note"].startswith("S2-102")}
    assert seeded == {"垃圾", "噪声", "违停", "占道", "消防通道堵塞"}


def test_departments_have_unique_codes_and_take_the_name_of_their_county() -> None:
    departments = _rows("departments.csv")
    assert len({row["code"] for row in departments}) == len(departments) >= 40
    for row in departments:
        assert None not in row, row
        assert row["name"].format(county="云岩区").startswith("云岩区")
