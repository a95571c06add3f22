"""Which figures hold when a second person is asked; and how long signs are kept."""

from __future__ import annotations

from linli.kernel.privacy.limits import declare_limits
from linli.kernel.privacy.retention import Does, Retention, declare_retention
from linli.kernel.protection.queries.figures import limits_on

declare_limits(limits_on)

declare_retention(
    Retention(
        "protection.signs",
        "异常查看提示保存期满后删除",
        "privacy.Sign",
        since="last_at",
        does=Does.DELETE,
        norm="protection.signs.keep",
    )
)
