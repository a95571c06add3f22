"""Files on their way in and out: they may hold anything, so only who brought or made one sees it, and not for long."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.catalogue import Personal, PersonalField, Sensitivity, declare_personal
from linli.kernel.privacy.retention import Does, Retention, declare_retention
from linli.kernel.registers.exporting import runs as exporting
from linli.kernel.registers.importing import runs as importing
from linli.kernel.registers.models import Export, ExportFile, ImportFile, ImportRun

BASIS = "《个人信息保护法》第十三条第一款第三项：履行法定职责所必需；每个文件另须写明依据"
PURPOSE = "把已有的表格导入名册，不再重复填报"
KEPT = "30 天，或放弃导入时立即；到期销毁密钥"


def runs_for(actor: Actor) -> QuerySet[ImportRun]:
    """The imports an actor may see: the own ones."""
    return ImportRun.objects.filter(Q() if actor.sees_all else Q(by_user_id=actor.user_id))


def files_for(actor: Actor) -> QuerySet[ImportFile]:
    """The files of the own imports."""
    return ImportFile.objects.filter(Q() if actor.sees_all else Q(run__by_user_id=actor.user_id))


def exports_for(actor: Actor) -> QuerySet[Export]:
    """The exports an actor may see: the own ones, all to oversee."""
    return Export.objects.filter(Q() if actor.may("privacy.oversee") else Q(by_user_id=actor.user_id))


def export_files_for(actor: Actor) -> QuerySet[ExportFile]:
    """The contents of the own exports."""
    return ExportFile.objects.filter(Q() if actor.sees_all else Q(export__by_user_id=actor.user_id))


declare_personal(
    Personal(
        "registers.Export",
        fields=(
            PersonalField("conditions", "导出的条件，可能写有姓名"),
            PersonalField("by_label", "导出人姓名和岗位"),
        ),
        basis="《个人信息保护法》第五十一条：合理确定操作权限",
        purpose="记录谁因何带走了哪些个人信息",
        kept="长期保存，供审计",
        verbs=("privacy.oversee",),
        rows_for=exports_for,
    ),
    Personal(
        "registers.ExportFile",
        fields=(PersonalField("content", "导出的文件（加密）", Sensitivity.SENSITIVE),),
        basis="《个人信息保护法》第十三条第一款第三项：履行法定职责所必需；每个文件另须选择用途",
        purpose="把名册里的行带出系统使用",
        kept="按规范规定的天数，到期销毁密钥",
        rows_for=export_files_for,
    ),
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

declare_retention(
    Retention(
        "registers.imports",
        "导入的文件、预览和退回的行满 30 天后销毁",
        "registers.ImportRun",
        since="expires_at",
        does=Does.DESTROY_KEY,
        due=importing.expired,
        act=importing.forget_files,
    ),
    Retention(
        "registers.exports",
        "导出的个人信息文件到期销毁",
        "registers.Export",
        since="expires_at",
        does=Does.DESTROY_KEY,
        due=exporting.expired,
        act=exporting.destroy,
        hourly=True,
    ),
    Retention(
        "registers.removed_rows",
        "名册删除行的标记用过后删除",
        "registers.RemovedRow",
        since="removed_at",
        does=Does.DELETE,
        days=7,
    ),
)
