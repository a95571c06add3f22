"""The self-check against the rules for government apps: each rule with its source, what the system does, and what a live look finds."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.algorithms.text.sentences import listed, said
from linli.assessment import states
from linli.assessment.models import Confirmation, Suggestion
from linli.cases.queries.rates import GROUPINGS
from linli.kernel.accounts.models import User
from linli.kernel.norms.queries import norm
from linli.kernel.notices.models import Notice
from linli.kernel.registers.register import REGISTERS
from linli.returns.models import Round
from linli.territory.queries.units import root_node

DATA = Path(__file__).resolve().parents[1] / "data" / "rules.toml"

KEPT, BROKEN, NOT_APPLYING, OPEN = "kept", "broken", "none", "open"
CONCLUSIONS = {KEPT: "符合", BROKEN: "不符合", NOT_APPLYING: "不适用"}
STATES = {**CONCLUSIONS, OPEN: "须人工确认"}


@dataclass(frozen=True)
class Document:
    """A document that rules stand in."""

    title: str
    number: str
    date: date


@dataclass(frozen=True)
class Rule:
    """One rule: see ``data/rules.toml``."""

    code: str
    title: str
    document: Document
    clause: str
    requires: str
    does: str
    page: str
    page_words: str
    check: str
    applies: bool = True


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule in the order of the file."""
    with DATA.open("rb") as file:
        told = tomllib.load(file)
    documents = {key: Document(**value) for key, value in told["documents"].items()}
    return tuple(Rule(**{**row, "document": documents[row["document"]]}) for row in told["rule"])


def rule_of(code: str) -> Rule | None:
    """The rule of a code; None where there is none."""
    return next((rule for rule in rules() if rule.code == code), None)


@dataclass(frozen=True)
class Finding:
    """What a live look found: the state it comes to, and what it saw."""

    state: str
    words: str


@dataclass(frozen=True)
class Checked:
    """A rule as it stands: by a live look, by somebody's word, or open."""

    rule: Rule
    state: str
    words: str
    confirmation: Confirmation | None = None
    until: date | None = None

    @property
    def may_confirm(self) -> bool:
        """Whether a person's word counts: no code looks, or it left the answer open."""
        return self.rule.applies and (
            not self.rule.check or self.state == OPEN or self.confirmation is not None
        )

    @property
    def url(self) -> str:
        """Where it can be seen."""
        return reverse(self.rule.page) if self.rule.page else ""


def checked(at: datetime) -> list[Checked]:
    """Every rule as it stands at a moment."""
    last: dict[str, Confirmation] = {}
    for row in Confirmation.objects.order_by("confirmed_at"):
        last[row.rule] = row
    holds = int(norm("assessment.check.holds", on=timezone.localdate(at)).amount())
    return [_checked(rule, last.get(rule.code), holds, at) for rule in rules()]


def _checked(rule: Rule, confirmed: Confirmation | None, holds: int, at: datetime) -> Checked:
    if not rule.applies:
        return Checked(rule, NOT_APPLYING, "")
    found = LOOKS[rule.check](at) if rule.check else Finding(OPEN, "")
    if found.state != OPEN or confirmed is None:
        return Checked(rule, found.state, found.words)
    until = timezone.localdate(confirmed.confirmed_at) + timedelta(days=holds)
    state = confirmed.state if timezone.localdate(at) <= until else OPEN
    return Checked(rule, state, found.words, confirmed, until)


def is_open_to_word(rule: Rule, at: datetime) -> bool:
    """Whether it is for a person to say: nobody has looked, or the look itself leaves it open."""
    return rule.applies and (not rule.check or LOOKS[rule.check](at).state == OPEN)


# --- Live looks ---------------------------------------------------------------------------------------------------------


def _level(at: datetime) -> Finding:
    root = root_node()
    kept = root is not None and root.kind in {"county", "city"}
    place = root.name if root is not None else ""
    return Finding(KEPT if kept else BROKEN, _("本系统服务于%(place)s") % {"place": place})


def _forms(at: datetime) -> Finding:
    since = at - timedelta(days=365)
    rounds = Round.objects.filter(opened_at__gte=since)
    outside = rounds.filter(
        Q(opened_at__date__lt=F("form__valid_from")) | Q(opened_at__date__gt=F("form__valid_to"))
    ).count()
    words = _("近一年下发 %(all)s 期，其中 %(outside)s 期不在准许的期限内") % {
        "all": rounds.count(),
        "outside": outside,
    }
    return Finding(BROKEN if outside else KEPT, words)


def _once(at: datetime) -> Finding:
    twice = Round.objects.values("form", "period").annotate(n=Count("pk")).filter(n__gt=1).count()
    return Finding(BROKEN if twice else KEPT, _("同一张表同一期下发两次的：%(n)s 期") % {"n": twice})


def tables_with(pattern: re.Pattern[str]) -> list[str]:
    """Fields of the product's own tables whose names fit a pattern."""
    return sorted(
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("linli.")
        for field in model._meta.concrete_fields
        if pattern.search(field.name)
    )


def _no_field(pattern: str) -> Callable[[datetime], Finding]:
    """A look at all tables: none has a place for it."""
    named = re.compile(pattern)

    def look(at: datetime) -> Finding:
        found = tables_with(named)
        number = sum(model.__module__.startswith("linli.") for model in apps.get_models())
        if found:
            return Finding(BROKEN, _("有 %(n)s 处：%(fields)s") % {"n": len(found), "fields": listed(found)})
        return Finding(KEPT, _("当场查了 %(n)s 张数据表，没有存放这些的地方") % {"n": number})

    return look


def _ranking(at: datetime) -> Finding:
    sorting = [
        f"{register.name}.{sort.name}"
        for register in REGISTERS.values()
        for sort in register.sorts
        if any(column.person and sort.name in {column.name, column.source} for column in register.columns)
    ]
    grouping = [name for name in GROUPINGS if name in {"person", "user", "worker", "taken_by"}]
    words = _("当场查了 %(n)s 个名册、%(m)s 种分组，按人排序或分组的：%(wrong)s 个") % {
        "n": len(REGISTERS), "m": len(GROUPINGS), "wrong": len(sorting) + len(grouping),
    }  # fmt: skip
    return Finding(BROKEN if sorting or grouping else KEPT, words)


def _idle(at: datetime) -> int:
    return int(norm("assessment.check.idle", on=timezone.localdate(at)).amount())


def _idle_accounts(at: datetime) -> Finding:
    days = _idle(at)
    active = User.objects.filter(is_active=True)
    idle = active.filter(
        Q(last_login__lt=at - timedelta(days=days))
        | Q(last_login=None, created_at__lt=at - timedelta(days=days))
    )
    number = idle.count()
    words = _("在用账号 %(all)s 个，%(days)s 天没有登录的 %(idle)s 个") % {
        "all": active.count(),
        "days": days,
        "idle": number,
    }
    return Finding(OPEN if number else KEPT, words)


def _complaint(at: datetime) -> Finding:
    waiting = Suggestion.objects.filter(state=states.WAITING)
    late = waiting.filter(due_at__lt=at).count()
    words = _("收到 %(all)s 条，待答复 %(waiting)s 条，其中逾期 %(late)s 条") % {
        "all": Suggestion.objects.count(), "waiting": waiting.count(), "late": late,
    }  # fmt: skip
    return Finding(BROKEN if late else KEPT, words)


FUNCTIONS = {
    "case": "案件", "registry": "人员、组织和部件", "return": "报表", "duty": "清单", "territory": "辖区与网格", "notice": "通知", "burden": "减负",
}  # fmt: skip
"""What people use, by the beginning of the names of its events."""

USED = "SELECT DISTINCT split_part(name, '.', 1) FROM audit_event WHERE at >= %s"


def _usage(at: datetime) -> Finding:
    days = _idle(at)
    with connection.cursor() as cursor:
        cursor.execute(USED, [at - timedelta(days=days)])
        used = {name for (name,) in cursor.fetchall()}
    idle = [said(words) for name, words in FUNCTIONS.items() if name not in used]
    words = _("%(all)s 类功能中，近 %(days)s 天有人使用的 %(used)s 类") % {
        "all": len(FUNCTIONS),
        "days": days,
        "used": len(FUNCTIONS) - len(idle),
    }
    if not idle:
        return Finding(KEPT, words)
    return Finding(OPEN, _("%(words)s；没有人使用的：%(idle)s") % {"words": words, "idle": listed(idle)})


def _messages(at: datetime) -> Finding:
    days = _idle(at)
    sent = Notice.objects.filter(at__gte=at - timedelta(days=days)).count()
    people = User.objects.filter(is_active=True).count()
    words = _("近 %(days)s 天站内通知 %(sent)s 条，在用账号 %(people)s 个；通知不计已读率，不催阅读") % {
        "days": days, "sent": sent, "people": people,
    }  # fmt: skip
    return Finding(KEPT, words)


LOOKS: Mapping[str, Callable[[datetime], Finding]] = {
    "level": _level, "forms": _forms, "once": _once, "ranking": _ranking, "idle_accounts": _idle_accounts, "complaint": _complaint,
    "usage": _usage, "messages": _messages,
    "checkin": _no_field(r"(^|_)(check_?in|clock_?in|points?_of|score|rank|ranking|online|login_count|login_days|minutes_online)(_|$)"),
    "likes": _no_field(r"(^|_)(likes?|liked|forwards?|forwarded|shares?_count|study|learned_minutes|votes_count)(_|$)"),
    "tracks": _no_field(r"(^|_)(tracks?|tracking|trail|mileage|steps_walked|video)(_|$)"),
}  # fmt: skip
"""Live looks by the name that a rule gives."""


def counts(found: list[Checked]) -> dict[str, int]:
    """How many rules are in each state."""
    return {state: sum(each.state == state for each in found) for state in STATES}
