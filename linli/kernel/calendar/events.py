"""What happens to the working calendar."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("calendar.day_changed", "{date} 改为{kind}（{name}，依据：{source}）")
declare("calendar.day_restored", "撤回 {date} 的本地安排")
declare("calendar.year_imported", "载入 {year} 年放假安排，共 {days} 天")
declare("calendar.loaded", "载入随产品的放假安排：{years} 个年份")
