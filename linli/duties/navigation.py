"""Entries of this room in the left rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.kernel.frame import NavItem

NAV = [
    NavItem(label=_("清单"), url="duties:categories", icon="list-tree", verb="duty.view", order=60),
    NavItem(label=_("派单目录"), url="duties:catalogue", icon="route", verb="duty.view", order=61),
    NavItem(
        label=_("准入"),
        url="duties:gate",
        icon="door",
        verb="duty.view",
        order=62,
        also=("/duties/bypasses/",),
    ),
    NavItem(label=_("拒收"), url="duties:refusals", icon="hand-stop", verb="duty.view", order=63),
]
