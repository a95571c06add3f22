"""What happens to the territory. Listeners: a room that keeps copies of paths listens to ``territory.unit_moved``."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("territory.unit_created", "设立{kind}：{name}（{code}）")
declare("territory.unit_renamed", "更名为 {name}，自 {on} 起")
declare("territory.kind_changed", "类型改为{kind}，自 {on} 起")
declare("territory.unit_moved", "划入 {parent}，自 {on} 起，路径由 {before_path} 变为 {path}")
declare("territory.unit_facts_set", "更新单位信息：{fields}")
declare("territory.reorganised", "单位变更（{kind}）：{before} → {after}，{when}")
declare("territory.abolished", "撤销，自 {on} 起")
declare("territory.history_recorded", "补记沿革 {count} 件")
declare(
    "territory.list_imported",
    "导入代码表 {source}：新增 {new}、撤销 {gone}、划转 {moved}、更名 {renamed}、有误 {wrong}",
)
declare("territory.boundaries_imported", "导入边界 {source}（{datum}）：{count} 个")
declare("territory.boundaries_checked", "检查边界：{findings} 个问题")
declare("territory.member_added", "加入网格成员：{role}")
declare("territory.member_ended", "网格成员离任，自 {on} 起")
declare("territory.members_appointed", "配备网格成员 {count} 人")
declare("territory.leader_appointed", "任命网格长，自 {on} 起")
declare("territory.addresses_imported", "导入标准地址 {source}：{count} 条，无网格 {without}")
declare("territory.addresses_located", "重新定位标准地址：{count} 条，无网格 {without}")
declare(
    "territory.places_imported",
    "导入小区与房屋 {source}：{count} 行，新增小区 {compounds}、楼栋 {buildings}、单元 {entrances}、房屋 {dwellings}、标准地址 {addresses}",
)
declare("territory.homes_illustrated", "生成示意房屋 {count} 套")
declare("territory.illustrated", "生成示意图形：街道 {streets}、社区（村）{communities}、网格 {grids}")
