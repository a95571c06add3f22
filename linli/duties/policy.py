"""Who may look at categories and the dispatch catalogue, and who may change them. Both are public matters of the county."""

from __future__ import annotations

from linli.duties.models import CatalogueEntry, CatalogueEntryQuerySet
from linli.kernel.accounts.verbs import NotAllowed, declare_verbs
from linli.kernel.audit.actor import Actor

declare_verbs(
    {
        "duty.view": "查看分类目录和派单目录",
        "duty.change": "维护分类目录和派单目录",
    },
    looks=("duty.view",),
)


def require(by: Actor, verb: str) -> None:
    """Refuse an actor without the verb. Neither list belongs to a place: the verb alone decides."""
    if not by.may(verb):
        raise NotAllowed("您的岗位没有这项权限；如工作需要，请联系本单位的安全管理员")


def visible_to(by: Actor) -> CatalogueEntryQuerySet:
    """The entries that an actor may see: all of them with the verb."""
    found = CatalogueEntry.objects.select_related("category")
    return found if by.may("duty.view") else found.none()
