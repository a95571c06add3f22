"""Who may look at categories, the dispatch catalogue, items and lists, and who may change them: all are public matters of the county.

The log of seals belongs to a place. Of the gate a department sees its own, a community what concerns it, the county all.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from linli.duties import states
from linli.duties.models import (
    Application,
    Bypass,
    CatalogueEntry,
    CatalogueEntryQuerySet,
    ListEntry,
    Opinion,
    Refusal,
    SealUse,
    WorkItem,
)
from linli.kernel.accounts.verbs import NotAllowed, declare_verbs
from linli.kernel.audit.actor import Actor
from linli.kernel.files import access
from linli.territory.models import Unit
from linli.territory.queries.units import Node, root_node, tree

declare_verbs(
    {
        "duty.view": "查看分类目录、派单目录和清单",
        "duty.change": "维护分类目录、派单目录和清单",
        "duty.seal": "登记用印",
        "duty.apply": "替本部门申请准入",
        "duty.opine": "替本单位对准入申请表态",
        "duty.refuse": "拒收未列入清单、未经准入的任务",
        "duty.gate": "受理、决定、公布、复核准入，答复拒收",
        "duty.bypass": "应急直通",
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


# --- The gate ------------------------------------------------------------------------------------------------------------


def is_county(by: Actor) -> bool:
    """Whether somebody looks from the county's own post, not from a department of it."""
    root = root_node()
    return by.sees_all or (root is not None and by.may("duty.view") and by.scope == root.path)


def _around(scope: str) -> list[str]:
    """The paths of the units that a place lies in, and of those that lie in it."""
    above = [node.path for node in tree().ancestors(scope)]
    below = [node.path for node in tree().below(scope) if node.level in {"street", "community"}]
    return list(dict.fromkeys([*above, *below]))


def applications_for(by: Actor) -> QuerySet[Application]:
    """The applications that an actor may see: a department its own, a community or street those that it was asked about, the county all but drafts."""
    rows = Application.objects.select_related("department", "category")
    if by.sees_all:
        return rows
    seen = Q(pk__in=[])
    if by.may("duty.apply"):
        seen |= Q(department__code=by.unit)
    if is_county(by):
        seen |= ~Q(state=states.DRAFT)
    elif by.may("duty.view") and by.scope:
        seen |= Q(pk__in=Opinion.objects.filter(path__startswith=by.scope).values("application"))
    return rows.filter(seen)


def _sees_files(by: Actor, application_id: int) -> bool:
    return applications_for(by).filter(pk=application_id).exists()


access.register("gate_application", _sees_files)


def refusals_for(by: Actor) -> QuerySet[Refusal]:
    """The refusals that an actor may see: a place its own, a department those of its tasks, the county all."""
    rows = Refusal.objects.select_related("department", "unit", "category", "bypass")
    if is_county(by):
        return rows
    if not by.may("duty.view"):
        return rows.none()
    seen = Q(department__code=by.unit)
    if by.scope:
        seen |= Q(path__startswith=by.scope)
    return rows.filter(seen)


def bypasses_for(by: Actor) -> QuerySet[Bypass]:
    """The by-passes that an actor may see: a department its own, a place those that concern it, the county all."""
    rows = Bypass.objects.select_related("department", "category")
    if is_county(by):
        return rows
    if not by.may("duty.view"):
        return rows.none()
    seen = Q(department__code=by.unit)
    if by.scope:
        seen |= Q(places__overlap=_around(by.scope))
    return rows.filter(seen)


def require_department(by: Actor, department: Unit | Node) -> None:
    """Refuse who acts for a department that is not the own one; the county office may act for each."""
    if not (by.sees_all or is_county(by) or by.unit == department.code):
        raise NotAllowed("只能办理本部门的事项")
