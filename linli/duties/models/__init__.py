"""The category tree, the dispatch catalogue, items and lists, and the gate."""

from __future__ import annotations

from linli.duties.models.catalogue import CatalogueEntry, CatalogueEntryQuerySet, Category
from linli.duties.models.lists import DatedLine, LineQuerySet, ListEntry, SealUse, WorkItem

__all__ = [
    "CatalogueEntry",
    "CatalogueEntryQuerySet",
    "Category",
    "DatedLine",
    "LineQuerySet",
    "ListEntry",
    "SealUse",
    "WorkItem",
]
