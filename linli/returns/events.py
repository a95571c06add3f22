"""What happens to forms and returns. The clock of reminders listens to ``return.opened``."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("return.permitted", "准许报表“{title}”，主管{owner}，{frequency}，有效至{until}")
declare("return.form_changed", "修改准许报表“{title}”")
declare("return.form_ended", "停用准许报表“{title}”，自{until}起不得再下发")
declare("return.template_uploaded", "上传模板第{number}版：{file}，可填{places}处")
declare("return.template_bound", "确认模板第{number}版：系统填{known}处，另问{asked}处")
declare("return.opened", "下发“{title}”{period}，{units}个单位，最后一日{due}")
declare("return.filled", "系统填报“{title}”{period}：{units}个单位，{cells}格")
declare(
    "return.listed",
    "“{title}”{period}列出{whose}{records}条：其中{documents}条写入证件号码，{phones}条写入电话，涉及{units}个单位",
)
declare("return.list_taken", "带走花名册{rows}行，用途：{purpose}", is_read=True)
declare("return.query_asked", "{owner}申请数据查询“{title}”，{figures}个数据项，有效至{until}")
declare("return.query_approved", "同意数据查询“{title}”")
declare("return.query_refused", "不同意数据查询“{title}”")
declare("return.query_ended", "停用数据查询“{title}”")
declare("return.query_answered", "查询“{title}”：{units}个单位，{cells}个数字，用途：{purpose}", is_read=True)
declare("return.rows_taken", "查询“{title}”提取名单{rows}行，用途：{purpose}", is_read=True)
declare("return.reminded", "提醒填报：{due}张将到期，{late}张已逾期")
declare("return.answered", "填写{cells}格")
declare("return.carried", "沿用{period}所填{cells}格")
declare("return.corrected", "改动系统所填{cells}格")
declare("return.submitted", "提交")
declare("return.recalled", "收回")
declare("return.agreed", "街道审核通过")
declare("return.sent_back", "退回修改")
declare("return.passed_on", "区县审核通过")
declare("return.accepted", "部门接收")
declare("return.refused", "拒收：{citation}")
declare("return.refusal_taken_back", "撤回拒收")
