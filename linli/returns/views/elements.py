"""The data dictionary: what forms may ask by one name, and where it is known from."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.registers.register import get
from linli.returns.queries.dictionary import Entry, entries
from linli.returns.rules.elements import bare
from linli.returns.views.frame import actor_of, page

KINDS = {
    "figure": gettext_lazy("数字：名册和案件里数得出来的"), "norm": gettext_lazy("规范：按当地、当时的规范填"), "fact": gettext_lazy("表头：填表时自然知道的"),
    "person": gettext_lazy("名单栏目：人员"), "household": gettext_lazy("名单栏目：家庭户"), "organisation": gettext_lazy("名单栏目：组织"),
    "component": gettext_lazy("名单栏目：部件"),
}  # fmt: skip


@login_required
def dictionary(request: HttpRequest) -> HttpResponse:
    """Every entry, or those whose name, meaning or heading has the words looked for."""
    by, words = actor_of(request), request.GET.get("q", "").strip()
    found = entries(timezone.localdate())
    groups = [
        {
            "title": title,
            "entries": [_shown(each, by.verbs) for each in found[kind] if _has(each, bare(words))],
        }
        for kind, title in KINDS.items()
    ]
    groups = [group for group in groups if group["entries"]]
    context = page(
        _("数据字典"), (_("准许报表"), reverse("returns:forms")), q=words, groups=groups, total=sum(map(len, found.values()))
    )  # fmt: skip
    return render(request, "returns/elements.html", context)


def _has(entry: Entry, words: str) -> bool:
    return not words or any(
        words in bare(each) for each in (_(entry.title), entry.title, entry.meaning, *entry.names)
    )


def _shown(entry: Entry, verbs: frozenset[str]) -> dict[str, object]:
    """An entry with the address of its records, for who may open the list."""
    register = get(entry.register) if entry.register else None
    url = register.url(entry.query) if register and (not register.verb or register.verb in verbs) else ""
    return {"entry": replace(entry, names=entry.names[:6]), "more": max(0, len(entry.names) - 6), "url": url, "list": register.title if register else ""}  # fmt: skip
