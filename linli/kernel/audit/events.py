"""What the audit itself records."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("audit.verified", "核对审计链：{result}")
