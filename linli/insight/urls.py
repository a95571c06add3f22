"""Addresses of insight."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.urls import path

from linli.insight.views import facts, rates, reports, running, six

app_name = "insight"

urlpatterns = [
    path("units/<str:code>/registers/", login_required(six.six), name="six"),
    path("cockpit/", login_required(running.cockpit_page), name="cockpit"),
    path("rates/", login_required(rates.rates), name="rates"),
    path("rates/<slug:key>/", login_required(rates.rate), name="rate"),
    path("facts/", login_required(facts.chapter), name="facts"),
    path("facts/word/", login_required(facts.word), name="facts_word"),
    path("facts/<slug:key>/", login_required(facts.figure), name="figure"),
    path("reports/", login_required(reports.place), name="place"),
    path("reports/mechanisms/", login_required(reports.mechanisms), name="mechanisms"),
    path("reports/<slug:code>/", login_required(reports.place), name="place_of"),
]
