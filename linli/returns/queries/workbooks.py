"""A return in its department's own workbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from linli.algorithms.workbooks.blank import Blank, Body, Value
from linli.algorithms.workbooks.layout import answered
from linli.algorithms.workbooks.references import Address, address_of
from linli.kernel.privacy.commands import open_key
from linli.returns.models import Return, Template
from linli.returns.queries.filled import places_of, values_of, when_it_left
from linli.returns.queries.lists import as_rows

ABOUT = b"return template"


def opened(template: Template) -> bytes:
    """The workbook of a template as it was uploaded."""
    assert template.key_id is not None, "a template is sealed when it is taken in"
    return open_key(template.key_id).unseal_bytes(bytes(template.content), ABOUT)


@lru_cache(maxsize=64)
def _blank(template_id: int, number: int) -> Blank:
    """A template that was confirmed never changes: it is opened once for all units."""
    template = Template.objects.get(pk=template_id, number=number)
    return Blank.open(opened(template), template.sheet)


def workbook_of(
    row: Return,
    body: Body | None = None,
    rows: Sequence[Mapping[int, Value]] = (),
    footer: str = "",
    veiled: Mapping[str, str] | None = None,
) -> bytes:
    """The workbook of a return, filled with what it says now; of a list with its rows (``lists.rows_of``).

    ``veiled`` places say something else to who may not know their number (``leaving.Veil``).
    """
    return filled(row.round.template, {**said_by(row), **(veiled or {})}, body, rows, footer)


def said_by(row: Return) -> dict[str, Any]:
    """What each place of a return says, the day and the person who handed it in among them."""
    return values_of(row) | when_it_left(row)


def left_as(
    row: Return, values: Mapping[str, Any], listed: Sequence[Mapping[str, Any]] = (), footer: str = ""
) -> bytes:
    """The workbook of a return with what its places and, of a list, its rows said when it left."""
    template = row.round.template
    body, rows = as_rows(template, listed) if template.is_list else (None, [])
    return filled(template, values, body, rows, footer)


def filled(
    template: Template,
    values: Mapping[str, Any],
    body: Body | None = None,
    rows: Sequence[Mapping[int, Value]] = (),
    footer: str = "",
) -> bytes:
    """The workbook of a template with these values in its places."""
    cells: dict[Address, Value] = {}
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    texts: dict[str, str] = {}
    for each in places_of(template):
        value = values.get(each["place"])
        name, mark, label = each["place"].partition("#")
        if value is None:
            continue
        if mark:
            labels[name][label], texts[name] = str(value), each["text"]
        else:
            cells[address_of(name)] = value
    cells |= {address_of(name): answered(texts[name], said) for name, said in labels.items()}
    return _blank(template.pk, template.number).fill(cells, body, rows, footer)
