"""Whether a form may still be asked, and what the columns of a new one would ask again: what the gate needs to know of forms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from linli.duties.queries.gate import LOOKING, Asked, passes
from linli.returns.models import Form, Template
from linli.returns.queries.fields import RECORDS
from linli.returns.queries.similar import asked_of
from linli.returns.queries.suggesting import suggest, suggest_columns
from linli.returns.rules.elements import bare


def why_not_permitted(form: Form, on: date) -> str:
    """Why a form may not be asked on a day, in words that cite the register or the gate; empty where it may."""
    if not form.valid_from <= on < form.valid_to:
        return _("准许报表 %(code)s“%(title)s”已于 %(day)s 到期或停用") % {
            "code": form.code, "title": form.title, "day": f"{form.valid_to:%Y-%m-%d}",
        }  # fmt: skip
    if form.admission and not passes(form.admission, on):
        return _("准许报表 %(code)s“%(title)s”的准入 %(number)s 已经结束") % {
            "code": form.code, "title": form.title, "number": form.admission,
        }  # fmt: skip
    return ""


def look(headings: Sequence[str]) -> Asked:
    """Of the columns of a form those that the dictionary knows, and the permitted forms that ask some of them already."""
    known = suggest(headings)
    for record in RECORDS:
        known = {**suggest_columns(record, headings), **known}
    wanted = {known.get(heading) or bare(heading.replace("/", "")): heading for heading in headings}
    latest: dict[int, Template] = {}
    rows = Template.objects.select_related("form").order_by("number").defer("content")
    for row in rows:
        latest[row.form_id] = row
    forms = {
        template.form.title: [wanted[key] for key in wanted if key in asked]
        for template in latest.values()
        if len(wanted.keys() & (asked := asked_of(template)).keys()) >= max(2, LEAST * len(wanted))
    }
    return Asked([heading for heading in headings if known.get(heading)], forms)


LEAST = 0.5
"""Share of the columns of a new form that another one asks, from which on it is named."""

LOOKING.append(look)
