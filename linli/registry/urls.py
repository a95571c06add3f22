"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from linli.kernel.registers.views import RegisterView
from linli.registry.views import (
    deeds,
    intakes,
    own,
    people,
    places,
    reviews,
    switching,
    thing_deeds,
    things,
    transfers,
    visits,
)

app_name = "registry"

urlpatterns = [
    path("people/", RegisterView.of("persons", "registry/people/list.html"), name="people"),
    path("people/find/", transfers.find, name="find"),
    path("people/transfer/", transfers.transfer, name="transfer"),
    path("people/<uuid:uid>/", people.person, name="person"),
    path("people/<uuid:uid>/reveal/", people.reveal, name="person_reveal"),
    path("people/add/", deeds.add, name="person_add"),
    path("people/<uuid:uid>/deeds/<slug:what>/", deeds.person_deed, name="person_deed"),
    path("people/<uuid:uid>/undo/<int:change_id>/", deeds.undo, name="person_undo"),
    path("households/", RegisterView.of("households", "registry/places/list.html"), name="households"),
    path("households/<uuid:uid>/", places.household, name="household"),
    path("households/<uuid:uid>/deeds/<slug:what>/", deeds.household_deed, name="household_deed"),
    path("buildings/<int:pk>/", places.building, name="building"),
    path(
        "organisations/", RegisterView.of("organisations", "registry/things/list.html"), name="organisations"
    ),
    path("organisations/add/", thing_deeds.add_organisation, name="organisation_add"),
    path("organisations/<uuid:uid>/", things.organisation, name="organisation"),
    path(
        "organisations/<uuid:uid>/deeds/<slug:what>/", thing_deeds.organisation_deed, name="organisation_deed"
    ),
    path(
        "organisations/<uuid:uid>/undo/<int:change_id>/",
        thing_deeds.undo_organisation,
        name="organisation_undo",
    ),
    path("organisations/<uuid:uid>/reveal/", things.reveal, name="organisation_reveal"),
    path("components/", RegisterView.of("components", "registry/things/list.html"), name="components"),
    path("components/add/", thing_deeds.add_component, name="component_add"),
    path("components/<str:code>/", things.component, name="component"),
    path("components/<str:code>/deeds/<slug:what>/", thing_deeds.component_deed, name="component_deed"),
    path("components/<str:code>/undo/<int:change_id>/", thing_deeds.undo_component, name="component_undo"),
    path("intakes/", intakes.board, name="intakes"),
    path("intakes/sources/new/", intakes.add_source, name="source_add"),
    path("intakes/sources/<int:source_id>/", intakes.upload, name="upload"),
    path("intakes/rows/<int:row_id>/<slug:what>/", intakes.settle, name="intake_settle"),
    path("intakes/<uuid:intake_id>/", intakes.intake, name="intake"),
    path("intakes/<uuid:intake_id>/refused/", intakes.refused, name="intake_refused"),
    path("intakes/<uuid:intake_id>/<slug:what>/", intakes.step, name="intake_step"),
    path("reviews/", reviews.board, name="reviews"),
    path("reviews/<int:pair_id>/undo/", reviews.undo, name="review_undo"),
    path("reviews/<int:pair_id>/<slug:what>/", reviews.decide, name="review_decide"),
    path("switches/", switching.board, name="switches"),
    path("switches/<slug:element>/on/", switching.on, name="switch_on"),
    path("switches/<slug:element>/off/", switching.off, name="switch_off"),
    path("questions/", RegisterView.of("questions"), name="questions"),
    path("visits/", visits.board, name="visits"),
    path("households/<uuid:uid>/code/", own.slip, name="invite"),
    path("phone/visits/", visits.homes, name="phone_visits"),
    path("phone/visits/offline/", visits.offline, name="phone_visits_offline"),
    path("phone/visits/worker.js", visits.worker, name="phone_visits_worker"),
    path("phone/visits/<str:key>/", visits.home, name="phone_home"),
    path("own/", own.find, name="own_find"),
    path("own/<str:code>/", own.own, name="own"),
    path("own/<str:code>/copy/", own.copy, name="own_copy"),
    path("own/<str:code>/leave/", own.leave, name="own_leave"),
]
