"""Who may permit a form, ask for it, fill it and look at what came back."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from linli.kernel.accounts.verbs import NotAllowed, declare_verbs
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.marks import marks_of
from linli.returns import states
from linli.returns.models import DepartedRows, Form, Line, Query, Return

declare_verbs(
    {
        "return.view": "查看准许报表和管辖范围内的报表",
        "return.keep": "登记、停用准许报表，审核各单位报表并转部门",
        "return.ask": "上传本部门报表的模板，下发一期，接收报表",
        "return.fill": "填报本单位的报表",
        "return.review": "审核下属单位的报表",
        "return.query": "申请并使用本部门的数据查询",
    },
    looks=("return.view",),
)

READY = (states.DEPARTMENT, states.ACCEPTED)
"""What a department sees of the returns to its forms: those that have passed the county."""


def require(by: Actor, verb: str) -> None:
    """Refuse an actor whose role does not grant the verb."""
    if not by.may(verb):
        raise NotAllowed("您的岗位没有这项权限；如工作需要，请联系本单位的安全管理员")


def owns(by: Actor, form: Form) -> bool:
    """Whether a form is of the actor's department, or the actor keeps the register of all."""
    return by.may("return.keep") or by.may("return.ask") and form.owner.code == by.unit


def require_own(by: Actor, form: Form) -> None:
    """Refuse who neither keeps the register nor belongs to the department whose form it is."""
    if not owns(by, form):
        raise NotAllowed("这张表由“%(owner)s”主管，请由该部门办理", owner=form.owner.name)


def require_query(by: Actor, query: Query) -> None:
    """Refuse who neither keeps the register nor belongs to the department that asked."""
    if not (by.sees_all or by.may("return.keep") or by.may("return.query") and query.owner.code == by.unit):
        raise NotAllowed("这项查询由“%(owner)s”申请，请由该部门使用", owner=query.owner.name)


def returns_for(by: Actor) -> QuerySet[Return]:
    """The returns an actor may see: those of the own territory, and a department's own forms once they have passed the county; a list of a care
    group only with the verb that opens the group."""
    rows = Return.objects.whole()
    if by.sees_all:
        return rows
    seen = Q(pk__in=[])
    if by.may("return.view") and by.scope:
        seen |= Q(path__startswith=by.scope)
    if by.may("return.ask"):
        seen |= Q(round__form__owner__code=by.unit, state__in=READY)
    return rows.filter(seen, mark__in=["", *marks_of(by.verbs)])


def sees_lines(by: Actor, row: Return) -> bool:
    """Whether the rows of a list are for the actor, who sees the return: ``lines_for`` for one return."""
    if by.sees_all or (by.may("return.ask") and row.round.form.owner.code == by.unit and row.state in READY):
        return True
    return (
        by.may("return.view") and by.may("registry.view") and bool(by.scope) and row.path.startswith(by.scope)
    )


def lines_for(by: Actor) -> QuerySet[Line]:
    """The rows of lists that an actor may see: of the returns in sight, in the own territory only with the verb to look at the registers."""
    return Line.objects.filter(_of_lists(by))


def departed_for(by: Actor) -> QuerySet[DepartedRows]:
    """The rows of lists as they left, where the rows themselves may be seen."""
    return DepartedRows.objects.filter(_of_lists(by))


def _of_lists(by: Actor) -> Q:
    if by.sees_all:
        return Q()
    rows, seen = returns_for(by), Q(pk__in=[])
    if by.may("return.ask"):
        seen |= Q(row__in=rows.filter(round__form__owner__code=by.unit, state__in=READY).values("pk"))
    if by.may("return.view") and by.may("registry.view") and by.scope:
        seen |= Q(row__in=rows.filter(path__startswith=by.scope).values("pk"))
    return seen
