"""The verbs by which personal data is watched over, and which figures hold."""

from __future__ import annotations

from linli.kernel.accounts.verbs import declare_verbs

declare_verbs(
    {
        "privacy.approve": "审批批量查看、导出个人信息和紧急访问的申请（本人的除外）",
        "privacy.oversee": "查看个人信息的查看记录、申请、导出和紧急访问",
        "privacy.watch": "核实异常查看提示",
    },
    looks=("privacy.oversee",),
)
