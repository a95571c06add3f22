"""Who may look at the burden, report it for a community, and answer for it. What is counted is published: everybody with the verb sees all of it."""

from __future__ import annotations

from django.db.models import QuerySet

from linli.assessment.models import SelfReport, Suggestion
from linli.kernel.accounts.verbs import NotAllowed, declare_verbs
from linli.kernel.audit.actor import Actor
from linli.territory.queries.units import Node

declare_verbs(
    {
        "burden.view": "查看减负计量、自查和建议",
        "burden.report": "填报本社区的减负自报",
        "burden.keep": "重新统计减负计量，答复减负建议，确认自查",
    },
    looks=("burden.view",),
)


def require(by: Actor, verb: str) -> None:
    """Refuse an actor whose role does not grant the verb."""
    if not by.may(verb):
        raise NotAllowed("您的岗位没有这项权限；如工作需要，请联系本单位的安全管理员")


def is_within(by: Actor, path: str) -> bool:
    """Whether a path lies in the actor's own territory."""
    return by.sees_all or bool(by.scope) and path.startswith(by.scope)


def may_report(by: Actor, unit: Node) -> bool:
    """Whether an actor may report for a unit: a community of the own territory."""
    return by.may("burden.report") and unit.level == "community" and is_within(by, unit.path)


def require_report(by: Actor, unit: Node) -> None:
    """Refuse who may not report for a unit."""
    require(by, "burden.report")
    if unit.level != "community":
        raise NotAllowed("减负自报由社区（村）填报")
    if not is_within(by, unit.path):
        raise NotAllowed("只能填报本单位和下属社区的减负自报")


def reports_for(by: Actor) -> QuerySet[SelfReport]:
    """The self-reports an actor may open: of the own territory. Who looks after none sees only the sums of the meter."""
    rows = SelfReport.objects.standing().select_related("unit")
    if by.sees_all:
        return rows
    if not by.may("burden.view") or not by.scope:
        return rows.none()
    return rows.filter(path__startswith=by.scope)


def suggestions_for(by: Actor) -> QuerySet[Suggestion]:
    """The suggestions an actor may open: who answers sees all, anybody else what was answered and what they wrote themselves."""
    rows = Suggestion.objects.select_related("about")
    if by.may("burden.keep"):
        return rows
    answered = rows.filter(state="answered") if by.may("burden.view") else rows.none()
    return answered | rows.filter(author=by.user_id) if by.user_id is not None else answered
