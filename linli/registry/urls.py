"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from linli.kernel.registers.views import RegisterView
from linli.registry.views import intakes, people, places, reviews, things

app_name = "registry"

urlpatterns = [
    path("people/", RegisterView.of("persons", "registry/people/list.html"), name="people"),
    path("people/find/", people.find, name="find"),
    path("people/<uuid:uid>/", people.person, name="person"),
    path("people/<uuid:uid>/reveal/", people.reveal, name="person_reveal"),
    path("households/", RegisterView.of("households", "registry/places/list.html"), name="households"),
    path("households/<uuid:uid>/", places.household, name="household"),
    path("buildings/<int:pk>/", places.building, name="building"),
    path(
        "organisations/", RegisterView.of("organisations", "registry/things/list.html"), name="organisations"
    ),
    path("organisations/<uuid:uid>/", things.organisation, name="organisation"),
    path("organisations/<uuid:uid>/reveal/", things.reveal, name="organisation_reveal"),
    path("components/", RegisterView.of("components", "registry/things/list.html"), name="components"),
    path("components/<str:code>/", things.component, name="component"),
    path("intakes/", intakes.board, name="intakes"),
    path("intakes/sources/new/", intakes.add_source, name="source_add"),
    path("intakes/sources/<int:source_id>/", intakes.upload, name="upload"),
    path("intakes/<uuid:intake_id>/", intakes.intake, name="intake"),
    path("intakes/<uuid:intake_id>/refused/", intakes.refused, name="intake_refused"),
    path("intakes/<uuid:intake_id>/<slug:what>/", intakes.step, name="intake_step"),
    path("reviews/", reviews.board, name="reviews"),
    path("reviews/<int:pair_id>/undo/", reviews.undo, name="review_undo"),
    path("reviews/<int:pair_id>/<slug:what>/", reviews.decide, name="review_decide"),
]
