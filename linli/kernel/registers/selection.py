"""What a list shows: one immutable value, read from the URL and written back to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict

if TYPE_CHECKING:
    from linli.kernel.registers.register import Register

T = TypeVar("T")

RESERVED = frozenset(
    {"q", "sort", "page", "size", "join", "cols", "density", "view", "as_of", "format", "part", "saved"}
)
SIZES = (20, 50, 100, 200)
VIEWS = ("table", "map", "split")
DENSITIES = ("normal", "compact")
WORDS = (("q", "text"), ("join", "join"), ("sort", "sort"), ("density", "density"), ("view", "view"))
"""Keys of the URL and what they are here."""
MAX_PAGE = 1_000_000


@dataclass(frozen=True)
class Selection:
    """The filters with their values, how they are joined, the text, and how the rows are laid out.

    ``columns`` empty means the person's own choice or the register's; ``sort`` empty the register's order. ``emptied`` are
    the filters whose default the person has taken off.
    """

    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    text: str = ""
    join: str = "all"
    sort: str = ""
    page: int = 1
    size: int = SIZES[0]
    columns: tuple[str, ...] = ()
    density: str = ""
    view: str = "table"
    as_of: date | None = None
    emptied: tuple[str, ...] = ()

    @classmethod
    def parse(cls, register: Register, query: QueryDict) -> Self:
        """Read a URL; what makes no sense is left out, so an old link still opens."""
        values, emptied = [], []
        for declared in register.filters:
            raw, usual = _raw(query, declared.name), tuple(register.default.get(declared.name, ()))
            found = declared.clean(raw)
            if not found and raw and usual and declared.name not in register.required:
                emptied.append(declared.name)
            elif found or usual:
                values.append((declared.name, found or usual))
        names = {column.name for column in register.columns}
        return cls(
            values=tuple(values),
            emptied=tuple(emptied),
            text=query.get("q", "").strip()[:60],
            join=_one_of(query.get("join", ""), ("all", "any")),
            sort=_one_of(query.get("sort", ""), ("", *register.sort_keys())),
            page=min(max(_number(query.get("page", ""), 1), 1), MAX_PAGE),
            size=_one_of(_number(query.get("size", ""), SIZES[0]), SIZES),
            columns=tuple(name for name in dict.fromkeys(_split(query.getlist("cols"))) if name in names),
            density=_one_of(query.get("density", ""), ("", *DENSITIES)),
            view=_one_of(query.get("view", ""), VIEWS if register.map else VIEWS[:1]),
            as_of=_day(query.get("as_of", "")) if register.dated else None,
        )

    def of(self, name: str) -> tuple[str, ...]:
        """The values of one filter."""
        return dict(self.values).get(name, ())

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.values or self.text)

    def having(self, name: str, values: Iterable[str]) -> Self:
        """The same with other values for one filter, from the first page."""
        others = [pair for pair in self.values if pair[0] != name]
        chosen = tuple(dict.fromkeys(values))
        emptied = tuple(each for each in self.emptied if each != name)
        return replace(
            self, values=tuple([*others, (name, chosen)] if chosen else others), emptied=emptied, page=1
        )

    def without(self, name: str, value: str) -> Self:
        """The same without one value."""
        return self.having(name, [kept for kept in self.of(name) if kept != value])

    def pairs(self, **more: str) -> list[tuple[str, str]]:
        """The parameters of the URL; what is as usual is left out."""
        return [*_narrowing(self.values, self.emptied), *self._others(), *more.items()]

    def _others(self) -> list[tuple[str, str]]:
        """What does not narrow the list by a filter: text, order, layout, page."""
        found = [
            (key, getattr(self, name))
            for key, name in WORDS
            if getattr(self, name) != getattr(Selection, name)
        ]
        if self.as_of:
            found.append(("as_of", self.as_of.isoformat()))
        if self.columns:
            found.append(("cols", ",".join(self.columns)))
        if self.page != Selection.page:
            found.append(("page", str(self.page)))
        if self.size != Selection.size:
            found.append(("size", str(self.size)))
        return found

    def query(self, **more: str) -> str:
        """The query string, without the question mark. A page has some forty addresses with the same filters."""
        filters, others = _encoded(self.values, self.emptied), urlencode([*self._others(), *more.items()])
        return f"{filters}&{others}" if filters and others else filters or others

    def change(self, **changes: Any) -> str:
        """The query string of the same with some parts changed."""
        return replace(self, **changes).query()


Values = tuple[tuple[str, tuple[str, ...]], ...]


def _narrowing(values: Values, emptied: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, value) for name, chosen in values for value in chosen] + [(name, "") for name in emptied]


@lru_cache(maxsize=256)
def _encoded(values: Values, emptied: tuple[str, ...]) -> str:
    return urlencode(_narrowing(values, emptied))


def _raw(query: QueryDict, name: str) -> list[str]:
    """The values of a filter; a form without scripts sends both ends of a range apart."""
    found = query.getlist(name)
    first, last = query.get(f"{name}.from", "").strip(), query.get(f"{name}.to", "").strip()
    return [*found, f"{first}..{last}"] if first or last else found


def _one_of(value: T, allowed: Sequence[T]) -> T:
    return value if value in allowed else allowed[0]


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else otherwise


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _split(values: Iterable[str]) -> list[str]:
    return [name for value in values for name in value.split(",")]
