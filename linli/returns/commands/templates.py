"""A department's own workbook as the template of a form, and what is filled into which of its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from openpyxl.utils import get_column_letter

from linli.algorithms.workbooks.layout import Layout, Shape, read_layout
from linli.algorithms.workbooks.old import is_old, renewed
from linli.algorithms.workbooks.references import name_of
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.privacy import commands as privacy
from linli.returns import policy
from linli.returns.commands.permitted import subject_of
from linli.returns.commands.refused import Refused
from linli.returns.models import Form, Template, Term
from linli.returns.queries.filled import check_formula, places_of
from linli.returns.queries.suggesting import suggest
from linli.returns.queries.workbooks import ABOUT
from linli.returns.rules.elements import bare, dictionary

privacy.declare_sealed("return_template", "报表模板")


@transaction.atomic
def upload_template(
    *, form: Form, file_name: str, content: bytes, sheet: str = "", by: Actor, at: datetime
) -> Template:
    """Take a workbook as it is; what can be filled is found and, where the dictionary knows it, bound. An old XLS becomes an XLSX.

    Raises ``NoTemplate`` or ``Refused``. One event. Nothing is filled with it before it is confirmed.
    """
    policy.require_own(by, form)
    kept, lost = renewed(content) if is_old(content) else (content, [])
    layout = read_layout(kept, sheet)
    places = _places(layout)
    if not places and layout.shape != Shape.LIST:
        raise Refused("没有找到可填的单元格；请检查表头和左侧的项目名称是否齐全")
    key = privacy.make_key(subject="return_template")
    name = file_name.rsplit("/", 1)[-1][:110]
    template = Template(
        form=form, number=form.templates.count() + 1, file_name=name if name.lower().endswith(".xlsx") else f"{name.rsplit('.', 1)[0]}.xlsx",
        content=key.seal_bytes(kept, ABOUT), key_id=key.id, sheet=sheet, layout={"title": layout.title, "places": places, "lost": lost, **_columns(layout)},
        bindings=suggested(places),
    )  # fmt: skip
    template.save(force_insert=True)
    after = {
        "number": template.number,
        "file": template.file_name,
        "places": len(places) + len(layout.columns),
    }
    record("return.template_uploaded", subject=subject_of(form), by=by, at=at, after=after)
    return template


def suggested(places: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Place to element, as far as the dictionary and what was learned go; an element of one form is proposed for one place."""
    found = suggest(each["heading"] for each in places)
    return {each["place"]: found[each["heading"]] for each in places if each["heading"] in found}


@transaction.atomic
def bind_template(
    *, template_id: int, bindings: Mapping[str, str], checks: Sequence[str], by: Actor, at: datetime
) -> Template:
    """Confirm what fills each place; what nothing fills is asked. Headings that were bound are remembered. One event."""
    template = (
        Template.objects.select_for_update(of=("self",)).select_related("form__owner").get(pk=template_id)
    )
    policy.require_own(by, template.form)
    if template.confirmed_at is not None:
        raise Refused("这一版已经确认；要改填报关系，请重新上传模板")
    places = {each["place"]: each["heading"] for each in places_of(template)}
    chosen = {place: code for place, code in bindings.items() if place in places and code}
    unknown = sorted(set(chosen.values()) - dictionary().keys())
    if unknown:
        raise Refused("数据字典里没有“%(code)s”，请从列表中选择", code=unknown[0])
    template.bindings, template.checks, template.confirmed_at = chosen, checked(checks, places), at
    template.save(update_fields=["bindings", "checks", "confirmed_at"])
    _learn(places, chosen, at)
    after = {"number": template.number, "known": len(chosen), "asked": len(places) - len(chosen)}
    record("return.template_bound", subject=subject_of(template.form), by=by, at=at, after=after)
    return template


def checked(checks: Sequence[str], places: Iterable[str]) -> list[str]:
    """The formulas between places, or columns, of a form, without empty lines; refused where one cannot be read or speaks of what is not there."""
    formulas, known = [text.strip() for text in checks if text.strip()], {place.upper() for place in places}
    for text in formulas:
        wrong = check_formula(text, known)
        if wrong:
            raise Refused("审核公式“%(text)s”：%(wrong)s", text=text, wrong=wrong)
    return formulas


def _learn(places: Mapping[str, str], chosen: Mapping[str, str], at: datetime) -> None:
    """Only what the dictionary did not know by itself is kept."""
    known = suggest(places.values())
    terms = [
        Term(words=words, element=code, learned_at=at)
        for place, code in chosen.items()
        if known.get(places[place]) != code
        and 0 < len(words := "".join(map(bare, places[place].split("/")))) <= 120
    ]
    by_words = {term.words: term for term in terms}
    Term.objects.bulk_create(
        by_words.values(),
        update_conflicts=True,
        unique_fields=["words"],
        update_fields=["element", "learned_at"],
    )


def _places(layout: Layout) -> list[dict[str, Any]]:
    labels = [
        {
            "place": f"{name_of(each.address)}#{each.words}",
            "heading": each.words,
            "unit": "",
            "text": each.text,
        }
        for each in layout.labels
    ]
    cells = [
        {"place": name_of(each.address), "heading": each.heading, "unit": each.unit} for each in layout.places
    ]
    return [*labels, *cells]


def _columns(layout: Layout) -> dict[str, Any]:
    """Of a list its rows and the columns that can be filled; a computed one is the department's own."""
    if layout.shape != Shape.LIST or layout.body is None:
        return {}
    columns = [
        {"place": get_column_letter(each.index), "heading": each.heading, "unit": each.unit}
        for each in layout.columns
        if not each.computed
    ]
    return {"columns": columns, "body": [layout.body.first, layout.body.last]}
