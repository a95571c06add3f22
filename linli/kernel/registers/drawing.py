"""The long parts of a list page: the ticks of a filter and the rows of the table.

Written by Python and not by a template, because a page has some 700 ticks and 500 cells: the template took 110 ms of the
170 ms that a list of a million cases costs, this takes 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from django.template import engines
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

if TYPE_CHECKING:
    from linli.kernel.registers.columns import Column
    from linli.kernel.registers.filters.base import Option
    from linli.kernel.registers.page import CellView

NOTHING = "—"


def ticks(name: str, options: Iterable[Option]) -> SafeString:
    """A tick for each choice of a filter, with its count. The places number the ids, so that a swap keeps the focus."""
    key = escape(name)
    return mark_safe(
        "".join(
            f'<label class="l-depth-{option.depth}{"" if option.count or option.chosen else " is-zero"}">'
            f'<input type="checkbox" id="f-{key}-{place}" name="{key}" value="{escape(option.value)}"'
            f"{' checked' if option.chosen else ''}><span>{escape(str(option.label))}</span>"
            f'<span class="n">{option.count:,}</span></label>'
            for place, option in enumerate(options, 1)
        )
    )


def body(rows: Iterable[tuple[object, Iterable[CellView]]]) -> SafeString:
    """The lines of the table: the number of each record and its cells."""
    known: dict[str, tuple[str, str]] = {}
    language = get_language()

    def drawn(cell: CellView) -> str:
        column = cell.column
        found = known.get(column.name)
        if found is None:
            found = known[column.name] = _opening(column), f"{_opening(column, 'l-none')}{NOTHING}</td>"
        opening, nothing = found
        if not cell.words:
            return nothing if not cell.url else f'{opening}<a href="{escape(cell.url)}">{NOTHING}</a></td>'
        if cell.url:
            return f'{opening}<a href="{escape(cell.url)}">{escape(cell.words)}</a></td>'
        words = _badge(cell.tone, cell.words, language) if cell.tone else escape(cell.words)
        return f"{opening}{words}</td>"

    lines = (f'<tr data-row="{pk}">{"".join(map(drawn, cells))}</tr>' for pk, cells in rows)
    return mark_safe("".join(lines))


def _opening(column: Column, *more: str) -> str:
    """How the cells of a column begin, made once a page. On a telephone a row is a card: what leads to the record is its
    head, every other cell a line that says its heading, and cells with nothing in them (``l-none``) are left out."""
    look = ("num",) if column.is_figure else ("l-nowrap",) if column.is_whole else ()
    names = " ".join((*look, *more))
    shape = f' class="{names}"' if names else ""
    label = "" if column.link else f' data-label="{escape(column.heading)}"'
    return f"<td{shape}{label}>"


@lru_cache(maxsize=4096)
def _badge(tone: str, word: str, language: str | None) -> str:
    """The badge as every page draws it; few different ones occur."""
    template = engines["django"].from_string("{% load ui %}{% badge tone word %}")
    return str(template.render({"tone": tone, "word": word}))
