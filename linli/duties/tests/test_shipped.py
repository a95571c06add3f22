"""What is shipped loads once, leaves the county's own changes alone, and sends every leaf somewhere."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from linli.duties import commands, queries
from linli.duties.commands import shipped
from linli.duties.models import CatalogueEntry, Category
from linli.duties.tests.factories import AT, KEEPER, SYSTEM, TODAY, county, loaded
from linli.kernel.audit.models import Event
from linli.territory.models import Unit

pytestmark = pytest.mark.django_db


def test_loading_twice_changes_nothing_the_second_time() -> None:
    loaded()
    events = Event.objects.count()
    assert not commands.load_categories(by=SYSTEM, at=AT).anything
    assert not commands.load_catalogue(by=SYSTEM, at=AT).anything
    assert commands.load_departments_data(by=SYSTEM, at=AT) == 0
    assert Event.objects.count() == events
    assert Unit.objects.filter(kind="department").count() >= 40


def test_every_leaf_leads_to_a_unit_that_exists_with_a_reason_and_a_basis() -> None:
    loaded()
    departments = set(Unit.objects.filter(kind="department").values_list("code", flat=True))
    for leaf in queries.categories().leaves():
        routing = queries.route(leaf, on=TODAY)
        assert routing is not None, leaf.name
        assert routing.lead in departments | {"community", "street"}, leaf.name
        assert set(routing.assist) <= departments | {"community", "street"}, leaf.name
        assert routing.entry_code in routing.reason
        assert routing.basis, leaf.name
        assert not (routing.must_be_department and routing.lead in {"community", "street"}), leaf.name


def test_the_shipped_catalogue_does_not_contradict_itself() -> None:
    loaded()
    assert [finding.words for finding in queries.findings(TODAY)] == []


def test_a_category_that_the_county_changed_is_left_alone() -> None:
    loaded()
    change = commands.CategoryChange(synonyms=["路灯", "黑灯"])
    commands.change_category(code="010108", change=change, by=KEEPER, at=AT)
    done = commands.load_categories(by=SYSTEM, at=AT)
    assert (done.changed, done.kept) == (0, 1)
    assert Category.objects.get(code="010108").synonyms == ["路灯", "黑灯"]


def test_an_entry_of_which_the_county_made_a_version_is_left_alone() -> None:
    loaded()
    commands.close_entry(code="P010108-01", on=TODAY, reason="机构改革", by=KEEPER, at=AT)
    done = commands.load_catalogue(by=SYSTEM, at=AT)
    assert (done.anything, done.kept) == (False, 1)
    assert CatalogueEntry.objects.get(code="P010108-01").valid_to == TODAY


def test_a_new_release_ends_old_versions_and_drops_what_it_no_longer_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county()
    for name in ("categories.csv", "departments.csv", "items.csv", "lists.csv"):
        shutil.copy(shipped.DATA / name, tmp_path / name)
    listed = shipped.rows_of("catalogue.csv")
    _write(tmp_path, listed[:2])
    monkeypatch.setattr(shipped, "DATA", tmp_path)
    loaded()
    _write(tmp_path, [listed[0], listed[0] | {"valid_from": "2027-01-01", "reason_zh": "新的划分"}])
    done = commands.load_catalogue(by=SYSTEM, at=AT)
    assert (done.added, done.changed, done.closed) == (1, 1, 1)
    first, second = CatalogueEntry.objects.filter(code=listed[0]["code"])
    assert (first.valid_to, second.valid_to) == (second.valid_from, None)
    assert CatalogueEntry.objects.get(code=listed[1]["code"]).valid_to == TODAY


def _write(folder: Path, rows: list[dict[str, str]]) -> None:
    with (folder / "catalogue.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
