"""Addresses of the case page, the inbox and the lists."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.urls import path, re_path

from linli.cases.views.work import case, doing, inbox
from linli.kernel.registers.views import RegisterView

NUMBER = r"^cases/(?P<number>\d{8}-\d{6,9})/"

urlpatterns = [
    path("cases/", RegisterView.of("cases"), name="list"),
    path("cases/inbox/", login_required(inbox.inbox), name="inbox"),
    re_path(NUMBER + "$", login_required(case.case_page), name="case"),
    re_path(NUMBER + "paper/$", login_required(case.paper), name="paper"),
    re_path(NUMBER + r"place\.geojson$", login_required(case.place), name="place"),
    re_path(NUMBER + "reporter/$", login_required(case.reporter), name="reporter"),
    re_path(NUMBER + "do/(?P<verb>[a-z_]+)/$", login_required(doing.do), name="do"),
]
