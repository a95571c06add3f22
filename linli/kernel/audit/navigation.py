"""Entries of the left rail."""

from __future__ import annotations

from linli.kernel.frame import NavItem

NAV = [
    NavItem(label="审计", url="audit:list", icon="shield-check", verb="audit.view", order=96),
]
