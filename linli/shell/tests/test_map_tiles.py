"""Outside tiles are a setting: without one the maps draw outlines alone."""

from __future__ import annotations

import json
from typing import Any

from django.template.loader import render_to_string

from linli.shell.templatetags.maps import map_tiles

SKY = "https://t0.tianditu.gov.cn/{layer}/wmts?LAYER={layer}&TILEMATRIX={{TileMatrix}}&TILEROW={{TileRow}}&TILECOL={{TileCol}}&tk=k"


def test_without_a_provider_no_map_asks_anybody_for_tiles(settings: Any) -> None:
    settings.TILES = ""
    assert map_tiles() == ""
    assert 'data-tiles=""' in render_to_string("_ui/map_assets.html")


def test_names_lie_over_the_map_and_a_wmts_address_is_as_good_as_any(settings: Any) -> None:
    settings.TILES = " ".join(SKY.format(layer=layer) for layer in ("vec_w", "cva_w"))
    settings.TILES_ATTRIBUTION = "天地图 审图号"
    found = json.loads(map_tiles())
    assert [address.split("/")[3] for address in found["layers"]] == ["vec_w", "cva_w"]
    assert found["layers"][0].endswith("TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=k")
    assert found["attribution"] == "天地图 审图号"


def test_an_address_of_the_usual_kind_stays_as_it_is(settings: Any) -> None:
    settings.TILES = "https://tiles.example/{z}/{x}/{y}.png"
    assert json.loads(map_tiles())["layers"] == ["https://tiles.example/{z}/{x}/{y}.png"]
