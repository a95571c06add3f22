"""What happens to files. Names of files are not kept in events: they may be personal."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("file.stored", "上传文件（{type}，{size} 字节，用途：{purpose}）")
declare("file.removed", "删除文件（{type}）：{reason}")
