"""Addresses for residents, without an account."""

from __future__ import annotations

from django.urls import path

from linli.cases.views.public import by_phone, reporting, tracking

urlpatterns = [
    path("public/", reporting.home, name="public_home"),
    path("public/report/", reporting.report, name="public_report"),
    path("public/places/", reporting.places, name="public_places"),
    path("public/here/", reporting.here, name="public_here"),
    path("public/outlines.geojson", reporting.outlines, name="public_outlines"),
    path("public/track/", tracking.find, name="find"),
    path("public/number/", by_phone.ask, name="ask_code"),
    path("public/number/code/", by_phone.use, name="use_code"),
    path("t/<str:code>/", tracking.track, name="track"),
    path("t/<str:code>/rate/", tracking.rate, name="rate"),
    path("t/<str:code>/word/", tracking.word, name="word"),
    path("t/<str:code>/receipt/", tracking.receipt, name="receipt"),
    path("t/<str:code>/paper/<str:size>/", tracking.paper, name="receipt_paper"),
]
