"""Addresses of the administrators' pages."""

from __future__ import annotations

from django.urls import path

from linli.kernel.administration import views
from linli.kernel.registers.views import RegisterView

app_name = "administration"
urlpatterns = [
    path("audit/", RegisterView.of("audit", "administration/audit.html"), name="audit"),
    path("audit/verify/", views.verify, name="verify"),
    path("accounts/staff/", RegisterView.of("accounts", "administration/accounts.html"), name="accounts"),
    path("accounts/machines/all/", RegisterView.of("tokens", "administration/tokens.html"), name="tokens"),
    path("jobs/", RegisterView.of("jobs", "administration/jobs.html"), name="jobs"),
    path("jobs/periodic/", views.periodic, name="periodic"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("jobs/<int:pk>/again/", views.run_again, name="again"),
]
