"""What the lowest rooms keep of persons: sealed values inside events, and keys, which are nobody's."""

from __future__ import annotations

from linli.kernel.privacy import queries
from linli.kernel.privacy.catalogue import Personal, PersonalField, declare_not_personal, declare_personal

declare_personal(
    Personal(
        "audit.Event",
        fields=(
            PersonalField("personal", "改动前后的个人信息（加密）"),
            PersonalField("actor_label", "操作人姓名和岗位"),
        ),
        basis="《个人信息保护法》第五十一条：采取措施防止未经授权的访问；《网络安全法》第二十一条：留存日志",
        purpose="查明谁在什么时候改了什么、看了谁",
        kept="长期保存；其中的个人信息随密钥销毁而无法读出",
        verbs=("audit.view",),
        no_wall="办理各方都要看到自己对象的经过，按对象的权限显示；其中的个人信息须有密钥才能读出，记录不能改动和删除",
    ),
    Personal(
        "privacy.Request",
        fields=(
            PersonalField("selection", "申请的范围，可能写有姓名"),
            PersonalField("asked_label", "申请人姓名和岗位"),
            PersonalField("decided_label", "审批人姓名和岗位"),
        ),
        basis="《个人信息保护法》第五十一条：合理确定操作权限",
        purpose="批量查看、导出和紧急访问须经第二人同意",
        kept="长期保存，供审计",
        verbs=("privacy.approve", "privacy.oversee"),
        rows_for=queries.requests_for,
    ),
    Personal(
        "privacy.Sign",
        fields=(
            PersonalField("actor_label", "查看人姓名和岗位"),
            PersonalField("subject_label", "被查看对象的编号"),
        ),
        basis="《个人信息保护法》第五十一条：防止未经授权的访问",
        purpose="发现并核实异常查看",
        kept="按规范规定的天数，到期删除",
        verbs=("privacy.watch",),
        rows_for=queries.signs_for,
    ),
)

declare_not_personal("audit.Seal", "审计链的摘要")
declare_not_personal("audit.Head", "审计链的摘要")
declare_not_personal("privacy.DataKey", "数据密钥本身不含个人信息，由主密钥加密")
declare_not_personal("privacy.IndexStamp", "密钥的印记，不是任何人的信息")
