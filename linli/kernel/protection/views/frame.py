"""The row of links above every page of this room."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.kernel.audit.actor import Actor


@dataclass(frozen=True)
class Tab:
    """One page of the room."""

    label: str
    url: str
    current: bool


def tabs(actor: Actor, current: str) -> list[Tab]:
    """The pages that this person may open."""
    pages = [
        ("requests", _("申请与审批"), ""),
        ("exports", _("导出的文件"), "privacy.oversee"),
        ("looks", _("谁看过谁"), "privacy.oversee"),
        ("signs", _("异常查看提示"), "privacy.watch"),
        ("impact", _("影响评估"), ""),
        ("purposes", _("用途登记"), ""),
        ("retention", _("保存期限"), ""),
    ]
    return [
        Tab(label, reverse(f"protection:{name}"), name == current)
        for name, label, verb in pages
        if not verb or actor.may(verb)
    ]
