"""The verbs of accounts and of the kernel's own pages."""

from __future__ import annotations

from linli.kernel.accounts.verbs import NotAllowed, declare_verbs
from linli.kernel.audit.actor import Actor

declare_verbs(
    {
        "account.manage": "建立和停用账号",
        "security.manage": "授予和收回岗位，锁定与解锁账号，管理接口令牌",
        "audit.view": "查看审计记录，核对审计链",
        "norm.change": "修改规范",
        "calendar.change": "修改工作日历",
        "job.view": "查看后台任务",
        "notice.manage": "查看和重发失败的通知，修改通知模板",
    },
    looks=("audit.view", "job.view"),
)


def require(by: Actor, verb: str) -> None:
    """Refuse an actor whose role does not grant the verb."""
    if not by.may(verb):
        raise NotAllowed("您的岗位没有这项权限；如工作需要，请联系本单位的安全管理员")
