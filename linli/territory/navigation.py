"""The territory's entries of the left rail."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from linli.kernel.frame import NavItem

LISTS = tuple(f"/list/{name}/" for name in ("units", "grids", "compounds", "addresses", "boundary_findings"))
"""The lists of the territory."""

NAV = [
    NavItem(label=_("地图"), url="territory:map", icon="map", verb="territory.view", order=40),
    NavItem(
        label=_("单位与网格"),
        url="territory:home",
        icon="building-community",
        verb="territory.view",
        order=45,
        also=(*LISTS, "/units/", "/compounds/", "/g/"),
    ),
]
