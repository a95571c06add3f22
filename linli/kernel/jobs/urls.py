"""Addresses of the jobs page."""

from __future__ import annotations

from django.urls import path

from linli.kernel.jobs import views

app_name = "jobs"
urlpatterns = [path("", views.job_list, name="list"), path("<int:pk>/again/", views.run_again, name="again")]
