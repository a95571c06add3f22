"""The administrators' lists: what happened, who has an account, which machines come in, what runs in the background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateJob

from linli.kernel.accounts import queries as accounts
from linli.kernel.accounts.models import ApiToken, Post, User
from linli.kernel.accounts.verbs import VERBS
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.kinds import KINDS
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import sentence_of
from linli.kernel.jobs import queries as jobs
from linli.kernel.registers.filters.base import MISSING
from linli.kernel.registers.kit import (
    Ask,
    Choice,
    Column,
    Condition,
    Conditions,
    DateRange,
    Register,
    Search,
    Sort,
    register,
)
from linli.kernel.wording import without_gaps

# --- The audit log -------------------------------------------------------------------------------------------------

SUBJECTS = {
    "account": _("账号"), "audit": _("审计链"), "calendar_day": _("工作日历的一天"), "calendar_year": _("工作日历的一年"),
    "case": _("案件"), "catalogue": _("派单目录"), "catalogue_entry": _("派单目录条目"), "category": _("分类"),
    "category_tree": _("分类目录"), "channel": _("通知渠道"), "data_key": _("数据密钥"), "index_key": _("盲索引"), "delivery": _("外发通知"),
    "import_run": _("导入"), "job": _("后台任务"), "lineage": _("单位沿革"), "norm": _("规范"), "phone": _("电话号码"),
    "privacy_request": _("个人信息申请"), "privacy_sign": _("异常查看提示"), "register": _("名册"), "retention": _("保存期限规则"), "saved_view": _("保存的视图"), "sheet": _("导入的表"), "test_case": _("试派案例"), "token": _("接口令牌"),
    "unit": _("单位"), "wording": _("通知用语"), "person": _("人员"), "household": _("家庭户"), "organisation": _("组织"),
    "component": _("部件"), "dwelling": _("房屋"), "source": _("数据来源"), "intake": _("部门数据导入"), "switch": _("限制字段"),
    "export": _("导出的个人信息"), "work_item": _("事项"), "list_entry": _("清单条目"), "duty_lists": _("清单"), "seal_use": _("用印"),
    "gate_application": _("准入申请"), "gate_bypass": _("应急直通"), "refusal": _("拒收"),
    "return_form": _("准许报表"), "return_query": _("数据查询"), "return": _("报表"), "burden": _("减负计量"), "burden_report": _("减负自报"),
    "burden_suggestion": _("减负建议"), "burden_rule": _("自查"),
}  # fmt: skip
"""What an event may be about."""

SEEN = tuple(field.name for field in Event._meta.fields if field.name not in {"personal", "key_id"})
"""What is read of an event; what is sealed stays where it is."""


def events_offered(actor: Actor) -> Mapping[str, str]:
    """Every kind of event in words, with a dash where its sentence has a gap."""
    return {name: without_gaps(gettext(KINDS[name].sentence)) for name in sorted(KINDS)}


def _reads() -> list[str]:
    return [kind.name for kind in KINDS.values() if kind.is_read]


@register
class AuditRegister(Register):
    """Who did what and who looked at whom, within a period."""

    name = "audit"
    title = _("审计")
    model = Event
    verb = "audit.view"
    address = "administration:audit"
    columns = (
        Column("at", _("时间"), kind="datetime"),
        Column("actor", _("操作人"), source="actor_label", person=True),
        Column("subject", _("对象"), source="subject_label"),
        Column("words", _("事项"), value=sentence_of),
        Column("note", _("说明")),
        Column("kind", _("对象类别"), source="subject_kind", choices=SUBJECTS, shown=False),
        Column("number", _("事件号"), source="id", kind="code", shown=False),
    )
    filters = (
        DateRange("at", _("时间"), presets=("today", "7d", "30d", "month")),
        Conditions(
            "look",
            _("查看或改动"),
            {
                "reads": Condition(_("查看个人信息"), lambda at: Q(name__in=_reads())),
                "changes": Condition(_("改动"), lambda at: ~Q(name__in=_reads())),
            },
        ),
        Choice("kind", _("对象类别"), field="subject_kind", choices=SUBJECTS),
        Choice("event", _("事项"), field="name", choices=events_offered),
    )
    default = {"at": ("7d",)}
    required = ("at",)
    search = Search(texts=("actor_label", "subject_label", "note"), hint=_("操作人、对象、说明"))
    sorts = (Sort("at", _("时间")),)
    default_sort = "-at"
    empty = _("这段时间没有记录。请在“时间”里另选一段")

    def rows_for(self, actor: Actor) -> QuerySet[Event]:
        return Event.objects.only(*SEEN) if actor.may(self.verb) else Event.objects.none()


# --- Accounts ------------------------------------------------------------------------------------------------------

ACCOUNT_STATES = {"active": _("启用"), "locked": _("锁定"), "disabled": _("停用")}
ACCOUNT_TONES = {"active": "done", "locked": "risk", "disabled": "void"}


def _locked(at: datetime) -> Q:
    return Q(is_active=True, locked_until__gt=at)


def account_state(user: User) -> str:
    """Whether an account can be used now."""
    if not user.is_active:
        return "disabled"
    return "locked" if user.is_locked(timezone.now()) else "active"


def posts_in_words(user: Any) -> str:
    """The posts of today, each with its unit."""
    return "；".join(f"{post.role_title} · {post.unit_name}" for post in user.posts_today)


class Holding(Choice):
    """Accounts by what one of their posts of today says; the missing value is to hold none."""

    coded = False

    def q(self, values: Sequence[str], ask: Ask) -> Q:
        held = Post.objects.held_on(timezone.localdate(ask.at))
        found = Q(pk__in=held.filter(**{f"{self.field}__in": values}).values("user_id"))
        return found | ~Q(pk__in=held.values("user_id")) if MISSING in values else found

    def sql_counts(self, rows: QuerySet[Any], ask: Ask) -> dict[str, int]:
        held = Post.objects.held_on(timezone.localdate(ask.at))
        among = held.filter(user__in=rows.order_by().values("pk")).order_by()
        counts = dict(among.values_list(self.field).annotate(n=Count("user_id", distinct=True)))
        without = rows.exclude(pk__in=held.values("user_id")).order_by().count()
        return {**counts, MISSING: without} if without else counts


def roles_offered(actor: Actor) -> Mapping[str, str]:
    """Every role, and to hold none."""
    return {**accounts.role_titles(), MISSING: gettext("没有岗位")}


def units_offered(actor: Actor) -> Mapping[str, str]:
    """The units at which somebody holds a post."""
    return accounts.units_with_posts(timezone.localdate())


@register
class AccountRegister(Register):
    """Everybody who signs in, for the two administrators who keep accounts and posts."""

    name = "accounts"
    title = _("账号与岗位")
    model = User
    verb = "account.manage"
    address = "administration:accounts"
    columns = (
        Column("name", _("姓名"), source="display_name", link=True, person=True),
        Column("username", _("账号"), person=True),
        Column("posts", _("岗位"), value=posts_in_words),
        Column("state", _("状态"), value=account_state, choices=ACCOUNT_STATES, badge=ACCOUNT_TONES),
        Column("created_at", _("建立时间"), kind="datetime", shown=False),
    )
    filters = (
        Conditions(
            "state",
            _("状态"),
            {
                "active": Condition(ACCOUNT_STATES["active"], lambda at: Q(is_active=True) & ~_locked(at)),
                "locked": Condition(ACCOUNT_STATES["locked"], _locked),
                "disabled": Condition(ACCOUNT_STATES["disabled"], lambda at: Q(is_active=False)),
            },
        ),
        Holding("role", _("角色"), choices=roles_offered),
        Holding("unit", _("单位"), field="unit_code", choices=units_offered),
        DateRange("created_at", _("建立时间")),
    )
    search = Search(texts=("username",), names=("display_name",), hint=_("姓名、账号"))
    sorts = (Sort("created_at", _("建立时间")),)
    default_sort = "-created_at"
    empty = _("还没有账号。请先建立账号，再由安全管理员授予岗位")

    def require(self, actor: Actor) -> None:
        if not self._keeps(actor):
            super().require(actor)

    def may_export(self, actor: Actor) -> bool:
        return self._keeps(actor)

    def rows_for(self, actor: Actor) -> QuerySet[User]:
        return User.objects.all() if self._keeps(actor) else User.objects.none()

    def join(self, rows: Sequence[Any]) -> None:
        for account in accounts.with_posts(rows, timezone.localdate()):
            account.user.posts_today = account.posts  # type: ignore[attr-defined]

    def row_url(self, row: Any) -> str:
        return reverse("accounts:person", args=[row.pk])

    @staticmethod
    def _keeps(actor: Actor) -> bool:
        return actor.may("account.manage") or actor.may("security.manage")


# --- Tokens of machines --------------------------------------------------------------------------------------------


def _token_state(name: str) -> Condition:
    return Condition(
        accounts.TOKEN_STATES[name], lambda at: accounts.token_condition(name, timezone.localdate(at))
    )


def verbs_offered(actor: Actor) -> Mapping[str, str]:
    """What a token may allow, in words."""
    return {verb: gettext(words) for verb, words in VERBS.items()}


@register
class TokenRegister(Register):
    """Every token that was ever made for another system."""

    name = "tokens"
    title = _("接口令牌")
    model = ApiToken
    verb = "security.manage"
    address = "administration:tokens"
    columns = (
        Column("name", _("名称"), link=True),
        Column("unit", _("单位"), value=lambda token: accounts.unit_name(token.unit_code)),
        Column("verbs", _("权限"), value=lambda token: "；".join(accounts.verb_words(token))),
        Column("starts_on", _("开始"), kind="date"),
        Column("ends_on", _("结束"), kind="date"),
        Column(
            "state",
            _("状态"),
            value=lambda token: accounts.token_state(token, timezone.localdate()),
            choices=accounts.TOKEN_STATES,
            badge=accounts.TOKEN_TONES,
        ),
        Column("revoked_at", _("收回时间"), kind="datetime", shown=False),
    )
    filters = (
        Conditions("state", _("状态"), {name: _token_state(name) for name in accounts.TOKEN_STATES}),
        Choice("verbs", _("权限"), choices=verbs_offered),
        DateRange("ends_on", _("结束"), presets=()),
    )
    search = Search(texts=("name",))
    sorts = (Sort("starts_on", _("开始")), Sort("ends_on", _("结束")))
    default_sort = "-starts_on"
    empty = _("还没有令牌。其他系统接入前，请先建立令牌")

    def rows_for(self, actor: Actor) -> QuerySet[ApiToken]:
        return ApiToken.objects.all() if actor.may(self.verb) else ApiToken.objects.none()

    def row_url(self, row: Any) -> str:
        return reverse("accounts:machines")


# --- Background jobs -----------------------------------------------------------------------------------------------


def tasks_offered(actor: Actor) -> Mapping[str, str]:
    """Every kind of job by its name."""
    return jobs.titles()


@register
class JobRegister(Register):
    """The queue: what gave up is shown first."""

    name = "jobs"
    title = _("后台任务")
    model = ProcrastinateJob
    verb = "job.view"
    address = "administration:jobs"
    columns = (
        Column("number", _("编号"), source="pk", kind="code"),
        Column("task", _("任务"), value=lambda job: jobs.title_of(job.task_name), link=True),
        Column("status", _("状态"), choices=jobs.STATES, badge=jobs.TONES),
        Column("attempts", _("次数"), kind="number"),
        Column("changed_at", _("最近变化"), kind="datetime"),
        Column("scheduled_at", _("原定时间"), kind="datetime", shown=False),
    )
    filters = (
        Choice("status", _("状态"), choices=jobs.STATES),
        Choice("task", _("任务"), field="task_name", choices=tasks_offered),
        DateRange("scheduled_at", _("原定时间")),
    )
    default = {"status": ("failed",)}
    sorts = (
        Sort("number", _("编号"), field="id"),
        Sort("attempts", _("次数")),
        Sort("scheduled_at", _("原定时间")),
    )
    default_sort = "-number"
    empty = _("没有失败的任务。多次失败后，列在这里，打开一条可以重新运行")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        return jobs.everything() if actor.may(self.verb) else jobs.everything().none()

    def join(self, rows: Sequence[Any]) -> None:
        changed = jobs.last_changes([row.pk for row in rows])
        for row in rows:
            row.changed_at = changed.get(row.pk)

    def row_url(self, row: Any) -> str:
        return reverse("administration:job", args=[row.pk])
