"""Addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, path

from linli.duties.views import bypasses, categories, entries, gate, lines, public, refusals, seals, trying
from linli.kernel.registers.views import RegisterView

app_name = "duties"


def _shelf(shelf: lines.Shelf) -> list[URLPattern]:
    """The addresses of the lines of a sort: what is done with items and with lines of lists is the same."""
    many, one, more = shelf.many, shelf.one, {"shelf": shelf}
    deeds = {"change": lines.change, "end": lines.end, "reopen": lines.reopen, "withdraw": lines.withdraw}
    return [
        path(f"{many}/new/", lines.add, more, name=f"{one}_add"),
        path(f"{many}/<str:code>/", lines.detail, more, name=one),
        *(
            path(f"{many}/<str:code>/{deed}/", view, more, name=f"{one}_{deed}")
            for deed, view in deeds.items()
        ),
    ]


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
    *_shelf(lines.ITEMS),
    path("lists/", RegisterView.of("duty_lists", "duties/lists.html"), name="lists"),
    *_shelf(lines.LISTS),
    path("seals/", RegisterView.of("seal_uses", "duties/seals.html"), name="seals"),
    path("seals/new/", seals.use, name="seal_use"),
    path("gate/", RegisterView.of("gate_applications", "duties/gate.html"), name="gate"),
    path("gate/new/", gate.add, name="application_add"),
    path("gate/<str:number>/", gate.detail, name="application"),
    path("gate/<str:number>/change/", gate.change, name="application_change"),
    path("gate/<str:number>/paper/", gate.paper, name="application_paper"),
    path("gate/<str:number>/files/", gate.attach, name="application_files"),
    path("gate/<str:number>/files/<uuid:file_id>/remove/", gate.detach, name="application_file_remove"),
    path("gate/<str:number>/opinion/", gate.opinion, name="opinion"),
    path("gate/<str:number>/opinion/back/", gate.opinion_back, name="opinion_back"),
    path("gate/<str:number>/missing/", gate.report_missing, name="application_missing"),
    path("gate/<str:number>/do/<slug:verb>/", gate.move, name="application_move"),
    path("refusals/", RegisterView.of("gate_refusals", "duties/refusals.html"), name="refusals"),
    path("refusals/new/", refusals.add, name="refuse"),
    path("refusals/departments/", refusals.by_department, name="refusal_counts"),
    path("refusals/<str:number>/", refusals.detail, name="refusal"),
    path("refusals/<str:number>/back/", refusals.take_back, name="refusal_back"),
    path("refusals/<str:number>/do/<slug:verb>/", refusals.answer, name="refusal_answer"),
    path("bypasses/", RegisterView.of("gate_bypasses", "duties/bypasses.html"), name="bypasses"),
    path("bypasses/new/", bypasses.add, name="bypass_add"),
    path("bypasses/<str:number>/", bypasses.detail, name="bypass"),
    path("bypasses/<str:number>/end/", bypasses.end, name="bypass_end"),
    path("bypasses/<str:number>/review/", bypasses.review, name="bypass_review"),
    path("compare/", lines.compare, name="compare"),
    path("public/", public.lists, name="public_lists"),
    path("public/gate/", public.decisions, name="public_gate"),
    path("public/gate/<str:number>/", public.decision, name="public_decision"),
    path("public/<slug:kind>/", public.one, name="public_list"),
    path("try/", trying.try_it, name="try"),
    path("findings/", trying.findings, name="findings"),
]
