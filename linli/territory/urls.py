"""Addresses of the territory."""

from __future__ import annotations

from django.urls import path

from linli.territory.views import cards, changes, imports, maps, reports, units

app_name = "territory"
urlpatterns = [
    path("map/", maps.map_page, name="map"),
    path("map/units.geojson", maps.units_geojson, name="geojson"),
    path("map/unit/<code>.geojson", maps.unit_geojson, name="unit_geojson"),
    path("map/compounds.geojson", maps.compounds_geojson, name="compounds_geojson"),
    path("g/<code>/", cards.card, name="card"),
    path("g/<code>/outline.geojson", cards.outline, name="card_outline"),
    path("territory/", units.home, name="home"),
    path("territory/where/", units.where, name="where"),
    path("territory/lineage/", reports.lineage, name="lineage"),
    path("territory/coverage/", reports.coverage, name="coverage"),
    path("territory/sizes/", reports.sizes, name="sizes"),
    path("territory/findings/check/", changes.check, name="check"),
    path("territory/import/", imports.code_list, name="import_list"),
    path("territory/boundaries/import/", imports.boundaries, name="import_boundaries"),
    path("compounds/<int:pk>/", units.compound, name="compound"),
    path("units/<code>/", units.unit, name="unit"),
    path("units/<code>/change/<what>/", changes.change, name="change"),
    path("units/<code>/members/<int:pk>/end/", changes.end_member, name="end_member"),
]
