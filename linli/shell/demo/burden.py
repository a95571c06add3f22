"""The burden of the demo: what every community told of two years, what people say about it, certificates, a form that was ended; then it is counted."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone

from linli.algorithms import worktime
from linli.algorithms.burden import Range
from linli.assessment import commands
from linli.assessment.commands import Answer
from linli.assessment.models import SelfReport
from linli.assessment.rules import periods_at
from linli.duties.commands import use_seal
from linli.duties.models import ListEntry
from linli.kernel.accounts.models import Post
from linli.kernel.accounts.queries import actor_for
from linli.kernel.audit.actor import Actor
from linli.kernel.calendar.queries import calendar_for
from linli.returns.commands import end_form
from linli.returns.models import Form
from linli.territory.models import Unit
from linli.territory.queries.units import tree

DATA = Path(__file__).parent / "data" / "burden.toml"

SECRETARY = {"ding": 63, "wechat": 98, "app": 44}
"""What the source reports tell of one secretary (S4-73): the first community of the demo told it a year ago."""

TYPICAL: Mapping[str, tuple[int, int]] = {
    "form": (260, 900), "material": (20, 70), "unlisted": (5, 60), "certificate": (10, 120), "inspection": (12, 48), "meeting": (40, 160),
    "signboard": (6, 28), "secretary.ding": (15, 60), "secretary.wechat": (25, 95), "secretary.group": (0, 8), "secretary.app": (10, 42),
    "secretary.account": (8, 40), "grid.ding": (4, 15), "grid.wechat": (8, 40), "grid.app": (3, 12), "grid.account": (3, 10),
    "window.ding": (3, 12), "window.wechat": (5, 20), "window.app": (4, 14), "window.account": (4, 16),
}  # fmt: skip
"""From how many to how many communities of the demo tell; invented."""

PEOPLE = {"grid": (4, 9), "window": (2, 5)}
LIGHTER = 0.8
"""How much of last year is left this year, about."""

UNTOLD = 0.08
"""Share of the communities that have not told this year yet."""

ABOUT = 0.35
"""Share of the figures that are only approximate."""


def weigh(*, by: Actor, at: datetime, rng: Random) -> int:
    """Everything of the burden; returns how many self-reports there are."""
    _tell(by, at, rng)
    _seal(by, at, rng)
    _suggest(by, at)
    _end_a_form(by, at)
    for period in periods_at(timezone.localdate(at))[:5]:
        commands.count(period=period, by=by, at=at)
    return SelfReport.objects.count()


def _tell(by: Actor, at: datetime, rng: Random) -> None:
    last_year = at.replace(month=11, day=10) - timedelta(days=365)
    for number, unit in enumerate(node for node in tree().nodes if node.level == "community"):
        before = {key: rng.randint(low, high) for key, (low, high) in TYPICAL.items()}
        if number == 0:
            before |= {f"secretary.{key}": value for key, value in SECRETARY.items()}
        people = {"secretary.people": 1} | {
            f"{role}.people": rng.randint(*few) for role, few in PEOPLE.items()
        }
        told = _figures(before, rng) | {key: Range.of(value) for key, value in people.items()}
        if number == 0:
            told |= {f"secretary.{key}": Range.of(value) for key, value in SECRETARY.items()}
        commands.report(unit=unit, year=last_year.year, figures=told, by=by, at=last_year)
        if rng.random() >= UNTOLD:
            now = {
                key: round(value * rng.uniform(LIGHTER - 0.15, LIGHTER + 0.2))
                for key, value in before.items()
            }
            told = _figures(now, rng) | {key: Range.of(value) for key, value in people.items()}
            commands.report(unit=unit, year=timezone.localdate(at).year, figures=told, by=by, at=at)


def _figures(values: Mapping[str, int], rng: Random) -> dict[str, Range]:
    """Figures as people tell them: some exact, some about."""
    return {
        key: Range.of({"low": value - value // 5, "likely": value, "high": value + value // 5})
        if value > 20 and rng.random() < ABOUT
        else Range.of(value)
        for key, value in values.items()
    }


def _seal(by: Actor, at: datetime, rng: Random) -> None:
    """Some communities have given out certificates this year."""
    today = timezone.localdate(at)
    entry = ListEntry.objects.in_force(today).filter(kind="seal", name__contains="证明").first()
    if entry is None:
        return
    begun = max(entry.valid_from, today.replace(month=1, day=1))
    units = Unit.objects.in_bulk([node.id for node in tree().nodes if node.level == "community"][::4])
    for unit in units.values():
        for number in range(rng.randint(1, 4)):
            day = begun + timedelta(days=rng.randint(0, (today - begun).days))
            use_seal(
                unit=unit,
                entry=entry,
                used_on=day,
                purpose="依法需要社区核实的情况",
                document=f"核实情况第{number + 1}号",
                by=by,
                at=at,
            )


def _suggest(by: Actor, at: datetime) -> None:
    post = Post.objects.filter(user__username="demo-community-worker").first()
    author = actor_for(post) if post is not None else Actor.public()
    for row in tomllib.loads(DATA.read_text(encoding="utf-8"))["suggestion"]:
        said_at = at - timedelta(days=row["days_ago"])
        who = Actor.public() if row.get("public") else author
        made = commands.suggest(topic=row["topic"], about=row["about"], text=row["text"], by=who, at=said_at)
        if row.get("withdrawn"):
            commands.withdraw(number=made.number, by=who, at=said_at)
        elif row["answer"]:
            after: Any = worktime.add(
                said_at, row["answered_after"], worktime.Unit.WORKING_DAY, calendar_for()
            )
            answer = Answer(row["outcome"], row["answer"], row["text"])
            commands.answer(number=made.number, answer=answer, by=by, at=after.at)


def _end_a_form(by: Actor, at: datetime) -> None:
    """The last of the permitted forms is ended: what it asked is known."""
    form = (
        Form.objects.permitted(timezone.localdate(at))
        .filter(rounds__isnull=False, valid_from__lt=timezone.localdate(at))
        .order_by("-code")
        .first()
    )
    if form is not None:
        end_form(
            code=form.code,
            on=timezone.localdate(at),
            reason="所问的数字系统里都有，改为部门查询",
            by=by,
            at=at,
        )
