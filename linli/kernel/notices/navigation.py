"""Entries of the left rail."""

from __future__ import annotations

from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Count, NavItem

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


def badges(actor: Actor) -> dict[str, Count]:
    """Unread notices, on an index that holds only those. The bell of the frame shows them."""
    return {
        "notices:inbox": (
            "SELECT count(*) FROM notices_notice WHERE user_id = %s AND read_at IS NULL",
            [actor.user_id],
        )
    }
