"""Addresses of the hotline desk and the boards."""

from __future__ import annotations

from django.urls import path, re_path

from linli.cases.views.desk import (
    arbitration,
    callback,
    calls,
    dispatching,
    proposals,
    screening,
    supervision,
)
from linli.kernel.registers.views import RegisterView

urlpatterns = [
    path("desk/", calls.desk, name="desk"),
    path("desk/glance/", calls.glance, name="desk_glance"),
    path("desk/history/", calls.history, name="desk_history"),
    path("desk/keep/", calls.keep, name="desk_keep"),
    path("desk/park/", calls.park, name="desk_park"),
    path("desk/calls/<int:call_id>/drop/", calls.drop, name="desk_drop"),
    re_path(
        r"^desk/undo/(?P<number>[^/]+)/(?P<verb>recall|unmerge|restore|unfile)/$",
        calls.undo,
        name="desk_undo",
    ),
    path("screening/", screening.board, name="screening"),
    path("screening/<number>/<verb>/", screening.act, name="screening_act"),
    path("dispatching/", dispatching.board, name="dispatching"),
    path("dispatching/batch/", dispatching.batch, name="dispatching_batch"),
    path("dispatching/<number>/", dispatching.send, name="dispatching_send"),
    path("dispatching/<number>/may/", dispatching.may_go, name="dispatching_may"),
    path("arbitration/", arbitration.board, name="arbitration"),
    path("arbitration/<number>/rule/", arbitration.rule, name="arbitration_rule"),
    path("arbitration/<number>/extension/", arbitration.extension, name="arbitration_extension"),
    path("callback/", callback.board, name="callback"),
    path("callback/<number>/", callback.call, name="callback_call"),
    path("callback/<number>/close/", callback.close, name="callback_close"),
    path("supervision/", supervision.board, name="supervision"),
    path("supervision/<number>/", supervision.send, name="supervision_send"),
    path("proposals/", RegisterView.of("proposals", "cases/desk/proposals.html"), name="proposals"),
    path("proposals/add/", proposals.add, name="proposal_add"),
    path("proposals/<int:pk>/", proposals.detail, name="proposal"),
    path("proposals/<int:pk>/letter/", proposals.letter, name="proposal_letter"),
    path("proposals/<int:pk>/rate/", proposals.rate, name="proposal_rate"),
    path("proposals/<int:pk>/letter.docx", proposals.letter_file, name="proposal_letter_file"),
    path("proposals/<int:pk>/letter/print/", proposals.letter_print, name="proposal_letter_print"),
]
