"""What lies below the county's own outlines on every map: ``{% load maps %}``."""

from __future__ import annotations

import json
import re

from django import template
from django.conf import settings

register = template.Library()

WMTS = re.compile(r"\{(TileMatrix|TileRow|TileCol)\}", re.IGNORECASE)
PLACES = {"tilematrix": "{z}", "tilerow": "{y}", "tilecol": "{x}"}


@register.simple_tag
def map_tiles() -> str:
    """The outside tiles of the settings as ``map.js`` takes them, the lowest first; nothing where none are set.

    天地图 draws its names (cva_w) over its map (vec_w): several addresses are parted by blanks. A WMTS address may say
    {TileMatrix}, {TileRow} and {TileCol}.
    """
    layers = [WMTS.sub(lambda found: PLACES[found[1].lower()], one) for one in settings.TILES.split()]
    found = {"layers": layers, "attribution": settings.TILES_ATTRIBUTION}
    return json.dumps(found, ensure_ascii=False) if layers else ""
