"""The category tree: to read, to search, to change."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.algorithms.text.sentences import said
from linli.duties import commands, policy, rules
from linli.duties.forms import CategoryForm
from linli.duties.models import Category
from linli.duties.queries import categories, lead_words
from linli.duties.queries.categories import CategoryTree
from linli.duties.views.frame import actor_of, category_or_404, page
from linli.kernel.audit import queries as audit
from linli.kernel.audit.queries import timeline


@login_required
def tree(request: HttpRequest) -> HttpResponse:
    """The upper levels of the tree, what lies under one node, or what of it has the words."""
    by = actor_of(request)
    known, words = categories(), request.GET.get("q", "").strip()[:40]
    under = known.by_code.get(request.GET.get("under", ""))
    if under is not None:
        branches = [_branch(known, child, None) for child in known.children(under)]
        return render(request, "duties/_parts/branches.html", {"branches": branches})
    found = _matching(known, words) if words else None
    branches = [_branch(known, root, found) for root in known.roots if found is None or root.pk in found]
    context = page(
        by, _("分类目录"), tab="categories", branches=branches, q=words, leaves=len(known.leaves())
    )
    return render(request, "duties/tree.html", context)


def _matching(known: CategoryTree, words: str) -> set[int]:
    """The categories that have the words in name, code or synonyms, with all above them."""
    hits = [
        row
        for row in known.all
        if words in row.name or words == row.code or any(words in word for word in row.synonyms)
    ]
    return {above.pk for hit in hits for above in known.ancestors(hit)}


def _branch(known: CategoryTree, row: Category, found: set[int] | None) -> dict[str, object]:
    below = [child for child in known.children(row) if found is None or child.pk in found]
    is_open = found is not None or not row.parent_id
    return {
        "row": row, "below": bool(below), "open": is_open, "closed": not known.is_open(row), "leaves": len(known.leaves(row)),
        "children": [_branch(known, child, found) for child in below] if is_open else [],
        "kinds": [said(rules.KINDS[kind]) for kind in row.kinds], "urgency": said(rules.URGENCIES[row.urgency]),
    }  # fmt: skip


@login_required
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One category: its words, its entries, its history."""
    by, row = actor_of(request), category_or_404(code)
    known = categories()
    codes = [above.code for above in known.ancestors(known.by_code.get(code, row))]
    entries = list(
        policy.visible_to(by)
        .in_force(timezone.localdate())
        .filter(category__code__in=codes)
        .order_by("-category__path", "code")
    )
    context = page(
        by, row.name, (_("分类目录"), reverse("duties:categories")), tab="categories", row=row, said=known.said(row),
        kinds=[said(rules.KINDS[kind]) for kind in row.kinds], urgency=said(rules.URGENCIES[row.urgency]), domain=said(rules.DOMAINS[row.domain]),
        children=known.children(row), history=timeline(list(audit.history_of("category", row.pk))),
        entries=[{"entry": e, "condition": rules.say_condition(e.condition), "lead": lead_words([e.lead])[0]} for e in entries],
    )  # fmt: skip
    return render(request, "duties/category.html", context)


@login_required
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change a category."""
    by, row = actor_of(request, "duty.change"), category_or_404(code)
    form = CategoryForm(request.POST) if request.method == "POST" else CategoryForm.of(row)
    if request.method == "POST" and form.is_valid():
        try:
            commands.change_category(code=code, change=form.change(row), by=by, at=timezone.now())
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已保存“%(name)s”") % {"name": form.cleaned_data["name"]})
            return redirect("duties:category", code)
    crumbs = (
        (_("分类目录"), reverse("duties:categories")),
        (row.name, reverse("duties:category", args=[code])),
    )
    context = page(by, _("修改“%(name)s”") % {"name": row.name}, *crumbs, form=form, row=row)
    return render(request, "duties/category_form.html", context, status=422 if form.errors else 200)


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Add a category below another."""
    by = actor_of(request, "duty.change")
    above = category_or_404(request.GET.get("parent", ""))
    start = {"kinds": above.kinds, "urgency": above.urgency, "active": True}
    form = CategoryForm(request.POST) if request.method == "POST" else CategoryForm(initial=start)
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("name", "kinds", "urgency", "synonyms")}
        try:
            added = commands.add_category(parent=above.code, by=by, at=timezone.now(), **data)
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已新增“%(name)s”") % {"name": added.name})
            return redirect("duties:category", added.code)
    crumbs = (
        (_("分类目录"), reverse("duties:categories")),
        (above.name, reverse("duties:category", args=[above.code])),
    )
    context = page(by, _("在“%(name)s”下新增分类") % {"name": above.name}, *crumbs, form=form, adding=True)
    return render(request, "duties/category_form.html", context, status=422 if form.errors else 200)
