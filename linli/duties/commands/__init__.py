"""Every change of categories and of the dispatch catalogue, one module a noun."""

from __future__ import annotations

from linli.duties.commands.shipped import Loaded, load_catalogue, load_categories, load_departments_data

__all__ = ["Loaded", "load_catalogue", "load_categories", "load_departments_data"]
