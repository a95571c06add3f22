"""Who may do what to which person, household, organisation or component: verbs, scopes, and the doors past them."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from linli.kernel.accounts.verbs import NotAllowed, declare_verbs
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import declare_door
from linli.kernel.privacy.marks import declare_mark
from linli.registry.models import (
    Component,
    Household,
    Intake,
    Invitation,
    Organisation,
    Person,
    PersonQuerySet,
    Switch,
    Visit,
)
from linli.registry.rules.tables import titles

declare_verbs(
    {
        "registry.view": "查看管辖范围内的人员、家庭户、组织和部件（证件号码和电话遮盖显示）",
        "registry.change": "登记、更正人员、家庭户、组织和部件，办理出生、死亡、迁入、迁出",
        "registry.visit": "入户走访核实",
        "registry.reveal": "查看完整的证件号码和电话（须说明用途，留下记录）",
        "registry.find": "凭证件号码查找辖区外的人员",
        "registry.transfer": "把人员转入、转出辖区",
        "registry.source": "登记数据来源及其法律依据，确认表格的列",
        "registry.import": "导入本单位有依据的部门数据",
        "registry.review": "核对疑似同一人的记录",
        "registry.approve": "复核有风险的合并",
        "registry.export": "导出人员、家庭户、组织和部件",
        "registry.switch": "启用和停用限制字段（须有法律依据和截止日期）",
        **{f"care.{code}": f"查看和登记关爱对象：{title}" for code, title in titles("care_groups").items()},
    },
    looks=(
        "registry.view",
        "registry.reveal",
        "registry.find",
        *(f"care.{code}" for code in titles("care_groups")),
    ),
)

READ_SWITCHES = ("registry.switch", "privacy.oversee")
"""Who reads which fields are switched on: who switches them, and who oversees what is kept of people."""

for _code in titles("care_groups"):
    declare_mark(f"care.{_code}", "care", _code)

TAKE_IN = declare_door("部门数据导入", "有依据的部门数据按行比对全区登记，导入人只看得到数量和自己文件里的行")
FIND = declare_door("凭证件查找", "凭完整证件号码查找辖区外的人员，只显示姓名（遮盖）和所在社区，留下记录")
TRANSFER = declare_door("辖区间转移", "人员搬离后转给现居住地，转出单位不再看得到")
WHOLE = declare_door("整户核对", "户内人数、户主和与户主关系按整户成员核对，管辖范围外的成员不显示内容")
UNDO = declare_door("删去登记的行", "撤销一次登记、清空一个限制字段时，删去那一次写下的行，不触及其他记录")
REVIEW = declare_door(
    "核对疑似同一人",
    "两条记录分属不同辖区时，核对人可并排看到另一条的遮盖内容；合并时关爱对象登记随人转到保留的记录，不显示内容",
)
OWN_HOUSEHOLD = declare_door("本人登记", "居民凭一次性链接只看到、只更正自己一户")
COUNTS = declare_door("人员列缓存", "名册的计数在内存列上进行，每次查询都按查看人的范围再筛")


def require(by: Actor, verb: str, path: str | None = None) -> None:
    """Refuse an actor whose role does not grant the verb, or whose scope does not hold the path."""
    if not by.may(verb):
        raise NotAllowed("您的岗位没有这项权限；如工作需要，请联系本单位的安全管理员")
    if path is not None and not in_scope(by, path):
        raise NotAllowed("这条记录不在您的管辖范围内；需要办理转移的，请由现居住地社区办理")


def in_scope(by: Actor, *paths: str) -> bool:
    """Whether one of the paths lies in the actor's territory."""
    return by.sees_all or bool(by.scope) and any(path.startswith(by.scope) for path in paths)


def persons_for(by: Actor) -> PersonQuerySet:
    """The persons an actor may see: those who live, or are registered, in the own territory."""
    if by.sees_all:
        return Person.objects.all()
    if not by.may("registry.view") or not by.scope:
        return Person.objects.none()
    return Person.objects.below(by.scope)


def households_for(by: Actor) -> QuerySet[Household]:
    """The households an actor may see."""
    return _within(Household.objects.all(), by)


def organisations_for(by: Actor) -> QuerySet[Organisation]:
    """The organisations an actor may see."""
    return _within(Organisation.objects.all(), by)


def components_for(by: Actor) -> QuerySet[Component]:
    """The components an actor may see: they are no secret, but one works on the own territory."""
    return _within(Component.objects.all(), by)


def visits_for(by: Actor) -> QuerySet[Visit]:
    """The visits of homes of the actor's territory."""
    return _within(Visit.objects.all(), by)


def invitations_for(by: Actor) -> QuerySet[Invitation]:
    """The codes that were given to households of the actor's territory; for who visits homes."""
    return _within(Invitation.objects.all() if by.may("registry.visit") else Invitation.objects.none(), by)


def intakes_for(by: Actor) -> QuerySet[Intake]:
    """The files an actor may see: one's own, and with the verb those of all sources of the own territory."""
    if by.sees_all:
        return Intake.objects.all()
    own = Q(by_user_id=by.user_id)
    if by.may("registry.source") and by.scope:
        own |= Q(source__unit__path__startswith=by.scope)
    return (
        Intake.objects.filter(own)
        if by.may("registry.import") or by.may("registry.source")
        else Intake.objects.none()
    )


def is_switched_on(element: str, on: date) -> bool:
    """Whether a field that is off by default is switched on, with a basis, on a day."""
    return Switch.objects.filter(element=element, valid_from__lte=on, valid_to__gt=on).exists()


def care_groups_of(by: Actor) -> list[str]:
    """The care groups that an actor may see."""
    return [code for code in titles("care_groups") if by.may(f"care.{code}")]


def knows_all_care(by: Actor) -> bool:
    """Whether an actor may know of every care group, and so that somebody is in one of them."""
    return len(care_groups_of(by)) == len(titles("care_groups"))


def _within(rows: QuerySet, by: Actor) -> QuerySet:  # type: ignore[type-arg]
    if by.sees_all:
        return rows
    if not by.may("registry.view") or not by.scope:
        return rows.none()
    return rows.filter(path__startswith=by.scope)
