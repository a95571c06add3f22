"""What a heading means: by the words of the dictionary, and by what people said of headings before."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from linli.returns.models import Term
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


ALONE = {
    "合计",
    "总数",
    "小计",
    "数量",
    "人数",
    "户数",
    "个数",
    "件数",
    "本期",
    "数",
    "总计",
    "全部",
    "本月",
    "本年",
}
"""Parts of a heading that say nothing of what is counted beyond the other part."""


def _of_parts(heading: str, known: dict[str, str]) -> str:
    """A heading of several parts, all of which but one say nothing."""
    parts = [part for part in map(bare, heading.split("/")) if part and part not in ALONE]
    return known.get(parts[0], "") if len(parts) == 1 else known.get("".join(parts), "")
