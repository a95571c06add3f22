"""What this room keeps of persons: who wrote a suggestion, for themselves alone, and who filled in a self-report."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from linli.assessment.commands.reporting import forget_reporters
from linli.assessment.models import SelfReport
from linli.kernel.privacy.catalogue import Personal, PersonalField, declare_personal
from linli.kernel.privacy.retention import Does, Retention, declare_retention

KEPT_DAYS = 1096

declare_personal(
    Personal(
        "assessment.Suggestion",
        fields=(PersonalField("author", "提出人的账号编号"), PersonalField("text", "建议的原文")),
        basis="《个人信息保护法》第十三条第一款第三项：履行法定职责所必需；投诉建议见国办函〔2026〕12号",
        purpose="提出人查看、撤回自己的建议",
        kept="答复满一年清空提出人，只留建议和答复；不登录的人提的，从一开始就不记是谁",
        verbs=("burden.keep",),
        no_wall="答复后的公开内容人人可看；提出人只用来认出本人，任何页面和导出都不显示",
    )
)


def _due(at: datetime, keep: timedelta) -> QuerySet[SelfReport]:
    return (
        SelfReport.objects.filter(reported_at__lt=at - keep)
        .exclude(reported_by="")
        .order_by("reported_at", "pk")
    )


declare_retention(
    Retention(
        "burden.authors", "减负建议答复满期后清空提出人", "assessment.Suggestion", since="answered_at", does=Does.EMPTY,
        norm="assessment.suggestion.author", empties=("author",),
    ),
    Retention(
        "burden.reporters", "减负自报满三年后清空填报人，数字留下", "assessment.SelfReport", since="reported_at", does=Does.EMPTY, days=KEPT_DAYS,
        due=_due, act=forget_reporters,
    ),
)  # fmt: skip
