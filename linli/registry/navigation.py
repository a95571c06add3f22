"""The registry's entries of the left rail."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from linli.kernel.frame import NavItem, Way
from linli.registry.policy import READ_SWITCHES

LISTS = ("/households/", "/buildings/", "/organisations/", "/components/")
"""What is reached from the list of persons."""

NAV = [
    NavItem(label=_("名册"), url="registry:people", icon="users", verb="registry.view", order=32, also=LISTS),
    NavItem(
        label=_("入户走访"),
        url="registry:visits",
        icon="walk",
        verb="registry.visit",
        order=18,
        also=("/questions/",),
    ),
    NavItem(
        label=_("部门数据"), url="registry:intakes", icon="database-import", verb="registry.import", order=36
    ),
    NavItem(
        label=_("核对同一人"), url="registry:reviews", icon="users-group", verb="registry.review", order=37
    ),
    NavItem(label=_("限制字段"), url="registry:switches", icon="lock", verb="registry.switch", order=38),
]

PHONE = [
    NavItem(label=_("走访"), url="registry:phone_visits", icon="walk", verb="registry.visit", order=30),
]
"""In the bar below the pages of a telephone."""

WAYS = [
    Way(
        about="persons",
        label=_("登记人员"),
        url="registry:person_add",
        icon="user-plus",
        verb="registry.change",
    ),
    Way(
        about="persons", label=_("凭证件查找"), url="registry:find", icon="user-search", verb="registry.find"
    ),
    Way(
        about="organisations",
        label=_("登记单位"),
        url="registry:organisation_add",
        icon="building-store",
        verb="registry.change",
    ),
    Way(
        about="components",
        label=_("登记部件"),
        url="registry:component_add",
        icon="map-pin-plus",
        verb="registry.change",
    ),
    *(
        Way(about="protection", label=_("限制字段"), url="registry:switches", icon="lock", verb=verb)
        for verb in READ_SWITCHES
    ),
    Way(about="building", label=_("楼栋图"), url="registry:building", icon="building", verb="registry.view"),
]
"""From the pages of lower rooms on to those of this one."""
