"""The map beside a long list shows every row: gathered where they lie close together, by themselves where one looks closely."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from linli.kernel.registers import page, views
from linli.territory.models import Address, Unit
from linli.territory.tests.district import START
from linli.territory.tests.test_views import sign_in

pytestmark = pytest.mark.django_db
COUNT = 60


@pytest.fixture
def looker(units: dict[str, Unit], monkeypatch: pytest.MonkeyPatch) -> Client:
    """Sixty addresses: fifty around one corner, nine around another, one far away; a map is long from twenty rows on."""
    for module in (views, page):
        monkeypatch.setattr(module, "MAP_LIMIT", 20)
    monkeypatch.setattr(views, "SEPARATE", 10)
    corners = [(120.90, 30.80)] * 50 + [(120.95, 30.85)] * 9 + [(121.00, 30.90)]
    Address.objects.bulk_create(
        Address(text=f"中山路{n}号", lon=lon + n / 1e6, lat=lat, valid_from=START)
        for n, (lon, lat) in enumerate(corners)
    )
    return sign_in("grid_worker", units["330421001001001"])


def drawn(client: Client, more: str = "") -> Any:
    return client.get(f"/list/addresses/?part=map{more}").json()


def test_every_row_is_on_the_map_whether_gathered_or_alone(looker: Client) -> None:
    found = drawn(looker)
    assert found["gathered"] is True
    counts = sorted(f["properties"].get("count", 1) for f in found["features"])
    assert counts == [1, 9, 50]
    alone = next(f for f in found["features"] if "count" not in f["properties"])
    assert alone["properties"]["name"] == "中山路59号"


def test_looked_at_closely_each_row_is_drawn_by_itself(looker: Client) -> None:
    found = drawn(looker, "&box=120.94,30.84,120.96,30.86")
    assert len(found["features"]) == 9
    assert all("count" not in f["properties"] for f in found["features"])


def test_where_there_is_nothing_nothing_is_drawn(looker: Client) -> None:
    assert drawn(looker, "&box=100,20,101,21")["features"] == []


def test_a_box_that_is_none_is_passed_over(looker: Client) -> None:
    assert drawn(looker, "&box=1,2,x") == drawn(looker)


def test_the_map_of_a_filtered_list_is_that_of_its_rows(looker: Client) -> None:
    found = drawn(looker, "&q=中山路59号")
    assert [f["properties"]["name"] for f in found["features"]] == ["中山路59号"]


def test_the_page_says_that_places_are_gathered(looker: Client) -> None:
    assert "放大后分开" in looker.get("/list/addresses/?view=split").content.decode()
    assert "放大后分开" not in looker.get("/list/addresses/?view=split&q=中山路59号").content.decode()
