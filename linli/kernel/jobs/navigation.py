"""Entries of the left rail."""

from __future__ import annotations

from linli.kernel.frame import NavItem

NAV = [NavItem(label="后台任务", url="jobs:list", icon="clock-play", verb="job.view", order=94)]
