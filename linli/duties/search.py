"""Categories in the one search box."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.duties.queries.categories import categories
from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Hit, Hits

SHOWN = 8


def find_categories(actor: Actor, words: str) -> Hits:
    """Categories whose name holds the words."""
    if not actor.may("duty.view"):
        return Hits(_("分类"), [])
    tree = categories()
    fitting = [category for category in tree.leaves() if words in category.name][:SHOWN]
    return Hits(
        _("分类"), [Hit(c.name, reverse("duties:category", args=[c.code]), tree.said(c)) for c in fitting]
    )


FINDERS = [find_categories]
