"""What the registry keeps of persons: the records, the files they came from, what changed, what is asked."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.catalogue import (
    Personal,
    PersonalField,
    Sensitivity,
    declare_personal,
)
from linli.kernel.privacy.indexes import declare_grouped, declare_index
from linli.kernel.privacy.marks import marks_of
from linli.kernel.privacy.retention import Does, Retention, declare_retention
from linli.registry import policy
from linli.registry.commands import expiring, indexing
from linli.registry.models import (
    Care,
    Change,
    IntakePart,
    Membership,
    Pair,
    Question,
    RawRow,
    RecordKind,
    Residence,
    Staff,
    Trait,
)
from linli.registry.rules.elements import CARE, elements
from linli.registry.rules.tables import titles

BASIS = "《个人信息保护法》第十三条第一款第三项、第三十四条：履行法定职责所必需；来自部门数据的，另按各来源登记的法律依据"
KEPT = "在册期间保存；迁出、死亡后按档案规定保存，到期删除内容，保留计数"
FILES = "按规范规定的天数销毁密钥，只留来源记录"
REGISTRY = ("visit", "service", "assist", "census", "own_request", "correct", "emergency")
VIEW = ("registry.view",)


def of_persons(rows: QuerySet, by: Actor, path: str = "person__in") -> QuerySet:  # type: ignore[type-arg]
    """Rows that belong to persons whom an actor may see."""
    return rows if by.sees_all else rows.filter(**{path: policy.persons_for(by)})


def cares_for(by: Actor) -> QuerySet[Care]:
    """The places in care groups that the actor's verbs open, of persons in sight."""
    rows = of_persons(Care.objects.all(), by)
    return rows if by.sees_all else rows.filter(mark__in=marks_of(by.verbs))


def staff_for(by: Actor) -> QuerySet[Staff]:
    """Who works in the organisations that an actor may see."""
    return Staff.objects.filter(organisation__in=policy.organisations_for(by))


def parts_for(by: Actor) -> QuerySet[IntakePart]:
    """The files that an actor has brought."""
    return IntakePart.objects.filter(Q() if by.sees_all else Q(intake__by_user_id=by.user_id or 0))


def raw_rows_for(by: Actor) -> QuerySet[RawRow]:
    """The rows of the own files, and those that say where the values of a record in sight come from.

    A file that speaks of care groups tells by its title alone who is in one: its rows are for those who may know of all groups.
    """
    if by.sees_all:
        return RawRow.objects.all()
    seen = Q(intake__by_user_id=by.user_id or 0)
    told = Q() if policy.knows_all_care(by) else Q(tells_care=0)
    seen |= told & Q(record_kind=RecordKind.PERSON, record_id__in=policy.persons_for(by).values("pk"))
    for kind, rows in (
        (RecordKind.ORGANISATION, policy.organisations_for(by)),
        (RecordKind.COMPONENT, policy.components_for(by)),
    ):
        seen |= Q(record_kind=kind, record_id__in=rows.values("pk"))
    care = elements(RecordKind.PERSON)[CARE].mask
    return RawRow.objects.annotate(tells_care=F("intake__speaks").bitand(care)).filter(seen)


def of_records(rows: QuerySet, by: Actor) -> QuerySet:  # type: ignore[type-arg]
    """Rows about records: of persons in sight, and of organisations and components of the own territory."""
    if by.sees_all:
        return rows
    seen = Q(record_kind=RecordKind.PERSON, record_id__in=policy.persons_for(by).values("pk"))
    if by.may("registry.view") and by.scope:
        seen |= ~Q(record_kind=RecordKind.PERSON) & Q(path__startswith=by.scope)
    return rows.filter(seen)


def changes_for(by: Actor) -> QuerySet[Change]:
    """The changes of records in sight; those that are about a care group alone to whose verbs open it."""
    rows: QuerySet[Change] = of_records(Change.objects.all(), by)
    return rows if by.sees_all else rows.filter(mark__in=["", *marks_of(by.verbs)])


def pairs_for(by: Actor) -> QuerySet[Pair]:
    """The pairs of which one side is in sight, for those who review or approve."""
    if by.sees_all:
        return Pair.objects.all()
    if not (by.may("registry.review") or by.may("registry.approve")):
        return Pair.objects.none()
    persons = policy.persons_for(by)
    return Pair.objects.filter(Q(left__in=persons) | Q(right__in=persons))


declare_personal(
    Personal(
        "registry.Person",
        fields=(
            PersonalField("name", "姓名"),
            PersonalField("former_name", "曾用名"),
            PersonalField("sex", "性别"),
            PersonalField("birth", "出生日期"),
            PersonalField("document", "证件号码", Sensitivity.SENSITIVE),
            PersonalField("document_mark", "证件号码的盲索引"),
            PersonalField("document_tail", "证件号码后四位的盲索引"),
            PersonalField("phones", "联系电话", Sensitivity.SENSITIVE),
            PersonalField("phone_marks", "电话的盲索引"),
            PersonalField("education", "文化程度"),
            PersonalField("work", "工作单位"),
        ),
        basis=BASIS,
        purpose="登记实有人口，办理社区服务",
        kept=KEPT,
        purposes=REGISTRY,
        verbs=(*VIEW, "registry.reveal"),
        rows_for=policy.persons_for,
    ),
    Personal(
        "registry.Household",
        fields=(PersonalField("number", "户号"), PersonalField("address", "住址")),
        basis=BASIS,
        purpose="登记家庭户",
        kept=KEPT,
        verbs=VIEW,
        rows_for=policy.households_for,
    ),
    Personal(
        "registry.Membership",
        fields=(PersonalField("relation", "与户主关系"),),
        basis=BASIS,
        purpose="登记家庭成员",
        kept=KEPT,
        verbs=VIEW,
        rows_for=lambda by: of_persons(Membership.objects.all(), by),
    ),
    Personal(
        "registry.Residence",
        fields=(PersonalField("address", "住址"), PersonalField("kind", "居住方式")),
        basis=BASIS,
        purpose="登记户籍地和现住地",
        kept=KEPT,
        verbs=VIEW,
        rows_for=lambda by: of_persons(Residence.objects.all(), by),
    ),
    Personal(
        "registry.Care",
        fields=(
            PersonalField("mark", "关爱类别的盲标记", Sensitivity.CARE),
            PersonalField("sealed", "关爱类别和依据", Sensitivity.CARE),
        ),
        basis="各类别的法律依据见关爱对象目录",
        purpose="救助、关爱和服务",
        kept=KEPT,
        purposes=("assist", "visit", "emergency"),
        verbs=tuple(f"care.{code}" for code in titles("care_groups")),
        rows_for=cares_for,
    ),
    Personal(
        "registry.Trait",
        fields=(PersonalField("sealed", "启用的限制字段", Sensitivity.SENSITIVE),),
        basis="启用时登记的法律依据",
        purpose="启用时登记的用途",
        kept="至启用的截止日期",
        verbs=VIEW,
        rows_for=lambda by: of_persons(Trait.objects.all(), by),
    ),
    Personal(
        "registry.Organisation",
        fields=(
            PersonalField("contact", "联系人", Sensitivity.SENSITIVE),
            PersonalField("phones", "联系电话", Sensitivity.SENSITIVE),
            PersonalField("phone_marks", "电话的盲索引"),
        ),
        basis=BASIS,
        purpose="联系企业、商铺、学校和社会组织",
        kept=KEPT,
        purposes=REGISTRY,
        verbs=(*VIEW, "registry.reveal"),
        rows_for=policy.organisations_for,
    ),
    Personal(
        "registry.Staff",
        fields=(PersonalField("name", "从业人员姓名"), PersonalField("post", "职务")),
        basis=BASIS,
        purpose="登记从业人员",
        kept=KEPT,
        verbs=VIEW,
        rows_for=staff_for,
    ),
    Personal(
        "registry.IntakePart",
        fields=(PersonalField("sealed", "导入的文件", Sensitivity.SENSITIVE),),
        basis=BASIS,
        purpose="导入有依据的部门数据",
        kept=FILES,
        verbs=("registry.import",),
        rows_for=parts_for,
    ),
    Personal(
        "registry.RawRow",
        fields=(PersonalField("sealed", "导入的原始行", Sensitivity.SENSITIVE),),
        basis=BASIS,
        purpose="说明每个值从哪里来",
        kept=FILES,
        verbs=("registry.import", *VIEW),
        rows_for=raw_rows_for,
    ),
    Personal(
        "registry.Change",
        fields=(PersonalField("sealed", "变更前后的内容", Sensitivity.SENSITIVE),),
        basis=BASIS,
        purpose="查看历史、撤销错误",
        kept=KEPT,
        verbs=VIEW,
        rows_for=changes_for,
    ),
    Personal(
        "registry.Question",
        fields=(PersonalField("sealed", "待核实的内容", Sensitivity.SENSITIVE),),
        basis=BASIS,
        purpose="入户时只问缺的、过期的和不一致的",
        kept="核实后随变更保存",
        verbs=("registry.visit", *VIEW),
        rows_for=lambda by: of_records(Question.objects.all(), by),
    ),
    Personal(
        "registry.Pair",
        fields=(PersonalField("grounds", "比对依据"),),
        basis=BASIS,
        purpose="核对疑似同一人",
        kept=KEPT,
        verbs=("registry.review", "registry.approve"),
        rows_for=pairs_for,
    ),
    Personal(
        "registry.Visit",
        fields=(PersonalField("outcome", "走访结果"),),
        basis=BASIS,
        purpose="记录入户走访",
        kept=KEPT,
        verbs=VIEW,
        rows_for=policy.visits_for,
    ),
    Personal(
        "registry.Invitation",
        fields=(
            PersonalField("mark", "自助登记码的盲标记"),
            PersonalField("sealed", "验证码", Sensitivity.SENSITIVE),
        ),
        basis=BASIS,
        purpose="居民本人查看和更正自己一户",
        kept="到期停用",
        verbs=("registry.visit",),
        rows_for=policy.invitations_for,
    ),
)

declare_retention(
    Retention(
        "registry.files",
        "导入的部门数据满规定天数后销毁密钥和原始行；哪一行给了哪个值仍可查",
        "registry.Intake",
        since="created_at",
        does=Does.DESTROY_KEY,
        norm="registry.intake.keep",
        due=expiring.expired_files,
        act=expiring.forget_files,
    ),
    Retention(
        "registry.traits",
        "停用或到期的限制字段，删除已登记的值",
        "registry.Trait",
        since="ended",
        does=Does.DELETE,
        due=expiring.traits_switched_off,
    ),
    Retention(
        "registry.trait_changes",
        "停用或到期的限制字段，从变更记录中删去它的值；变更本身仍可查",
        "registry.Change",
        since="at",
        does=Does.EMPTY,
        due=expiring.changes_with_switched_off,
        act=expiring.forget_in_changes,
    ),
    Retention(
        "registry.trait_questions",
        "停用或到期的限制字段，不再核实，删去部门给出的值",
        "registry.Question",
        since="ended",
        does=Does.EMPTY,
        due=expiring.questions_switched_off,
        act=expiring.forget_questions,
    ),
)

declare_index("registry.Person", "document_mark", "document_tail", "phone_marks", anew=indexing.persons)
declare_index("registry.Organisation", "phone_marks", anew=indexing.organisations)
declare_index("registry.Invitation", "mark", anew=indexing.invitations)
declare_grouped("registry.Care", "mark")
declare_grouped("registry.Change", "mark")
