"""Looks at personal data, what a second person agreed to, and forgetting."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("privacy.revealed", "查看了{field}（用途：{purpose}）", is_read=True)
declare("privacy.forgotten", "销毁密钥，加密保存的{subject}从此无法读出")
declare("privacy.request_made", "提出{kind}申请，涉及 {count}（用途：{purpose}）")
declare("privacy.request_approved", "同意{asked_by}的{kind}申请，有效至 {until}")
declare("privacy.request_refused", "不同意{asked_by}的{kind}申请")
declare("privacy.request_ended", "结束{kind}申请")
declare("privacy.access_opened", "打开紧急访问，范围：{where}")
declare("privacy.access_read", "紧急访问期间打开了 {path}", is_read=True)
declare("privacy.sign_looked_into", "核实异常查看提示：{kind}")
declare("privacy.rotated", "更换主密钥，重新加密 {count} 把数据密钥")
declare("privacy.reindexed", "更换盲索引密钥，重新计算 {count} 行的盲索引")
declare("privacy.forgot", "按保存期限规则“{rule}”处理 {count} 条（{does}）")
