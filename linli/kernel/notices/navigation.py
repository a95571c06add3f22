"""Entries of the left rail."""

from __future__ import annotations

from linli.kernel.frame import NavItem

NAV = [
    NavItem(
        label="通知发送",
        url="notices:sending",
        icon="send",
        verb="notice.manage",
        order=92,
        also=("/notices/words/", "/notices/channels/"),
    )
]
