"""What happens to records, and to the files that bring them. The values themselves are in the room's own sealed changes."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("registry.person_seen", "查看了人员记录", is_read=True)
declare("registry.person_found", "凭证件号码查找了人员", is_read=True)
declare("registry.person_added", "登记了人员")
declare("registry.person_changed", "更正了{elements}")
declare("registry.born", "办理出生登记")
declare("registry.died", "办理死亡登记，日期{on}")
declare("registry.moved_in", "办理迁入，现住{address}")
declare("registry.moved_out", "办理迁出，日期{on}")
declare("registry.moved", "变更住址")
declare("registry.married", "办理结婚登记变更")
declare("registry.household_split", "分户")
declare("registry.household_merged", "并户")
declare("registry.household_made", "登记了家庭户")
declare("registry.head_changed", "变更了户主")
declare("registry.undone", "撤销了“{what}”")
declare("registry.persons_merged", "确认为同一人，合并记录")
declare("registry.pair_decided", "核对疑似同一人：{decision}")
declare("registry.organisation_added", "登记了组织")
declare("registry.organisation_changed", "更正了{elements}")
declare("registry.component_added", "登记了部件")
declare("registry.component_changed", "更正了{elements}")
declare("registry.source_made", "登记数据来源“{source}”，依据{basis}，至{until}")
declare("registry.layout_confirmed", "确认了“{source}”的列")
declare("registry.file_uploaded", "上传了部门数据{file}")
declare("registry.file_examined", "比对了{file}，共{total}行")
declare("registry.import_confirmed", "确认导入{file}")
declare(
    "registry.imported",
    "导入了{file}：新增{new}，更新{changed}，一致{same}，冲突{conflict}，待核对{review}，退回{rejected}",
)
declare("registry.row_settled", "核对了{file}第{row}行：{decision}")
declare("registry.import_undone", "整体撤销了{file}的导入")
declare("registry.import_cancelled", "放弃导入{file}")
declare("registry.import_failed", "导入{file}未完成：{problem}")
declare("registry.switched_on", "启用字段“{element}”，依据{basis}，至{until}")
declare("registry.switched_off", "停用字段“{element}”")
declare("registry.visited", "入户走访：{outcome}")
declare("registry.invited", "给这一户发了自助登记码，{days}天有效")
declare("registry.own_code_sent", "居民用登记码请求短信验证码")
declare("registry.own_opened", "居民打开了本户的登记信息", is_read=True)
declare("registry.own_copied", "居民取走了本户信息的副本", is_read=True)
declare("registry.self_reported", "居民自助登记：更正{answered}项，确认{confirmed}项，待核对{waits}项")
declare("registry.illustrated", "生成了演示登记数据")
