"""Entries of the left rail."""

from __future__ import annotations

from linli.kernel.frame import NavItem

NAV = [
    NavItem(label="角色与权限", url="accounts:roles", icon="shield-lock", verb="security.manage", order=91),
    NavItem(label="接口令牌", url="accounts:machines", icon="key", verb="security.manage", order=93),
]
