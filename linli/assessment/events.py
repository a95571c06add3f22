"""What happens to the meter, the self-reports, the suggestions and the self-check."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("burden.counted", "统计减负计量：{period}，{units}个单位，{rows}个数字")
declare("burden.reported", "{unit}填报{year}年减负自报，{figures}个数字")
declare("burden.corrected", "{unit}更正{year}年减负自报，改动{figures}个数字")
declare("burden.taken_back", "{unit}收回{year}年减负自报的第{number}版")
declare("burden.suggested", "提出减负建议，关于{topic}")
declare("burden.withdrawn", "撤回减负建议")
declare("burden.answered", "答复减负建议：{outcome}")
declare("burden.confirmed", "自查“{title}”确认为{state}")
