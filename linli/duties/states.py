"""The states of an application at the gate and of a refusal, and every arrow between them."""

from __future__ import annotations

from linli.algorithms.statetable import State, StateTable, Transition

DRAFT, APPLIED, HEARING, ADMITTED, CONDITIONAL = "draft", "applied", "hearing", "admitted", "conditional"
SENT_BACK, REFUSED, TRIAL, PUBLISHED, REVIEW = "sent_back", "refused", "trial", "published", "review"
EXITED, WITHDRAWN, DROPPED = "exited", "withdrawn", "dropped"

STATES = (
    State(DRAFT, "起草中", "申请"),
    State(SENT_BACK, "退回补正", "申请"),
    State(APPLIED, "已申请，待征求意见", "审批"),
    State(HEARING, "征求意见中", "审批"),
    State(ADMITTED, "准予准入，待公布", "准入"),
    State(CONDITIONAL, "附条件准入，待公布", "准入"),
    State(TRIAL, "试点中", "准入"),
    State(PUBLISHED, "已准入", "准入"),
    State(REVIEW, "到期复核", "准入"),
    State(REFUSED, "不予准入", "退出", final=True),
    State(EXITED, "已退出", "退出", final=True),
    State(WITHDRAWN, "已撤销", "退出", final=True),
    State(DROPPED, "部门已撤回", "退出", final=True),
)

IN_FORCE = (TRIAL, PUBLISHED, REVIEW)
"""States in which the matter may be asked of communities, within its dates."""

OPEN = (APPLIED, HEARING)
"""States in which the clock of the decision runs."""

DECIDED = (ADMITTED, CONDITIONAL, TRIAL, PUBLISHED, REVIEW, REFUSED, EXITED, WITHDRAWN)
"""States that stand on the public page."""

_XICHENG = "社区工作事项准入：申请、审批、准入、撤销（北京西城）"
_HEARD = "受影响的社区和街道先表态"
_MONEY = "权随责走、费随事转"

TRANSITIONS = (
    Transition("submit", (DRAFT, SENT_BACK), APPLIED, "提交申请", "duty.apply", "duty.gate_applied", _XICHENG, guard="is_ahead", clocks=("start decide",)),
    Transition("recall", (APPLIED,), DRAFT, "收回修改", "duty.apply", "duty.gate_recalled", "征求意见之前可以收回", clocks=("drop decide",), undoes="submit"),
    Transition("drop", (DRAFT, SENT_BACK, APPLIED, HEARING), DROPPED, "撤回申请", "duty.apply", "duty.gate_dropped", "决定之前部门可以撤回", needs_note=True, clocks=("drop decide",)),
    Transition("ask", (APPLIED,), HEARING, "征求意见", "duty.gate", "duty.gate_hearing", _HEARD),
    Transition("send_back", (APPLIED, HEARING), SENT_BACK, "退回补正", "duty.gate", "duty.gate_sent_back", "材料不全的退回，写明要补什么", needs_note=True, clocks=("drop decide",)),
    Transition("admit", (HEARING,), ADMITTED, "准予准入", "duty.gate", "duty.gate_admitted", _XICHENG, guard="is_heard", needs_note=True, clocks=("stop decide",)),
    Transition("admit_if", (HEARING,), CONDITIONAL, "附条件准入", "duty.gate", "duty.gate_admitted_if", _MONEY, guard="is_heard", needs_note=True, clocks=("stop decide",)),
    Transition("refuse", (APPLIED, HEARING), REFUSED, "不予准入", "duty.gate", "duty.gate_refused", _XICHENG, needs_note=True, clocks=("stop decide",)),
    Transition("revoke", (ADMITTED, CONDITIONAL, REFUSED), APPLIED, "撤回决定", "duty.gate", "duty.gate_revoked", "决定有误的，写明理由重新审议", needs_note=True, clocks=("start decide",), undoes="admit admit_if refuse"),
    Transition("publish", (ADMITTED, CONDITIONAL), PUBLISHED, "公布", "duty.gate", "duty.gate_published", "公布后列入清单，才可以要求社区办理", guard="is_no_trial"),
    Transition("publish_trial", (ADMITTED, CONDITIONAL), TRIAL, "公布并试点", "duty.gate", "duty.gate_published", "先试点，到期没有转正的自行结束", guard="is_trial"),
    Transition("confirm", (TRIAL,), PUBLISHED, "试点转正", "duty.gate", "duty.gate_confirmed", "试点有结论才转正", needs_note=True),
    Transition("call_review", (PUBLISHED,), REVIEW, "启动复核", "duty.gate", "duty.gate_review_due", "到复核日期，或情况有变"),
    Transition("keep", (REVIEW,), PUBLISHED, "继续执行", "duty.gate", "duty.gate_kept", "复核后继续的，定下次复核日期", needs_note=True),
    Transition("exit", (TRIAL, PUBLISHED, REVIEW), EXITED, "退出", "duty.gate", "duty.gate_exited", "完成、到期或不再需要", needs_note=True),
    Transition("withdraw", (TRIAL, PUBLISHED, REVIEW), WITHDRAWN, "撤销准入", "duty.gate", "duty.gate_withdrawn", _MONEY + "：权、费、人没有到位的撤销", guard="is_unprovided", needs_note=True),
    Transition("expire", (TRIAL, PUBLISHED, REVIEW), EXITED, "到期退出", "duty.gate", "duty.gate_exited", "期限过后自行退出", guard="is_over", by_system=True),
)  # fmt: skip

TABLE = StateTable(STATES, TRANSITIONS)

SENT, UPHELD, EMERGENCY, LISTED, TAKEN_BACK = "sent", "upheld", "emergency", "listed", "taken_back"

REFUSAL_STATES = (
    State(SENT, "已拒收", "拒收"),
    State(UPHELD, "拒收成立", "答复", final=True),
    State(EMERGENCY, "按应急直通", "答复", final=True),
    State(LISTED, "清单已列，应予办理", "答复", final=True),
    State(TAKEN_BACK, "社区已撤回", "答复", final=True),
)

_RIGHT = "未列入清单的工作，社区有权拒收"

REFUSAL_TRANSITIONS = (
    Transition("take_back", (SENT,), TAKEN_BACK, "撤回拒收", "duty.refuse", "duty.refusal_taken_back", "点错了可以撤回"),
    Transition("uphold", (SENT,), UPHELD, "拒收成立", "duty.gate", "duty.refusal_upheld", _RIGHT),
    Transition("let_through", (SENT,), EMERGENCY, "按应急直通", "duty.gate", "duty.refusal_let_through", "确属应急的，写明理由和截止日期", needs_note=True),
    Transition("point_out", (SENT,), LISTED, "清单已列", "duty.gate", "duty.refusal_listed", "清单列有此事的，指出条目", needs_note=True),
    Transition("reopen", (UPHELD, EMERGENCY, LISTED), SENT, "改正答复", "duty.gate", "duty.refusal_reopened", "答复有误的可以改正", needs_note=True, undoes="uphold let_through point_out"),
)  # fmt: skip

REFUSALS = StateTable(REFUSAL_STATES, REFUSAL_TRANSITIONS)
