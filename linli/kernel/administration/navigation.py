"""Entries of the left rail."""

from __future__ import annotations

from linli.kernel.frame import NavItem

NAV = [
    NavItem(label="账号与岗位", url="administration:accounts", icon="users", verb="account.manage", order=90),
    NavItem(
        label="账号与岗位", url="administration:accounts", icon="users", verb="security.manage", order=90
    ),
    NavItem(label="后台任务", url="administration:jobs", icon="clock-play", verb="job.view", order=94),
    NavItem(label="审计", url="administration:audit", icon="shield-check", verb="audit.view", order=96),
]
