"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from linli.duties.views import categories, entries, trying
from linli.kernel.registers.views import RegisterView

app_name = "duties"

urlpatterns = [
    path("", categories.tree, name="categories"),
    path("categories/new/", categories.add, name="category_add"),
    path("categories/<slug:code>/", categories.detail, name="category"),
    path("categories/<slug:code>/change/", categories.change, name="category_change"),
    path("catalogue/", RegisterView.of("catalogue"), name="catalogue"),
    path("catalogue/new/", entries.add, name="entry_add"),
    path("catalogue/<str:code>/", entries.detail, name="entry"),
    path("catalogue/<str:code>/change/", entries.change, name="entry_change"),
    path("catalogue/<str:code>/close/", entries.close, name="entry_close"),
    path("catalogue/<str:code>/reopen/", entries.reopen, name="entry_reopen"),
    path("catalogue/<str:code>/withdraw/", entries.withdraw, name="entry_withdraw"),
    path("try/", trying.try_it, name="try"),
    path("findings/", trying.findings, name="findings"),
]
