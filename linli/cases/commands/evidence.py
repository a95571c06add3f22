"""Photos and documents of a case: added by who takes, handles or checks it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from linli.cases import policy, rules
from linli.cases.commands.move import subject_of
from linli.cases.models import Case
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.files.commands import Upload, store_upload
from linli.kernel.files.models import StoredFile


@transaction.atomic
def attach(
    *, case_id: int, uploads: Iterable[Upload], purpose: str, by: Actor, at: datetime
) -> list[StoredFile]:
    """Keep files with a case; one event a file, written where files are kept. Raises ``FileRefused`` with words."""
    case = Case.objects.get(pk=case_id)
    if not policy.may_attach(by, case):
        raise NotAllowed("您的岗位不能给这件案件添加照片和材料")
    if purpose not in rules.FILE_PURPOSES:
        raise rules.Refused("请选择照片的用途")
    return [
        store_upload(upload=one, subject=subject_of(case), purpose=purpose, by=by, at=at) for one in uploads
    ]
