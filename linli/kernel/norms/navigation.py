"""Norms in the left rail."""

from __future__ import annotations

from linli.kernel.frame import NavItem

NAV = [NavItem(label="规范", url="norms:index", icon="scale", verb="", order=900)]
