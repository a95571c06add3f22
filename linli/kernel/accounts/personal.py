"""What accounts keep of those who work here."""

from __future__ import annotations

from linli.kernel.privacy.catalogue import Personal, PersonalField, declare_not_personal, declare_personal

declare_personal(
    Personal(
        "accounts.User",
        fields=(PersonalField("display_name", "工作人员姓名"), PersonalField("phone", "工作电话")),
        basis="《个人信息保护法》第十三条第一款第二项：实施人力资源管理所必需",
        purpose="登录、授权、署名和联系经办人",
        kept="账号停用后保留姓名，用于对应历史记录",
        verbs=("account.manage", "security.manage"),
        no_wall="登录前须先找到账号；姓名和工作电话是履职信息，同事之间可见",
    )
)

declare_not_personal("accounts.ApiToken", "接口令牌的摘要，属于系统不属于个人")
