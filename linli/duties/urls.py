"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from linli.duties.views import categories, entries, lines, public, seals, trying
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
    path("items/", RegisterView.of("work_items", "duties/items.html"), name="items"),
    path("items/new/", lines.add_item, name="item_add"),
    path("items/<str:code>/", lines.item, name="item"),
    path("items/<str:code>/change/", lines.change_item, name="item_change"),
    path("items/<str:code>/end/", lines.end_item, name="item_end"),
    path("lists/", RegisterView.of("duty_lists", "duties/lists.html"), name="lists"),
    path("lists/new/", lines.add_line, name="line_add"),
    path("lists/<str:code>/", lines.line, name="line"),
    path("lists/<str:code>/change/", lines.change_line, name="line_change"),
    path("lists/<str:code>/end/", lines.end_line, name="line_end"),
    path("seals/", RegisterView.of("seal_uses", "duties/seals.html"), name="seals"),
    path("seals/new/", seals.use, name="seal_use"),
    path("compare/", lines.compare, name="compare"),
    path("public/", public.lists, name="public_lists"),
    path("public/<slug:kind>/", public.one, name="public_list"),
    path("try/", trying.try_it, name="try"),
    path("findings/", trying.findings, name="findings"),
]
