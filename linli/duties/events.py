"""What happens to categories and the dispatch catalogue. Rooms that keep names of categories listen to ``duty.category_changed``."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare(
    "duty.categories_loaded", "载入分类：新增 {added}，更新 {changed}，停用 {closed}，本地维护未动 {kept}"
)
declare(
    "duty.catalogue_loaded", "载入派单目录：新增 {added}，更新 {changed}，停用 {closed}，本地维护未动 {kept}"
)
declare("duty.departments_loaded", "设立随产品的部门 {count} 个")
declare("duty.catalogue_imported", "导入派单目录：新增或改版 {count} 条")
declare("duty.category_added", "新增分类“{name}”（{code}）")
declare("duty.category_changed", "修改分类“{name}”：{fields}")
declare("duty.entry_added", "新增派单目录第 {code} 条，自 {valid_from} 起，主办 {lead_name}")
declare("duty.entry_changed", "派单目录第 {code} 条自 {valid_from} 起改版，主办 {lead_name}")
declare("duty.entry_closed", "派单目录第 {code} 条自 {valid_to} 起停用")
declare("duty.entry_withdrawn", "撤回派单目录第 {code} 条自 {valid_from} 起的版本")
declare("duty.line_added", "{list}新增 {code}“{name}”，自 {valid_from} 起")
declare("duty.line_changed", "{list} {code}“{name}”自 {valid_from} 起改版")
declare("duty.line_ended", "{list} {code}“{name}”自 {valid_to} 起停用")
declare("duty.lines_imported", "导入清单：新增或改版 {count} 条")
declare("duty.lists_loaded", "载入清单：新增 {added}，更新 {changed}，停用 {closed}，本地维护未动 {kept}")
declare("duty.seal_used", "{unit} {day} 用印：{document}（{range}）")
