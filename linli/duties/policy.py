"""Who may look at categories, the dispatch catalogue, items and lists, and who may change them: all are public matters of the county.

Only the log of seals belongs to a place.
"""

from __future__ import annotations

from django.db.models import QuerySet

from linli.duties.models import CatalogueEntry, CatalogueEntryQuerySet, ListEntry, SealUse, WorkItem
from linli.kernel.accounts.verbs import NotAllowed, declare_verbs
from linli.kernel.audit.actor import Actor
from linli.territory.models import Unit

declare_verbs(
    {
        "duty.view": "查看分类目录、派单目录和清单",
        "duty.change": "维护分类目录、派单目录和清单",
        "duty.seal": "登记用印",
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


def items_visible_to(by: Actor) -> QuerySet[WorkItem]:
    """The items that an actor may see: all of them with the verb."""
    found = WorkItem.objects.select_related("category")
    return found if by.may("duty.view") else found.none()


def lists_visible_to(by: Actor) -> QuerySet[ListEntry]:
    """The lines of lists that an actor may see: all of them with the verb."""
    found = ListEntry.objects.select_related("category")
    return found if by.may("duty.view") else found.none()


def seals_visible_to(by: Actor) -> QuerySet[SealUse]:
    """The uses of seals within an actor's place."""
    found = SealUse.objects.select_related("unit", "entry")
    if by.sees_all:
        return found
    return found.filter(path__startswith=by.scope) if by.may("duty.view") and by.scope else found.none()


def within(by: Actor, unit: Unit) -> None:
    """Refuse an actor whose place the unit is not in."""
    if not by.sees_all and (not by.scope or not unit.path.startswith(by.scope)):
        raise NotAllowed("只能登记本单位的用印")
