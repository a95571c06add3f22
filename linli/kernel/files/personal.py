"""Photos and documents of what rooms keep: who may see one is for its room to say; what has an end is removed on time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.files.commands import remove
from linli.kernel.files.models import StoredFile
from linli.kernel.privacy.catalogue import Personal, PersonalField, declare_personal
from linli.kernel.privacy.retention import Does, Retention, declare_retention


def expired(at: datetime, keep: timedelta) -> QuerySet[StoredFile]:
    """The files whose last day is over."""
    return StoredFile.objects.filter(expires_on__lt=timezone.localdate(at - keep))


def remove_some(ids: Sequence[Any], by: Actor, at: datetime) -> int:
    """Remove these files with their contents."""
    rows = list(StoredFile.objects.filter(pk__in=ids))
    for row in rows:
        remove(file=row, reason="保存期限已到", by=by, at=at)
    return len(rows)


declare_personal(
    Personal(
        "files.StoredFile",
        fields=(PersonalField("name", "文件名称"), PersonalField("uploader_label", "上传人姓名和岗位")),
        basis="《个人信息保护法》第十三条第一款第三项：履行法定职责所必需",
        purpose="随案件等事项保存照片和材料",
        kept="随所属事项保存；导入用的文件按规范规定的天数到期删除",
        no_wall="谁能看由所属事项的权限决定，逐个打开时核对；照片的附带信息在保存前已清除",
    )
)

declare_retention(
    Retention(
        "files.expired",
        "到期的文件删除内容和记录",
        "files.StoredFile",
        since="expires_on",
        does=Does.DELETE,
        due=expired,
        act=remove_some,
    )
)
