"""What this room keeps of persons: nothing; what looks like it says why not."""

from __future__ import annotations

from linli.kernel.privacy.catalogue import declare_not_personal

declare_not_personal("duties.SealUse", "写的是文件名称或文号和用途，登记页提示不写居民的姓名和证件号码")
