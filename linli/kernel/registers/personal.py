"""Files on their way in: they may hold anything, so only who uploaded one sees it, and not for long."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.catalogue import Personal, PersonalField, declare_personal
from linli.kernel.registers.models import ImportFile, ImportRun

BASIS = "《个人信息保护法》第十三条第一款第三项：履行法定职责所必需；每个文件另须写明依据"
PURPOSE = "把已有的表格导入名册，不再重复填报"
KEPT = "30 天，或放弃导入时立即；到期销毁密钥"


def runs_for(actor: Actor) -> QuerySet[ImportRun]:
    """The imports an actor may see: the own ones."""
    return ImportRun.objects.filter(Q() if actor.sees_all else Q(by_user_id=actor.user_id))


def files_for(actor: Actor) -> QuerySet[ImportFile]:
    """The files of the own imports."""
    return ImportFile.objects.filter(Q() if actor.sees_all else Q(run__by_user_id=actor.user_id))


declare_personal(
    Personal(
        "registers.ImportRun",
        fields=(
            PersonalField("preview", "导入前的预览（加密）"),
            PersonalField("rejects", "退回的行（加密）"),
        ),
        basis=BASIS,
        purpose=PURPOSE,
        kept=KEPT,
        rows_for=runs_for,
    ),
    Personal(
        "registers.ImportFile",
        fields=(PersonalField("content", "上传的文件（加密）"),),
        basis=BASIS,
        purpose=PURPOSE,
        kept=KEPT,
        rows_for=files_for,
    ),
)
