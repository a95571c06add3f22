"""What runs by itself: forgetting on time, looking for signs, telling of requests."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from linli.kernel.accounts import queries as accounts
from linli.kernel.accounts.models import User
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import event_rows
from linli.kernel.audit.subscriptions import subscribe
from linli.kernel.jobs.job import job, job_transaction, leave_off_if_asked
from linli.kernel.notices import commands as notices
from linli.kernel.privacy.commands.signs import find_signs
from linli.kernel.privacy.models import Request
from linli.kernel.privacy.retention import RETENTION
from linli.kernel.protection.commands import BATCH, forget_some
from linli.kernel.protection.queries.figures import Territories, thresholds_on
from linli.kernel.protection.queries.keeping import keep_of


class SomeRulesFailed(RuntimeError):
    """The rules were gone through, but not every one could be carried out; the job shows as failed with their names."""


@job("protection.forget_hourly", title="按保存期限删除（每小时）", every="17 * * * *", atomic=False)
def forget_hourly(timestamp: int) -> None:
    """Carry out the rules whose time is counted in hours."""
    forget(hourly=True)


@job("protection.forget_nightly", title="按保存期限删除（每夜）", every="20 3 * * *", atomic=False)
def forget_nightly(timestamp: int) -> None:
    """Carry out the rules whose time is counted in days."""
    forget(hourly=False)


def forget(*, hourly: bool) -> None:
    """Every rule in turn, a transaction for each batch; one that fails holds up no other. What is left is found again."""
    failed = []
    for rule in [each for each in RETENTION.values() if each.hourly is hourly]:
        try:
            carry_out(rule.name, timezone.now())
        except Exception as error:
            failed.append(f"{rule.name}: {error!r}")
    if failed:
        raise SomeRulesFailed("; ".join(failed))


def carry_out(name: str, at: datetime) -> int:
    """One rule: what is due is found once, and done batch by batch; returns for how many rows."""
    rule, title = RETENTION[name], "按保存期限删除"
    with job_transaction(title):
        ids = list(rule.due_rows(at, keep_of(rule, at)).values_list("pk", flat=True))
    done = 0
    for start in range(0, len(ids), BATCH):
        leave_off_if_asked()
        with job_transaction(title) as keeper:
            done += forget_some(rule=name, ids=ids[start : start + BATCH], by=keeper, at=at)
    return done


@job("protection.find_signs", title="查找异常查看提示", every="37 * * * *")
def look_for_signs(timestamp: int) -> None:
    """Go through the looks of the last days."""
    at = timezone.now()
    thresholds = thresholds_on(timezone.localdate(at))
    find_signs(thresholds=thresholds, territory=Territories(), at=at)


subscribe(
    "privacy.request_made", "privacy.request_approved", "privacy.request_refused", task="protection.tell"
)


@job("protection.tell", title="个人信息申请通知", atomic=False)
def tell(event_ids: list[int]) -> None:
    """Tell who may decide of a request, who asked of the answer, and the leaders of the county of an emergency access."""
    for event_id in event_ids:
        with job_transaction("个人信息申请通知"):
            event = event_rows([event_id]).get()
            tell_one(event, Request.objects.get(pk=event.subject_id or 0), timezone.now())


def tell_one(event: Event, row: Request, at: datetime) -> list[int]:
    """Write the notices of one event of a request; telling twice does nothing."""
    day = timezone.localdate(at)
    values = {
        "number": f"{row.get_kind_display()} {row.pk}",
        "unit": accounts.unit_name(row.unit),
        "due": timezone.localtime(row.valid_until).strftime("%m月%d日 %H:%M") if row.valid_until else "",
        "link": reverse("protection:request", args=[row.pk]),
    }
    told = (
        list(User.objects.filter(pk=row.asked_by))
        if event.name != "privacy.request_made"
        else deciders(row, at)
    )
    waiting = notices.tell(
        users=told, name=event.name, values=values, event_id=event.pk, at=at, url=values["link"]
    )
    if row.kind == Request.Kind.ACCESS and event.name == "privacy.request_approved":
        county = row.scope.split("/")[0]
        leaders = accounts.holders(county, ["county_leader"], day)
        waiting += notices.tell(
            users=leaders,
            name="privacy.access_approved",
            values=values,
            event_id=event.pk,
            at=at,
            url=values["link"],
        )
    return waiting


def deciders(row: Request, at: datetime) -> list[User]:
    """The people nearest above who may decide: of the own unit, else of the next unit above that has somebody."""
    day, codes = timezone.localdate(at), row.scope.rstrip("/").split("/")
    for place in range(len(codes), 0, -1):
        if row.reach.startswith("/".join(codes[:place]) + "/" if row.reach else ""):
            found = accounts.holders_with_verb(codes[place - 1], "privacy.approve", day)
            found = [user for user in found if user.pk != row.asked_by]
            if found:
                return found
    return []
