"""What cases keep of persons: who spoke, what they said, and what was typed or sent on the way."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from linli.cases import policy
from linli.cases.commands import indexing, keeping
from linli.cases.models import Callback, Contact, OneTimeCode, ParkedCall, Proposal
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.catalogue import (
    Personal,
    PersonalField,
    Sensitivity,
    declare_not_personal,
    declare_personal,
)
from linli.kernel.privacy.indexes import declare_index
from linli.kernel.privacy.retention import Does, Retention, declare_retention

BASIS = "《个人信息保护法》第十三条第一款第三项、第三十四条：履行法定职责所必需"
TIME = "随案件保存；诉求人的信息在结案后按规范规定的天数销毁密钥"


def contacts_for(actor: Actor) -> QuerySet[Contact]:
    """The contacts of the cases that an actor may see."""
    return Contact.objects.filter(policy.reach(actor, "case__"))


def callbacks_for(actor: Actor) -> QuerySet[Callback]:
    """The call-backs of the cases that an actor may see."""
    return Callback.objects.filter(policy.reach(actor, "case__"))


def proposals_for(actor: Actor) -> QuerySet[Proposal]:
    """The proposals whose case an actor may see."""
    return Proposal.objects.filter(policy.reach(actor, "case__"))


def codes_for(actor: Actor) -> QuerySet[OneTimeCode]:
    """The codes of the cases that an actor may see; they lie sealed."""
    return OneTimeCode.objects.filter(policy.reach(actor, "case__"))


def calls_for(actor: Actor) -> QuerySet[ParkedCall]:
    """What the actor has typed and not yet sent."""
    return ParkedCall.objects.filter(Q() if actor.sees_all else Q(taken_by=actor.user_id))


declare_personal(
    Personal(
        "cases.Reporter",
        fields=(
            PersonalField("name", "诉求人姓名", Sensitivity.SENSITIVE),
            PersonalField("phone", "诉求人电话", Sensitivity.SENSITIVE),
            PersonalField("address", "诉求人住址", Sensitivity.SENSITIVE),
            PersonalField("phone_index", "电话的盲索引"),
            PersonalField("phone_tail_index", "电话后四位的盲索引"),
        ),
        basis=BASIS,
        purpose="联系诉求人、答复和回访",
        kept=TIME,
        purposes=("contact", "letter", "callback", "correct", "emergency", "supervise"),
        verbs=("case.see_reporter", "case.see_tipoff_reporter"),
        rows_for=policy.reporters_for,
    ),
    Personal(
        "cases.Case",
        fields=(
            PersonalField("text", "诉求内容"),
            PersonalField("place_text", "地点"),
        ),
        basis=BASIS,
        purpose="受理、派遣和办理诉求",
        kept="按档案管理规定保存；不含诉求人身份",
        verbs=("case.view",),
        rows_for=policy.visible_to,
    ),
    Personal(
        "cases.Contact",
        fields=(PersonalField("words", "联系情况"),),
        basis=BASIS,
        purpose="记录与诉求人的联系",
        kept=TIME,
        verbs=("case.view",),
        rows_for=contacts_for,
    ),
    Personal(
        "cases.Callback",
        fields=(PersonalField("words", "回访意见"),),
        basis=BASIS,
        purpose="核实办理结果和满意度",
        kept=TIME,
        verbs=("case.view",),
        rows_for=callbacks_for,
    ),
    Personal(
        "cases.Proposal",
        fields=(PersonalField("letter", "复函正文"), PersonalField("rating_words", "提出人意见")),
        basis=BASIS,
        purpose="答复建议提案",
        kept=TIME,
        verbs=("case.view",),
        rows_for=proposals_for,
    ),
    Personal(
        "cases.OneTimeCode",
        fields=(PersonalField("sealed", "查询验证码（加密）"),),
        basis=BASIS,
        purpose="本人凭手机查询自己的诉求",
        kept="到期即删除",
        verbs=("case.view",),
        rows_for=codes_for,
    ),
    Personal(
        "cases.ParkedCall",
        fields=(PersonalField("sealed", "未提交的来电草稿（加密）", Sensitivity.SENSITIVE),),
        basis=BASIS,
        purpose="话务员挂起来电后接着登记",
        kept="12 小时，或提交、放弃时立即删除",
        verbs=("case.take",),
        rows_for=calls_for,
    ),
)

declare_retention(
    Retention(
        "cases.reporters",
        "结案满规定天数后销毁诉求人的密钥；案件和统计不变",
        "cases.Reporter",
        since="case__closed_at",
        does=Does.DESTROY_KEY,
        norm="cases.reporter.keep",
        due=keeping.kept_long_enough,
        act=keeping.forget_reporters,
        exact=False,
    ),
    Retention(
        "cases.calls",
        "没有提交的来电草稿到期删除",
        "cases.ParkedCall",
        since="expires_at",
        does=Does.DELETE,
        key="key_id",
        hourly=True,
    ),
    Retention(
        "cases.codes",
        "查询验证码到期删除",
        "cases.OneTimeCode",
        since="expires_at",
        does=Does.DELETE,
        key="key_id",
        hourly=True,
    ),
)

declare_not_personal("cases.ApiRequest", "接口请求的摘要，用来认出重复的请求")

declare_index("cases.Reporter", "phone_index", "phone_tail_index", anew=indexing.reporters)
