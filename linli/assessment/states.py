"""The states of a suggestion about burden and every arrow between them (减负建议)."""

from __future__ import annotations

from linli.algorithms.statetable import State, StateTable, Transition

WAITING, ANSWERED, WITHDRAWN = "waiting", "answered", "withdrawn"

STATES = (
    State(WAITING, "待答复", "答复"),
    State(ANSWERED, "已答复", "公开", final=True),
    State(WITHDRAWN, "已撤回", "公开", final=True),
)

TRANSITIONS = (
    Transition("answer", (WAITING,), ANSWERED, "答复并公开", "burden.keep", "burden.answered", "谁提的都要答复，答复给所有人看", needs_note=True),
    Transition("withdraw", (WAITING,), WITHDRAWN, "撤回", "burden.view", "burden.withdrawn", "提的人在答复前可以收回"),
)  # fmt: skip

TABLE = StateTable(STATES, TRANSITIONS)

TOPICS = {
    "form": "报表台账", "app": "群和应用", "inspection": "检查考核", "meeting": "会议培训", "certificate": "证明盖章", "signboard": "挂牌",
    "task": "清单外任务", "other": "其他",
}  # fmt: skip

OUTCOMES = {
    "adopted": "采纳",
    "partly": "部分采纳",
    "passed": "转有关部门办理",
    "explained": "不采纳，说明理由",
}
