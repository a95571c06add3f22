"""What this room keeps of persons: nothing; what looks like it says why not."""

from __future__ import annotations

from linli.kernel.privacy.catalogue import declare_not_personal

declare_not_personal("duties.SealUse", "写的是文件名称或文号和用途，登记页提示不写居民的姓名和证件号码")
for model, why in {
    "Application": "写的是一件工作和它的依据，不写任何人",
    "Opinion": "是单位的意见，不是谁的意见",
    "Bypass": "放行人是以岗位身份留名",
    "Refusal": "写的是交办的事；登记页提示不写居民的姓名和证件号码",
}.items():
    declare_not_personal(f"duties.{model}", why)
