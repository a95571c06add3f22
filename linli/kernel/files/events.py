"""What happens to files. Names of files are not kept in events: they may be personal."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("file.stored", "上传{what}（{length}）")
declare("file.removed", "删除{what}：{reason}")
