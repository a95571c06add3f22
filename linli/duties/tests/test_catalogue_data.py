"""The shipped dispatch catalogue reaches every category and never contradicts itself."""

import csv
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ENTRIES = _rows("catalogue.csv")
CATEGORIES = {row["code"]: row for row in _rows("categories.csv")}
UNITS = {row["code"] for row in _rows("departments.csv")} | {"community", "street"}


def test_every_entry_names_a_category_and_units_that_exist() -> None:
    assert len({row["code"] for row in ENTRIES}) == len(ENTRIES)
    for row in ENTRIES:
        assert row["category_code"] in CATEGORIES, row["code"]
        assert {row["lead"], *filter(None, row["assist"].split(";"))} <= UNITS, row["code"]
        assert row["lead"] not in row["assist"].split(";"), row["code"]


def test_every_entry_gives_its_reason_basis_and_source() -> None:
    for row in ENTRIES:
        assert row["reason_zh"] and row["basis"] and row["source"] and row["valid_from"], row["code"]


def test_every_leaf_is_reached_without_any_condition() -> None:
    always = {row["category_code"] for row in ENTRIES if not row["condition"]}
    parents = {row["parent"] for row in CATEGORIES.values()}
    for code in CATEGORIES.keys() - parents:
        assert {code, code[:4], code[:2]} & always, CATEGORIES[code]["name"]


def test_what_a_department_must_do_is_never_led_by_community_or_street() -> None:
    for row in ENTRIES:
        if row["must_be_department"] == "yes":
            assert row["lead"] not in {"community", "street"}, row["code"]


def test_components_go_to_their_owner_first() -> None:
    """部件先属主后属地: most unconditional entries of components name a department."""
    components = [
        row
        for row in ENTRIES
        if CATEGORIES[row["category_code"]]["domain"] == "component" and not row["condition"]
    ]
    departments = [row for row in components if row["lead"].startswith("D")]
    assert len(departments) > 0.9 * len(components)
