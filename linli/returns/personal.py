"""What this room keeps of persons."""

from __future__ import annotations

from linli.kernel.privacy.catalogue import declare_not_personal

declare_not_personal("returns.Template", "部门的空白表格，加密保存，因为有的模板是上年填过的表")
