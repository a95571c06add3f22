"""The entry of this room in the left rail, and the way here from a unit."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.kernel.frame import NavItem, Way

NAV = [
    NavItem(
        label=_("减负"),
        url="assessment:meter",
        icon="scale",
        verb="burden.view",
        order=66,
        also=("/burden/",),
    )
]

WAYS = [Way(about="unit", label=_("减负计量"), url="assessment:unit", icon="scale", verb="burden.view")]
