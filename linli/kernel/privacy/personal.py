"""What the lowest rooms keep of persons: sealed values inside events, and keys, which are nobody's."""

from __future__ import annotations

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
    )
)

declare_not_personal("audit.Seal", "审计链的摘要")
declare_not_personal("audit.Head", "审计链的摘要")
declare_not_personal("privacy.DataKey", "数据密钥本身不含个人信息，由主密钥加密")
