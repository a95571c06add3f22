"""Who may look at the territory, and who may change it. Units, grids and addresses are public matters of the county."""

from __future__ import annotations

from linli.kernel.accounts.verbs import NotAllowed, declare_verbs
from linli.kernel.audit.actor import Actor
from linli.territory.models import Unit, UnitQuerySet

declare_verbs(
    {
        "territory.view": "查看单位、网格、边界、小区和地址",
        "territory.change": "维护单位、网格、边界、小区和地址",
    },
    looks=("territory.view",),
)


def require(by: Actor, verb: str, unit: Unit | None = None) -> None:
    """Refuse an actor without the verb, or whose scope does not hold the unit (None: the whole tree)."""
    if not by.may(verb):
        raise NotAllowed("您的岗位没有这项权限；如工作需要，请联系本单位的安全管理员")
    if (
        verb == "territory.change"
        and not by.sees_all
        and unit is not None
        and not unit.path.startswith(by.scope or "\0")
    ):
        raise NotAllowed("“%(unit)s”不在您的管辖范围内；请联系其上级单位办理", unit=unit.name)


def visible_to(by: Actor) -> UnitQuerySet:
    """The units an actor may see: all of them with the verb, since addresses and tasks cross every border."""
    return Unit.objects.all() if by.may("territory.view") else Unit.objects.none()
