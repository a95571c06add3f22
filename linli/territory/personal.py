"""What the territory keeps of persons: the grid workers whose names and work phones are put up in public."""

from __future__ import annotations

from linli.kernel.privacy.catalogue import Personal, PersonalField, declare_not_personal, declare_personal

declare_personal(
    Personal(
        "territory.GridMember",
        fields=(PersonalField("user", "网格员姓名"), PersonalField("public_phone", "公示的工作电话")),
        basis="《个人信息保护法》第十三条第一款第三项：履行法定职责所必需",
        purpose="公示网格员及联系方式",
        kept="任职期间；离任后保留任期用于对应历史记录",
        verbs=("territory.view",),
        no_wall="网格员姓名和工作电话依规定在网格内公示，人人可见",
    )
)

declare_not_personal("territory.Unit", "单位对外公布的值班和监督电话，属于单位不属于个人")
declare_not_personal("territory.Boundary", "网格和单位的边界图形")
