"""What a heading means: by the words of the dictionary, and by what people said of headings before."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from linli.returns.models import Term
from linli.returns.queries.fields import RECORDS, binding_of, named
from linli.returns.rules.elements import bare, dictionary, parts_of


@cache
def _shipped() -> dict[str, str]:
    """The bare name of each element to its code; a name that two have is known to none."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for element in dictionary().values():
        for name in {bare(name.replace("/", "")) for name in (element.title, *element.names)}:
            if found.setdefault(name, element.code) != element.code:
                twice.add(name)
    return {name: code for name, code in found.items() if name not in twice}


def suggest(headings: Iterable[str]) -> dict[str, str]:
    """For each heading the code of the element that it most likely asks for; left out where nothing is known.

    The whole heading is looked up first. A part of it is enough only where it is the whole of a row or of a column with no other qualification:
    ``老年人/男`` is not ``男``.
    """
    given = list(headings)
    wanted = {part for heading in given for part in parts_of(heading)}
    said = {bare(row.words): row.element for row in Term.objects.filter(words__in=wanted)}
    known = {**_shipped(), **said}
    found = {}
    for heading in given:
        whole, *rest = parts_of(heading) or [""]
        code = known.get(whole) or _of_parts(heading, known)
        if code in dictionary():
            found[heading] = code
    return found


ALONE = {"合计", "总数", "小计", "数量", "本期", "数", "总计", "全部", "本月", "本年"}
"""Parts of a heading that say nothing of what is counted beyond the other part."""

COUNTED_IN = {"人数": "人", "户数": "户", "个数": "个", "件数": "件"}
"""Parts that say in what is counted: what an element is counted in must be the same."""


def _of_parts(heading: str, known: dict[str, str]) -> str:
    """A heading of several parts, all of which but one say nothing, or which are one name together."""
    parts = [part for part in map(bare, heading.split("/")) if part and part not in ALONE]
    units = {COUNTED_IN[part] for part in parts if part in COUNTED_IN}
    named = [part for part in parts if part not in COUNTED_IN]
    code = known.get("".join(named), "")
    return code if not units or {getattr(dictionary().get(code), "unit", "")} == units else ""


def suggest_columns(register: str, headings: Iterable[str]) -> dict[str, str]:
    """For each heading of a list the field of such records that it most likely asks for, with its usual way of writing."""
    given, record = list(headings), RECORDS[register]
    terms = {heading: term_of(register, heading) for heading in given}
    said = {row.words: row.element for row in Term.objects.filter(words__in=terms.values())}
    known = named(record)
    found = {}
    for heading in given:
        code = said.get(terms[heading]) or next(
            (known[part] for part in parts_of(heading) if part in known), ""
        )
        binding = binding_of(record, code) if code else None
        if binding is not None:
            found[heading] = binding.code
    return found


def term_of(register: str, heading: str) -> str:
    """How a heading of a list is remembered: apart for each register, for one word asks other things of other records."""
    return f"{register}/{''.join(map(bare, heading.split('/')))}"
