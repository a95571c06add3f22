"""The states of a return and every arrow between them: community → street → county → department (报表逐级审核)."""

from __future__ import annotations

from linli.algorithms.statetable import State, StateTable, Transition

FILLING, STREET, COUNTY, DEPARTMENT, ACCEPTED = "filling", "street", "county", "department", "accepted"
REFUSED = "refused"

STATES = (
    State(FILLING, "填报中", "填报"),
    State(STREET, "待街道审核", "审核"),
    State(COUNTY, "待区县审核", "审核"),
    State(DEPARTMENT, "待部门接收", "接收"),
    State(ACCEPTED, "已接收", "接收", final=True),
    State(REFUSED, "已拒收", "填报", final=True),
)

_CHAIN = "一表通逐级审核：填一次，逐级看，不重报"
_BACK = "退回要写明哪里不对"

TRANSITIONS = (
    Transition("submit", (FILLING,), STREET, "提交", "return.fill", "return.submitted", _CHAIN, guard="is_whole"),
    Transition("hand_in", (FILLING,), COUNTY, "提交", "return.fill", "return.submitted", "街道填的表直接到区县", guard="is_whole"),
    Transition("recall", (STREET,), FILLING, "收回", "return.fill", "return.recalled", "街道审核前可以收回", undoes="submit"),
    Transition("agree", (STREET,), COUNTY, "审核通过", "return.review", "return.agreed", _CHAIN),
    Transition("send_back", (STREET,), FILLING, "退回修改", "return.review", "return.sent_back", _BACK, needs_note=True),
    Transition("pass_on", (COUNTY,), DEPARTMENT, "审核通过", "return.keep", "return.passed_on", _CHAIN),
    Transition("send_back", (COUNTY,), FILLING, "退回修改", "return.keep", "return.sent_back", _BACK, needs_note=True),
    Transition("accept", (DEPARTMENT,), ACCEPTED, "接收", "return.ask", "return.accepted", _CHAIN),
    Transition("send_back", (DEPARTMENT,), FILLING, "退回修改", "return.ask", "return.sent_back", _BACK, needs_note=True),
    Transition("refuse", (FILLING,), REFUSED, "拒收", "duty.refuse", "return.refused", "不再准许的报表可以拒收，不算逾期", guard="may_refuse"),
    Transition("unrefuse", (REFUSED,), FILLING, "撤回拒收", "duty.refuse", "return.refusal_taken_back", "点错了可以撤回", guard="was_refused", undoes="refuse"),
)  # fmt: skip

TABLE = StateTable(STATES, TRANSITIONS)
