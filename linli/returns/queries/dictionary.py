"""The data dictionary as people read it: what each entry means, where it is known from, by what headings it is asked for, and which forms ask it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from linli.registry.queries.dictionary import elements
from linli.returns.models import Template, Term
from linli.returns.queries.fields import RECORDS, fields
from linli.returns.rules.elements import dictionary


@dataclass(frozen=True)
class Entry:
    """One entry. ``register`` and ``query`` are the list and the selection behind a figure; ``table`` is the code table and ``shelf_life`` the days
    after which a value of a record is old (0: never); ``access`` is ``sealed`` or ``sensitive`` where few may see it."""

    code: str
    kind: str
    title: str
    meaning: str
    unit: str
    names: Sequence[str]
    forms: int
    access: str = ""
    register: str = ""
    query: str = ""
    table: str = ""
    shelf_life: int = 0


def entries(on: date) -> dict[str, list[Entry]]:
    """Every entry, by kind: ``figure``, ``fact``, ``norm``, then the kinds of record whose values fill the columns of lists."""
    asked, learned = _asked(on), _learned()
    found: dict[str, list[Entry]] = defaultdict(list)
    for code, each in dictionary().items():
        query = each.query_in(on.replace(day=1), on) if each.kind == "figure" else each.query
        access = "sensitive" if each.is_sensitive else ""
        names = _readable([*each.names, *learned.get(code, ())])
        found[each.kind].append(
            Entry(
                code,
                each.kind,
                each.title,
                each.meaning,
                each.unit,
                names,
                asked[code],
                access,
                each.register,
                query,
            )
        )
    for record in RECORDS.values():
        for code, field in fields(record).items():
            known = elements(field.kind).get(field.element) if field.kind else None
            names = _readable([*field.names, *learned.get(code, ())])
            found[record].append(
                Entry(
                    code, record, field.title, "", "", names, asked[code], field.access, table=field.table, shelf_life=known.shelf_life if known else 0
                )
            )  # fmt: skip
    return found


def _readable(names: Sequence[str]) -> tuple[str, ...]:
    """Headings once each, without those of machines' files (``lat``)."""
    return tuple(name for name in dict.fromkeys(names) if not name.isascii())


def _asked(on: date) -> Counter[str]:
    """How many permitted forms ask for each entry, by the last confirmed version of their template."""
    latest: dict[int, Template] = {}
    rows = Template.objects.filter(
        confirmed_at__isnull=False, form__valid_from__lte=on, form__valid_to__gt=on
    )
    for row in rows.defer("content").order_by("number"):
        latest[row.form_id] = row
    return Counter(code for row in latest.values() for code in _codes(row))


def _codes(template: Template) -> set[str]:
    columns: Mapping[str, str] = template.listing.get("columns", {})
    rows = {template.listing["rows"]} if "rows" in template.listing else set()
    return {*template.bindings.values(), *(code.partition("@")[0] for code in columns.values()), *rows}


def _learned() -> dict[str, list[str]]:
    """The headings whose meaning people confirmed, by entry; those of lists are kept with the name of their register before them (``suggesting.term_of``)."""
    found: dict[str, list[str]] = defaultdict(list)
    for term in Term.objects.order_by("words"):
        register, slash, words = term.words.partition("/")
        found[term.element.partition("@")[0]].append(words if slash and register in RECORDS else term.words)
    return found
