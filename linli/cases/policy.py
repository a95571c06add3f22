"""Who may do what to which case: the verbs of this room, and the two questions of a policy."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from linli.cases.models import Case, CaseQuerySet, Reporter
from linli.kernel.accounts.verbs import NotAllowed, declare_verbs
from linli.kernel.audit.actor import Actor
from linli.kernel.files import access
from linli.kernel.privacy.context import declare_door

declare_verbs(
    {
        "case.view": "查看管辖范围内和本单位经手的案件",
        "case.take": "登记来电、来访、来信诉求",
        "case.report": "用手机上报网格里的问题",
        "case.report_public": "群众上报、查询、评价",
        "case.import": "从表格导入案件",
        "case.screen": "受理、注销、派网格员核实",
        "case.answer": "直接答复办结、引导至法定渠道",
        "case.merge": "并案和撤销并案",
        "case.reclassify": "更正分类、地点和紧急程度",
        "case.dispatch": "派遣和撤回派遣",
        "case.withdraw": "签收前撤回自动派遣",
        "case.reassign": "改派",
        "case.hand_down": "转派下属社区",
        "case.arbitrate": "裁定派单异议",
        "case.sign": "签收",
        "case.return": "退单",
        "case.handle": "联系、记录措施、反馈结果",
        "case.pause": "暂停和恢复计时",
        "case.extend_request": "申请延期",
        "case.extend_decide": "决定延期和缓办",
        "case.check": "现场核实和核查",
        "case.callback": "回访",
        "case.close": "审定结案",
        "case.reopen": "重新办理",
        "case.supervise": "督办",
        "case.hear_overdue": "收到超期案件逐级上报的消息",
        "case.see_reporter": "查看诉求人（遮盖显示，查看全部须说明用途）",
        "case.see_tipoff_reporter": "查看举报人",
        "case.export": "导出案件",
    },
    looks=("case.view", "case.see_reporter", "case.see_tipoff_reporter"),
)

COLUMN_CACHE = declare_door("案件列缓存", "名册的计数在内存列上进行，每次查询都按查看人的范围再筛")
PUBLIC_INTAKE = declare_door("群众上报", "没有账号的群众登记诉求，只写入，不读出他人案件")
PUBLIC_RECEIPT = declare_door("查询码查询", "凭不可猜测的查询码查看自己的一件诉求")
MACHINE_INTAKE = declare_door(
    "接口登记", "其他系统登记的举报和管辖范围外的案件照收照派，登记后这个系统自己看不到"
)
SIMILAR = declare_door("相似案件提示", "登记时提示相似的在办案件，只显示编号、分类、地点和状态")
IMPORTED_BEFORE = declare_door("导入查重", "导入时按外部编号和文字摘要查重，只问有没有，不读出内容")
SAME_ANSWER = declare_door("并案的答复", "主案办结时，把同一答复写入并入的案件；办结人不必看得到这些案件")

TIPOFF = "tipoff"
SEES_TIPOFFS = ("case.screen", "case.arbitrate", "case.supervise")
"""With one of these verbs a tip-off in scope may be read; its reporter needs ``case.see_tipoff_reporter`` besides."""


def visible_to(actor: Actor) -> CaseQuerySet:
    """The cases an actor may see: in the own territory, or with the own unit's part in them, or taken down by oneself.

    A tip-off (举报) is seen only by the units that have it, by who took it down, and by the few verbs that steer it.
    """
    return Case.objects.filter(reach(actor))


def reach(actor: Actor, case: str = "") -> Q:
    """``visible_to`` as a condition on cases, or with the path to the case (``"case__"``) on what belongs to one.

    A list of such things joins the case anyway; to look for its cases apart would read all of them.
    """
    if actor.sees_all:
        return Q()
    own = Q(**{f"{case}pk__in": []})
    if not actor.may("case.view"):
        return own
    if actor.unit:
        own |= Q(**{f"{case}audience__contains": [actor.unit]})
    if actor.user_id is not None:
        own |= Q(**{f"{case}taken_by": actor.user_id})
    if actor.scope:
        territory = Q(**{f"{case}place_path__startswith": actor.scope})
        if not any(actor.may(verb) for verb in SEES_TIPOFFS):
            territory &= ~Q(**{f"{case}kind": TIPOFF})
        own |= territory
    return own


def sees(actor: Actor, case: Case) -> bool:
    """Whether the actor may see this case: the same question as ``visible_to``, for a row already read."""
    if actor.sees_all:
        return True
    if not actor.may("case.view"):
        return False
    if actor.unit and actor.unit in case.audience:
        return True
    if actor.user_id is not None and case.taken_by == actor.user_id:
        return True
    if not actor.scope or not case.place_path.startswith(actor.scope):
        return False
    return case.kind != TIPOFF or any(actor.may(verb) for verb in SEES_TIPOFFS)


def require(by: Actor, verb: str, case: Case | None = None) -> None:
    """Refuse an actor whose role does not grant the verb, or who may not see the case."""
    if by.role == "public" and verb == "case.report_public":
        return
    if not by.may(verb):
        raise NotAllowed("您的岗位没有这项权限；如工作需要，请联系本单位的安全管理员")
    if case is not None and not sees(by, case):
        raise NotAllowed("这件案件不在您的管辖范围内")


def sees_reporter(actor: Actor, case: Case) -> bool:
    """Whether the actor may see the (masked) reporter of a case.

    For a tip-off almost nobody may. Who asked for secrecy is seen only by those who call back, not by who handles it.
    """
    if actor.sees_all:
        return True
    if not sees(actor, case):
        return False
    if case.kind == TIPOFF:
        return actor.may("case.see_tipoff_reporter") or (
            actor.user_id is not None and case.taken_by == actor.user_id
        )
    if case.is_secret and not actor.may("case.callback"):
        return actor.user_id is not None and case.taken_by == actor.user_id
    return actor.may("case.see_reporter")


def reporters_for(actor: Actor) -> QuerySet[Reporter]:
    """The reporters that an actor may see, masked: the same question as ``sees_reporter``, for all of them."""
    if actor.sees_all:
        return Reporter.objects.all()
    nobody = Q(pk__in=[])
    own = nobody if actor.user_id is None else Q(taken_by=actor.user_id)
    tipoffs = Q(is_tipoff=True) & (Q() if actor.may("case.see_tipoff_reporter") else own)
    plain = Q(is_tipoff=False) & (Q() if actor.may("case.see_reporter") else nobody)
    if not actor.may("case.callback"):
        plain = plain & Q(wants_secrecy=False) | Q(is_tipoff=False, wants_secrecy=True) & own
    return Reporter.objects.filter(reach(actor, "case__"), tipoffs | plain)


ATTACHING = ("case.take", "case.report", "case.check", "case.screen")
"""With one of these verbs photos and documents may be added to a case in sight; who handles a case needs none of them."""


def may_attach(actor: Actor, case: Case) -> bool:
    """Whether the actor may add photos and documents to a case: who takes, checks or screens it, and who handles it."""
    if not sees(actor, case):
        return False
    return any(actor.may(verb) for verb in ATTACHING) or (
        actor.may("case.handle") and actor.unit in case.audience
    )


def _sees_files(actor: Actor, case_id: int) -> bool:
    return visible_to(actor).filter(pk=case_id).exists()


access.register("case", _sees_files)
