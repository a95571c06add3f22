"""What this room keeps of persons."""

from __future__ import annotations

from linli.kernel.privacy.catalogue import (
    Personal,
    PersonalField,
    Sensitivity,
    declare_not_personal,
    declare_personal,
)
from linli.kernel.privacy.indexes import declare_grouped
from linli.kernel.privacy.retention import Does, Retention, declare_retention
from linli.returns import policy
from linli.returns.commands import rosters

declare_not_personal("returns.Template", "部门的空白表格，加密保存，因为有的模板是上年填过的表")

for table, words, rows_for in (
    ("returns.Line", "花名册的一行（加密）", policy.lines_for),
    ("returns.DepartedRows", "报出时花名册的各行（加密）", policy.departed_for),
):
    declare_personal(
        Personal(
            table,
            fields=(PersonalField("sealed", words, Sensitivity.SENSITIVE),),
            basis="《个人信息保护法》第十三条第一款第三项、第三十四条：履行法定职责所必需；每张表另须登记制发依据",
            purpose="按准许的报表报送花名册，不再重复采集",
            kept="报送满三年销毁密钥，只留人数",
            purposes=("visit", "service", "assist", "census", "correct", "emergency", "supervise"),
            verbs=("return.view", "return.fill", "return.ask"),
            rows_for=rows_for,
        )
    )

declare_retention(
    Retention(
        "returns.lists",
        "花名册报表满三年后销毁各行的密钥",
        "returns.Return",
        since="filled_at",
        does=Does.DESTROY_KEY,
        days=1096,
        due=rosters.expired,
        act=rosters.forget_lists,
    )
)

declare_grouped("returns.Return", "mark")
