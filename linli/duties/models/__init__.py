"""The category tree, the dispatch catalogue, items and lists, the log of seals, and the gate."""

from __future__ import annotations

from linli.duties.models.catalogue import CatalogueEntry, CatalogueEntryQuerySet, Category
from linli.duties.models.gate import (
    Application,
    ApplicationQuerySet,
    Bypass,
    BypassQuerySet,
    Opinion,
    Refusal,
)
from linli.duties.models.lists import DatedLine, LineQuerySet, ListEntry, SealUse, WorkItem

__all__ = [
    "Application", "ApplicationQuerySet", "Bypass", "BypassQuerySet", "CatalogueEntry", "CatalogueEntryQuerySet", "Category", "DatedLine",
    "LineQuerySet", "ListEntry", "Opinion", "Refusal", "SealUse", "WorkItem",
]  # fmt: skip
