"""Looks at personal data, and forgetting it."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("privacy.revealed", "查看了{field}（用途：{purpose}）", is_read=True)
declare("privacy.forgotten", "销毁密钥，加密保存的{subject}从此无法读出")
