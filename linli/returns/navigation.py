"""Entries of this room in the left rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.kernel.frame import NavItem, Way

NAV = [
    NavItem(label=_("报表"), url="returns:returns", icon="table", verb="return.view", order=64),
    NavItem(label=_("准许报表"), url="returns:forms", icon="file-check", verb="return.view", order=65),
    NavItem(label=_("数据查询"), url="returns:queries", icon="list-search", verb="return.view", order=66),
]

WAYS = [Way("refused_form", _("看这份报表"), "returns:return", "table", "return.view")]
"""From a refusal on to the return that was refused."""
