"""What registers record: files that leave and files that come in, and views that are kept."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("register.exported", "导出“{register}”{rows} 条（{format}），条件：{conditions}", is_read=True)
declare("register.export_asked", "申请导出“{register}”{rows} 条（用途：{purpose}），条件：{conditions}")
declare(
    "register.personal_exported",
    "导出个人信息“{register}”{rows} 条（用途：{purpose}），条件：{conditions}",
    is_read=True,
)
declare("register.export_downloaded", "下载导出的个人信息“{register}”{rows} 条", is_read=True)
declare("register.export_destroyed", "导出的个人信息“{register}”到期销毁")
declare("register.export_failed", "导出个人信息“{register}”未完成：{problem}")
declare("register.view_saved", "保存视图“{name}”（{register}）")
declare("register.view_removed", "删除视图“{name}”（{register}）")
declare("register.file_uploaded", "上传文件“{file}”准备导入“{register}”")
declare(
    "register.file_examined", "检查文件“{file}”：新增 {new}，修改 {changed}，相同 {same}，退回 {rejected}"
)
declare("register.import_confirmed", "确认导入“{file}”")
declare("register.import_cancelled", "放弃导入“{file}”")
declare("register.imported", "导入“{file}”完成：新增 {new}，修改 {changed}，相同 {same}，退回 {rejected}")
declare("register.import_failed", "导入“{file}”未完成：{problem}")
