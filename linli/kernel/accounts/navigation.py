"""Entries of the left rail."""

from __future__ import annotations

from linli.kernel.frame import NavItem

NAV = [
    NavItem(label="账号与岗位", url="accounts:staff", icon="users", verb="account.manage", order=90),
    NavItem(label="账号与岗位", url="accounts:staff", icon="users", verb="security.manage", order=90),
    NavItem(label="角色与权限", url="accounts:roles", icon="shield-lock", verb="security.manage", order=91),
    NavItem(label="接口令牌", url="accounts:machines", icon="key", verb="security.manage", order=93),
]
