"""Insight's entries of the left rail."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from linli.kernel.frame import NavItem, Way

NAV = [
    NavItem(
        label=_("运行"),
        url="insight:cockpit",
        icon="dashboard",
        verb="insight.view",
        order=35,
        also=("/rates/",),
    ),
    NavItem(
        label=_("现状报告"),
        url="insight:facts",
        icon="report",
        verb="insight.view",
        order=37,
        also=("/reports/",),
    ),
    NavItem(label=_("覆盖清单"), url="insight:mechanisms", icon="checklist", verb="insight.view", order=39),
]

WAYS = [
    Way(
        about="unit",
        label=_("人地物情事组织"),
        url="insight:six",
        icon="layout-dashboard",
        verb="territory.view",
    ),
]
