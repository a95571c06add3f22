"""The states of a case and every arrow between them, along the seven stages of digital city management.

Stages (扶政办〔2019〕3号, after GB/T 30428): 信息收集, 案件建立, 任务派遣, 任务处理, 处理反馈, 核查结案, 综合评价.
"""

from __future__ import annotations

from linli.algorithms.statetable import State, StateTable, Transition

RECEIVED, VERIFYING, FILED, DISPATCHED, OBJECTED = "received", "verifying", "filed", "dispatched", "objected"
HANDLING, PAUSED, DEFERRED, CHECKING, CALLING = "handling", "paused", "deferred", "checking", "calling"
CLOSED, EXPLAINED, REFERRED, VOIDED, MERGED = "closed", "explained", "referred", "voided", "merged"

STATES = (
    State(RECEIVED, "待受理", "信息收集"),
    State(VERIFYING, "待核实", "信息收集"),
    State(FILED, "待派遣", "案件建立"),
    State(DISPATCHED, "待签收", "任务派遣"),
    State(OBJECTED, "异议待裁", "任务派遣"),
    State(HANDLING, "处置中", "任务处理"),
    State(PAUSED, "暂停计时", "任务处理"),
    State(DEFERRED, "缓办", "任务处理"),
    State(CHECKING, "待核查", "处理反馈"),
    State(CALLING, "待回访", "核查结案"),
    State(CLOSED, "已结案", "综合评价", final=True),
    State(EXPLAINED, "解释办结", "综合评价", final=True),
    State(REFERRED, "已引导", "综合评价", final=True),
    State(VOIDED, "已注销", "综合评价", final=True),
    State(MERGED, "已并案", "综合评价", final=True),
)

OPEN_STATES = frozenset(state.code for state in STATES if not state.final)
WITH_UNIT = frozenset({DISPATCHED, OBJECTED, HANDLING, PAUSED, DEFERRED})

_NATIONAL = "国务院办公厅关于进一步规范和提升12345热线服务的意见（2025）"
_STAGES = "扶政办〔2019〕3号 七个阶段"

TRANSITIONS = (
    # 信息收集, 案件建立
    Transition("accept", (RECEIVED, VERIFYING), FILED, "受理立案", "case.screen", "case.filed", _STAGES, guard="has_category"),
    Transition("unfile", (FILED,), RECEIVED, "撤回立案", "case.screen", "case.unfiled", "受理有误时退回重新受理", undoes="accept"),
    Transition("ask_verify", (RECEIVED,), VERIFYING, "派网格员核实", "case.screen", "case.verification_asked", "立案前核实(verify_report)"),
    Transition("report_verified", (VERIFYING,), RECEIVED, "反馈核实结果", "case.check", "case.verified", "立案前核实", needs_note=True),
    Transition("void", (RECEIVED, VERIFYING), VOIDED, "注销", "case.screen", "case.voided", "不符合立案条件的注销", needs_note=True),
    Transition("explain", (RECEIVED, VERIFYING), EXPLAINED, "解释办结", "case.answer", "case.explained", _NATIONAL + ":分类处理", needs_note=True),
    Transition("refer", (RECEIVED, VERIFYING), REFERRED, "引导至法定渠道", "case.answer", "case.referred", _NATIONAL + ":分类处理", needs_note=True),
    Transition("restore", (VOIDED, EXPLAINED, REFERRED), RECEIVED, "恢复受理", "case.screen", "case.restored", "注销、解释、引导可以更正", undoes="void explain refer"),
    Transition("merge", (RECEIVED, VERIFYING, FILED), MERGED, "并案", "case.merge", "case.merged", _NATIONAL + ":并单", guard="can_merge"),
    Transition("unmerge", (MERGED,), RECEIVED, "撤销并案", "case.merge", "case.unmerged", "并案有误时拆开", undoes="merge"),
    # 任务派遣
    Transition("dispatch", (FILED,), DISPATCHED, "派遣", "case.dispatch", "case.dispatched", _NATIONAL + ":派单目录", guard="may_go_to", clocks=("start sign", "start contact", "start resolve")),
    Transition("recall", (DISPATCHED,), FILED, "撤回派遣", "case.dispatch", "case.recalled", "签收前可以撤回", guard="by_person", clocks=("drop sign", "drop contact", "drop resolve"), undoes="dispatch"),
    Transition("withdraw", (DISPATCHED,), FILED, "撤回自动派遣", "case.withdraw", "case.withdrawn", "自动派遣有误的，签收前写明理由撤回，由人重新派遣", guard="by_rule", needs_note=True, clocks=("drop sign", "drop contact", "drop resolve")),
    Transition("sign", (DISPATCHED,), HANDLING, "签收", "case.sign", "case.signed", "签收时限", guard="is_lead", clocks=("stop sign",)),
    Transition("return", (DISPATCHED,), OBJECTED, "退单", "case.return", "case.returned", _NATIONAL + ":派单异议审核", guard="may_return", needs_note=True, clocks=("stop sign",)),
    Transition("uphold", (OBJECTED,), FILED, "异议成立", "case.arbitrate", "case.objection_upheld", _NATIONAL + ":派单异议审核", needs_note=True, clocks=("drop contact", "drop resolve")),
    Transition("overrule", (OBJECTED,), DISPATCHED, "异议不成立", "case.arbitrate", "case.objection_overruled", _NATIONAL + ":派单异议审核", needs_note=True, clocks=("start sign",)),
    Transition("refuse", (DISPATCHED, HANDLING), FILED, "拒收", "duty.refuse", "case.refused", "未列入清单、未经准入的工作，社区有权拒收；不算退单，不计时限", guard="may_refuse", clocks=("drop sign", "drop contact", "drop resolve")),
    Transition("unrefuse", (FILED,), DISPATCHED, "撤回拒收", "duty.refuse", "case.refusal_taken_back", "点错了可以撤回", guard="was_refused", clocks=("start sign", "start contact", "start resolve"), undoes="refuse"),
    Transition("reassign", (DISPATCHED, HANDLING, PAUSED, DEFERRED), DISPATCHED, "改派", "case.reassign", "case.reassigned", "派遣有误或职责调整", guard="may_go_to", needs_note=True, clocks=("restart sign", "restart contact", "restart resolve")),
    Transition("hand_down", (HANDLING,), DISPATCHED, "转社区办理", "case.hand_down", "case.handed_down", "街道转派下属社区，时限不重新起算", guard="may_hand_down", needs_note=True, clocks=("restart sign",)),
    # 任务处理, 处理反馈
    Transition("pause", (HANDLING,), PAUSED, "暂停计时", "case.pause", "case.paused", "等待群众或第三方，须说明理由并有上限", guard="may_pause", needs_note=True, clocks=("pause resolve",)),
    Transition("resume", (PAUSED,), HANDLING, "恢复计时", "case.pause", "case.resumed", "暂停原因消失或到达上限", clocks=("resume resolve",)),
    Transition("defer", (HANDLING, PAUSED), DEFERRED, "批准缓办", "case.extend_decide", "case.deferred", "金华考核办法：缓办数不计入应结案数", needs_note=True, clocks=("pause resolve",)),
    Transition("undefer", (DEFERRED,), HANDLING, "结束缓办", "case.extend_decide", "case.undeferred", "缓办条件消失", clocks=("resume resolve",)),
    Transition("submit", (HANDLING,), CHECKING, "反馈结果", "case.handle", "case.answered", _STAGES, guard="is_lead", needs_note=True, clocks=("stop contact", "stop resolve")),
    Transition("submit_to_callback", (HANDLING,), CALLING, "反馈结果", "case.handle", "case.answered", "诉求类不需现场核查，直接回访", guard="is_lead", needs_note=True, clocks=("stop contact", "stop resolve")),
    # 核查结案
    Transition("check_pass", (CHECKING,), CALLING, "核查通过", "case.check", "case.checked", _STAGES, guard="not_own_work"),
    Transition("check_close", (CHECKING,), CLOSED, "核查通过并结案", "case.check", "case.closed", "无联系方式的案件核查通过即结案", guard="not_own_work"),
    Transition("check_fail", (CHECKING,), HANDLING, "核查不通过，返工", "case.check", "case.reworked", _STAGES, guard="not_own_work", needs_note=True, clocks=("restart resolve",)),
    Transition("callback_close", (CALLING,), CLOSED, "回访结案", "case.callback", "case.closed", "回访后结案"),
    Transition("callback_reopen", (CALLING,), HANDLING, "不满意，重新办理", "case.callback", "case.reopened", "未解决或不满意的重办一次并督办", guard="may_reopen", clocks=("restart resolve",)),
    Transition("close", (CHECKING, CALLING), CLOSED, "审定结案", "case.close", "case.closed", "经审定结案", needs_note=True),
    Transition("reopen", (CLOSED, EXPLAINED), HANDLING, "重新办理", "case.reopen", "case.reopened", "督办发现未解决", guard="has_lead", needs_note=True, clocks=("restart resolve",)),
    Transition("reopen_public", (CLOSED,), HANDLING, "没有解决", "case.report_public", "case.reopened", "诉求人反映没有解决，重办一次并督办", guard="may_reopen", needs_note=True, clocks=("restart resolve",)),
)  # fmt: skip

TABLE = StateTable(STATES, TRANSITIONS)
