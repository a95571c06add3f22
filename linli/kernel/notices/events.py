"""What happens to notices."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("notice.resent", "重发通知")
declare("notice.wording_changed", "修改通知用语 {template}")
declare("notice.channel_added", "增加通知渠道 {title}")
declare("notice.channel_ended", "停用通知渠道 {title}")
