"""Who may look at the figures over all rooms. What they count is only what the viewer may see."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linli.kernel.accounts.verbs import NotAllowed, declare_verbs
from linli.kernel.audit.actor import Actor

declare_verbs({"insight.view": "查看运行情况、比率、现状报告和覆盖清单"}, looks=("insight.view",))


def require_territory(by: Actor) -> None:
    """Refuse who may not look at units; what is counted there is only what the viewer may see besides."""
    if not by.may("territory.view"):
        raise NotAllowed(_("您的岗位不能查看单位与网格；如工作需要，请联系本单位的安全管理员"))


def require(by: Actor) -> None:
    """Refuse who may not look at figures."""
    if not by.may("insight.view"):
        raise NotAllowed(_("您的岗位不能查看运行情况；如工作需要，请联系本单位的安全管理员"))
