"""Looking at the reporter in clear: with a purpose, and never without leaving a trace."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.cases import policy, rules
from linli.cases.commands.move import subject_of
from linli.cases.models import Case, Reporter
from linli.cases.queries.reading import ReporterShown, unsealed
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.commands import Forgotten, declare_reveal, log_reveal

SEEN = declare_reveal("case.reporter_seen")
FIELDS = "姓名、电话、住址"


@transaction.atomic
def reveal_reporter(*, case_id: int, purpose: str, by: Actor, at: datetime) -> ReporterShown:
    """The reporter in clear, for one of the declared purposes; who looked and what for is written down first.

    Refuses without a purpose (``PurposeRequired``), and beyond the norm without a second person (``ApprovalNeeded``).
    """
    case = Case.objects.get(pk=case_id)
    if not policy.sees_reporter(by, case):
        raise NotAllowed("您的岗位不能查看这件案件的诉求人")
    row = Reporter.objects.filter(case=case).first()
    if row is None:
        raise rules.Refused("诉求人没有留下联系方式")
    log_reveal(subject=subject_of(case), field=FIELDS, purpose=purpose, by=by, at=at, event=SEEN)
    try:
        return ReporterShown(**unsealed(row))
    except Forgotten:
        return ReporterShown(hidden="已按保存期限销毁")
