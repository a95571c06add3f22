"""What a person should look at in the catalogue: contradictions, and categories that lead nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from linli.duties import rules
from linli.duties.models import Category
from linli.duties.queries.categories import categories
from linli.duties.queries.routing import catalogue
from linli.duties.rules import Conflict, Entry


@dataclass(frozen=True)
class Finding:
    """One thing to look at: its kind, its words, and the entries or the category that it is about."""

    kind: str
    words: str
    entries: tuple[Entry, ...] = ()
    category: Category | None = None


def findings(on: date) -> list[Finding]:
    """Every contradiction and gap of the catalogue on a day."""
    tree, book = categories(), catalogue()
    above = {row.code: [a.code for a in tree.ancestors(row)[:-1]] for row in tree.all}
    found = [Finding(c.kind, _words(c), c.entries) for c in rules.conflicts(book.entries, on, above)]
    for leaf in tree.leaves():
        if not any(entry.holds_on(on) and not entry.condition for entry in book.on_path(leaf.path)):
            words = _("“%(name)s”没有在任何情况下都适用的条目，可能无处可派") % {"name": tree.said(leaf)}
            found.append(Finding("gap", words, category=leaf))
    return found


def _words(conflict: Conflict) -> str:
    codes = {f"code{number}": entry.code for number, entry in enumerate(conflict.entries, 1)}
    return {
        "tie": _(
            "第 %(code1)s 条与第 %(code2)s 条同样具体，却派往不同单位：同时符合两条的案件按编号较小的一条办理"
        ),
        "downward": _("第 %(code1)s 条要求由部门办理，下级分类的第 %(code2)s 条却派往社区或街道"),
        "self": _("第 %(code1)s 条注明须由部门办理，主办却是社区或街道"),
    }[conflict.kind] % codes
