"""A list page as its templates read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.kernel.registers import drawing
from linli.kernel.registers.columns import Column
from linli.kernel.registers.engines.answer import Answer
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.models import ColumnPreference, SavedView
from linli.kernel.registers.register import Register
from linli.kernel.registers.selection import SIZES, Selection


@dataclass(frozen=True)
class Head:
    """The head of a column: where a click on it sorts, and how the list is sorted by it now."""

    column: Column
    sort_url: str
    sorted: str


@dataclass(frozen=True)
class CellView:
    """One cell."""

    column: Column
    words: str
    tone: str
    url: str


@dataclass(frozen=True)
class ListPage:
    """Everything one list page shows."""

    register: Register
    selection: Selection
    answer: Answer
    ask: Ask
    views: list[SavedView]
    preference: ColumnPreference | None

    @cached_property
    def columns(self) -> list[Column]:
        """The columns shown."""
        return self.register.columns_of(self.selection)

    @cached_property
    def column_names(self) -> frozenset[str]:
        """The names of the columns shown."""
        return frozenset(column.name for column in self.columns)

    @cached_property
    def chips(self) -> list[dict[str, str]]:
        """The conditions in words, each with the address of the list without it."""
        found = self.register.chips(self.selection, self.ask.actor)
        return [
            {
                "key": chip.label,
                "words": chip.words,
                "remove_url": "" if chip.fixed else f"?{chip.query or 'q='}",
            }
            for chip in found
        ]

    @property
    def clear_url(self) -> str:
        """The list with every row; never without a question mark, which would open the default view."""
        everything = self.register.everything(self.selection)
        if (
            not self.selection.narrows
            or everything.values == self.selection.values
            and not self.selection.text
        ):
            return ""
        return f"?{everything.query() or 'q='}"

    @property
    def is_default(self) -> bool:
        """Whether the list is as it opens."""
        return self.register.is_default(self.selection)

    @property
    def joins(self) -> bool:
        """Whether there are several conditions that may hold together or one by one."""
        return sum(name not in self.register.required for name, _chosen in self.selection.values) > 1

    @property
    def density(self) -> str:
        """Row height: the one in the address, else the person's own."""
        return self.selection.density or (self.preference.density if self.preference else "normal")

    @property
    def heads(self) -> list[Head]:
        """The heads of the columns."""
        current = self.selection.sort or self.register.default_sort
        sortable = {sort.name for sort in self.register.sorts}
        found = []
        for column in self.columns:
            rises, falls = current == column.name, current == f"-{column.name}"
            key = f"-{column.name}" if rises else column.name
            url = f"?{self.selection.change(sort=key, page=1)}" if column.name in sortable else ""
            found.append(Head(column, url, "ascending" if rises else "descending" if falls else ""))
        return found

    @property
    def sorts(self) -> list[tuple[str, str, bool, str]]:
        """The orders for the menu: key, words, whether it is the current one, address."""
        current = self.selection.sort or self.register.default_sort
        return [
            (
                f"{sign}{sort.name}",
                f"{sort.label} {arrow}",
                current == f"{sign}{sort.name}",
                self.link(sort=f"{sign}{sort.name}", page=1),
            )
            for sort in self.register.sorts
            for sign, arrow in (("", "↑"), ("-", "↓"))
        ]

    @property
    def body(self) -> SafeString:
        """The rows of the table."""
        return drawing.body((row.pk, self.cells(row)) for row in self.answer.rows)

    def cells(self, row: Any) -> list[CellView]:
        """The cells of a row; the first to name it links to its page."""
        url = self.register.row_url(row)
        return [
            CellView(column, column.words(row), column.tone(row), url if column.link else "")
            for column in self.columns
        ]

    @property
    def page(self) -> Page[Any]:
        """The page as ``_ui/pagination.html`` reads it."""
        return Paginator(range(self.answer.total), self.selection.size).get_page(self.selection.page)

    @property
    def layout(self) -> list[tuple[str, str]]:
        """The parameters that the filter form carries along."""
        return replace(self.selection, values=(), emptied=(), text="", join="all", page=1, as_of=None).pairs()

    @property
    def sizes(self) -> list[tuple[int, str, bool]]:
        """Page sizes with their addresses."""
        return [
            (size, f"?{self.selection.change(size=size, page=1) or 'q='}", size == self.selection.size)
            for size in SIZES
        ]

    def link(self, **changes: Any) -> str:
        """The address of the same list with some parts changed."""
        return f"?{self.selection.change(**changes) or 'q='}"

    @property
    def view_links(self) -> list[tuple[str, str, bool]]:
        """Table, map, and both side by side."""
        return [
            (view, self.link(view=view), view == self.selection.view) for view in ("table", "split", "map")
        ]

    @property
    def join_url(self) -> str:
        """The same with the filters joined the other way."""
        return self.link(join="any" if self.selection.join == "all" else "all", page=1)

    @property
    def map_url(self) -> str:
        """The GeoJSON of the rows that are listed."""
        return f"?{self.selection.query(part='map')}"

    @property
    def map_gathers(self) -> bool:
        """Whether the map gathers places that lie close together."""
        return self.answer.total > MAP_LIMIT

    def export_url(self, file_format: str) -> str:
        """The address of what is shown as a file."""
        return f"?{self.selection.query(format=file_format)}"

    @property
    def exports(self) -> list[tuple[str, str, str]]:
        """The file formats with their addresses; personal data leaves as a marked workbook alone, which CSV cannot be."""
        if self.register.is_personal:
            return [("xlsx", _("Excel（XLSX），须选择用途"), self.export_url("xlsx"))]
        found = [("xlsx", "Excel (XLSX)"), ("csv", "CSV")] + (
            [("geojson", "GeoJSON")] if self.register.map else []
        )
        return [(name, label, self.export_url(name)) for name, label in found]


MAP_LIMIT = 2000
"""Rows that a map draws one by one; those of a longer list are gathered by where they lie, until one looks closely."""

SEPARATE = 1000
"""Of a longer list, so many in the part that is looked at are drawn one by one."""
