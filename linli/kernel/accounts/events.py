"""What happens to accounts and posts."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("account.created", "建立账号 {username}")
declare("account.disabled", "停用账号 {username}")
declare("account.enabled", "启用账号 {username}")
declare("account.password_set", "设置密码")
declare("account.signed_in", "登录")
declare("account.signed_out", "退出登录")
declare("account.locked", "连续 {failures} 次密码错误，账号锁定 {minutes} 分钟")
declare("account.unlocked", "解除锁定")
declare("account.post_given", "授予岗位：{role} · {unit}")
declare("account.post_ended", "收回岗位：{role} · {unit}")
declare("account.posts_moved", "单位 {unit} 的路径变更，岗位范围随之更新")
declare("account.token_made", "建立接口令牌 {name}，有效至 {until}")
declare("account.token_revoked", "收回接口令牌 {name}")
