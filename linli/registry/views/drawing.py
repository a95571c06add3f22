"""The floors and doors of an entrance as lines of a table: some hundred cells, which a template draws ten times as slowly."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from django.template import engines
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.registry.queries.buildings import EntranceShown, Floor, Home


def body(entrance: EntranceShown) -> SafeString:
    """The lines of the table, the top floor first."""
    language = get_language()
    return mark_safe("".join(_floor(floor, language) for floor in entrance.floors))


def _floor(floor: Floor, language: str | None) -> str:
    homes = "".join(_home(home, language) for home in floor.homes)
    return f'<tr><th scope="row">{_label(floor.label, language)}</th>{homes}</tr>'


def _home(home: Home | None, language: str | None) -> str:
    if home is None:
        return "<td></td>"
    looks = " is-empty" if home.is_empty else " is-rented" if home.rented else ""
    mark = _mark(home) if home.cares else ""
    lines = "".join(
        f'<a href="{escape(line.url)}" translate="no">{escape(line.name)}</a>' for line in home.lines
    )
    return (
        f'<td class="r-home{looks}"><span class="r-room">{escape(home.room)}<span>{_said(home.people, home.rented, language)}{mark}</span></span>'
        f"{lines}</td>"
    )


def _mark(home: Home) -> str:
    """Which care groups live there, for eyes and ears."""
    return _drawn("、".join(home.cares))


@lru_cache(maxsize=256)
def _drawn(label: str) -> str:
    template = engines["django"].from_string('{% load ui %}{% icon "heart-handshake" label=label %}')
    return str(template.render({"label": label}))


@lru_cache(maxsize=1024)
def _label(floor: str, _language: str | None) -> str:
    return _("%(floor)s 层") % {"floor": floor} if floor else _("楼层不详")


@lru_cache(maxsize=1024)
def _said(people: int, rented: bool, _language: str | None) -> str:
    """How many live there, once for each number and language: looking words up took longer than drawing."""
    if not people:
        return _("未登记")
    words = _("%(n)s 人") % {"n": people}
    return f"{_('租住')} {words}" if rented else words
