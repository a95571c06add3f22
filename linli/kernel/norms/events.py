"""What happens to norms."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("norm.changed", "规范“{title}”自 {valid_from} 起改为 {words}（依据：{source}）")
declare("norm.ended", "规范“{title}”执行到 {valid_to} 为止")
declare("norm.withdrawn", "撤回规范“{title}”自 {valid_from} 起的改动")
declare("norm.loaded", "载入随产品的规范：新增 {added} 条，更新 {changed} 条，撤去 {removed} 条")
