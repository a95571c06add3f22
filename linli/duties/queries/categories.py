"""The category tree in memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linli.duties.models import Category
from linli.kernel.norms.freshness import Fresh


class CategoryTree:
    """Every category, root first, each with its parent and without a query. The rows are shared: never change them."""

    def __init__(self, rows: Iterable[Category]) -> None:
        self.all = sorted(rows, key=lambda row: row.path)
        self.by_code = {row.code: row for row in self.all}
        self.by_id = by_id = {row.pk: row for row in self.all}
        self._children: dict[int | None, list[Category]] = {}
        for row in self.all:
            row.parent = by_id.get(row.parent_id) if row.parent_id else None
            self._children.setdefault(row.parent_id, []).append(row)
        hidden = [row.path for row in self.all if not row.active]
        self._closed = {row.pk for row in self.all if any(row.path.startswith(path) for path in hidden)}

    @property
    def roots(self) -> list[Category]:
        """The top of the tree."""
        return self._children.get(None, [])

    def children(self, category: Category) -> list[Category]:
        """The categories right below one."""
        return self._children.get(category.pk, [])

    def ancestors(self, category: Category) -> list[Category]:
        """From the root down to the category itself."""
        return [self.by_code[code] for code in category.path.strip("/").split("/") if code in self.by_code]

    def is_open(self, category: Category) -> bool:
        """Whether it and everything above it is active."""
        return category.pk not in self._closed

    def leaves(self, below: Category | None = None) -> list[Category]:
        """The categories that a case can be given, in force, in the order of the tree."""
        path = below.path if below else ""
        return [row for row in self.all if row.is_leaf and row.path.startswith(path) and self.is_open(row)]

    def said(self, category: Category) -> str:
        """The whole way down in words: 事件 › 市容环境 › 暴露垃圾."""
        return " › ".join(row.name for row in self.ancestors(category))


CATEGORIES: Fresh[CategoryTree] = Fresh("duties.categories", lambda: CategoryTree(Category.objects.all()))


def categories() -> CategoryTree:
    """The category tree, at most a second old."""
    return CATEGORIES.get()


def join_categories(rows: Iterable[Any]) -> None:
    """Give rows the category that their foreign key names, from memory."""
    known = CATEGORIES.get().by_id
    for row in rows:
        if row.category_id in known:
            row.category = known[row.category_id]


def category_by_code(code: str) -> Category | None:
    """The category of a code, active or not; None where there is none."""
    return CATEGORIES.get().by_code.get(code)
