"""Addresses of registers."""

from __future__ import annotations

from django.urls import path

from linli.kernel.registers import export_views, import_views, views

app_name = "registers"

urlpatterns = [
    path("list/<slug:name>/", views.RegisterView.as_view(), name="list"),
    path("list/<slug:name>/views/", views.save_view, name="save_view"),
    path("list/<slug:name>/views/<int:view_id>/remove/", views.remove_view, name="remove_view"),
    path("list/<slug:name>/columns/", views.choose_columns, name="choose_columns"),
    path("list/<slug:name>/take/", export_views.take, name="take"),
    path("exports/", export_views.mine, name="my_exports"),
    path("exports/<uuid:export_id>/", export_views.detail, name="export"),
    path("exports/<uuid:export_id>/file/", export_views.download, name="export_file"),
    path("list/<slug:name>/import/", import_views.imports, name="imports"),
    path("list/<slug:name>/import/sample/", import_views.sample_file, name="import_sample"),
    path("list/<slug:name>/import/<uuid:run_id>/", import_views.import_run, name="import_run"),
    path("list/<slug:name>/import/<uuid:run_id>/confirm/", import_views.confirm, name="import_confirm"),
    path("list/<slug:name>/import/<uuid:run_id>/cancel/", import_views.cancel, name="import_cancel"),
    path("list/<slug:name>/import/<uuid:run_id>/rejects/", import_views.rejects, name="import_rejects"),
]
