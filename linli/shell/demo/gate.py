"""The gate of the demo: applications in every state, opinions, tasks that communities refused, and by-passes, as they came over the last months."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone

from linli.algorithms.worktime import Calendar
from linli.duties import commands, states
from linli.duties.commands import ApplicationDraft, BypassDraft, Said, Task
from linli.duties.models import Application
from linli.duties.queries.gate import days_of
from linli.duties.rules.gate import first_start, in_working_days
from linli.kernel.accounts.models import Post
from linli.kernel.accounts.queries import actor_for
from linli.kernel.audit.actor import Actor
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.norms.commands import Change, set_norm
from linli.territory.queries.units import Node, root_node, tree

DATA = Path(__file__).parent / "data" / "gate.toml"
SPEAKING = 24
"""How many of the units asked about an application have spoken: enough to read, and quick to load."""
STANCES = {
    states.REFUSED: (("against", 0.8), ("agree_if", 0.95), ("agree", 1.0)),
    states.DROPPED: (("against", 0.9), ("agree_if", 1.0)),
    "": (("agree", 0.5), ("agree_if", 0.85), ("against", 1.0)),
}
"""What units say, more and more likely, of an application that will be refused, dropped, or anything else."""


def open_gate(*, on: date, since: date | None = None, by: Actor, at: datetime) -> None:
    """From a day on new forms have to pass the gate; what was permitted before it is old stock. The norm holds from ``since``, else for the year."""
    holds = since or on.replace(month=1, day=1)
    change = Change("duties.gate.opens_on", holds, "演示：本年起清理报表", value=f"{on:%Y-%m-%d}")
    set_norm(change=change, by=by, at=at)


def pass_gate(*, at: datetime, rng: Random) -> int:
    """Let departments apply, units speak, the county decide; let communities refuse, and emergencies through. Returns how many applications."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    staff = _staff()
    clerks, heads = _holders("department_clerk"), _holders("department_head")
    office = next(iter(_holders("gate_officer").values()))
    for told in data["application"]:
        _apply(told, data["words"], staff, clerks[told["department"]], office, at, rng)
    for told in sorted(data["bypass"], key=lambda each: -each["ago"]):
        _let_through(told, heads[told["department"]], at)
    communities = [code for code in staff if tree().by_code[code].level == "community"]
    for told in data["refusal"]:
        _refuse(told, staff[rng.choice(communities[:12])], office, at)
    commands.watch_gate(at=at)
    return len(data["application"])


def _staff() -> dict[str, Actor]:
    """Somebody of each community and street, by the code of the unit."""
    posts = Post.objects.filter(role__in=("community_worker", "street_officer"), ends_on=None).select_related(
        "user"
    )
    return {
        post.unit_code: actor_for(post) for post in posts.order_by("-pk") if post.unit_code in tree().by_code
    }


def _holders(role: str) -> dict[str, Actor]:
    """Who holds a post of a role, by the code of its unit."""
    posts = Post.objects.filter(role=role, ends_on=None).select_related("user")
    return {post.unit_code: actor_for(post) for post in posts.order_by("-pk")}


def _at(now: datetime, days_ago: int) -> datetime:
    """Ten in the morning of a day, or now if that is later."""
    day = timezone.localtime(now) - timedelta(days=days_ago)
    return min(day.replace(hour=10, minute=0, second=0, microsecond=0), now)


def _apply(
    told: Mapping[str, Any],
    words: Mapping[str, Sequence[str]],
    staff: Mapping[str, Actor],
    clerk: Actor,
    office: Actor,
    now: datetime,
    rng: Random,
) -> None:
    applied = _at(now, told["applied"])
    today = timezone.localdate(applied)
    starts = first_start(today, days_of("gate.ahead", today), calendar_for()) + timedelta(
        days=rng.randrange(1, 9)
    )
    given: dict[str, Any] = {}
    for name in ("power", "money", "people"):
        given |= {name: name in told, f"{name}_words": told.get(name, "")}
    draft = ApplicationDraft(
        department=told["department"], title=told["title"], kind=told["kind"], what=told["what"], basis=told["basis"], places=_places(told["places"]),
        starts_on=starts, ends_on=starts + timedelta(days=told["lasts"]), often=told["often"], alternatives=told["alternatives"],
        trial_until=starts + timedelta(days=told["trial"]) if "trial" in told else None, trial_words=told.get("trial_words", ""),
        headings=told.get("headings", ()), rows=told.get("rows", 1), brings=told["brings"], **given,
    )  # fmt: skip
    row = commands.draft_application(draft=draft, by=clerk, at=applied - timedelta(days=1))
    if told["title"] == FIRST_DRAFT:
        return
    _move(row, "submit", told, clerk, applied)
    before = applied
    for verb, at in steps(told["way"], applied, now, calendar_for()):
        if verb in {"admit", "admit_if", "refuse", "drop"}:
            _speak(row, words, staff, before + timedelta(days=1), now, rng, verb)
        _move(row, verb, told, clerk if verb == "drop" else office, at)
        before = at
    row.refresh_from_db()
    if row.state == states.HEARING:
        _speak(row, words, staff, before + timedelta(days=1), now, rng, "")


def steps(
    way: Sequence[str], applied: datetime, now: datetime, calendar: Calendar
) -> Iterator[tuple[str, datetime]]:
    """Each step of a way with its moment. The way counts in working days after the application, as the gate's own clocks do: none is outrun by a holiday."""
    for step in way:
        verb, _, days = step.partition("@")
        yield verb, min(in_working_days(applied, int(days), calendar).at, now)


FIRST_DRAFT = "家庭健康自测问卷登记"
"""The one that its department has not sent in yet."""


def _move(row: Application, verb: str, told: Mapping[str, Any], by: Actor, at: datetime) -> None:
    reason = told.get("said", {}).get(verb, "")
    conditions = told.get("conditions", "") if verb == "admit_if" else ""
    missing = told.get("missing", ()) if verb == "withdraw" else ()
    words = Said(note=reason, conditions=conditions, missing=missing)
    commands.move_application(number=row.number, verb=verb, said_with=words, by=by, at=at)


def _speak(
    row: Application,
    words: Mapping[str, Sequence[str]],
    staff: Mapping[str, Actor],
    at: datetime,
    now: datetime,
    rng: Random,
    verb: str,
) -> None:
    """Some of the units that were asked say what they think."""
    chances = STANCES[{"refuse": states.REFUSED, "drop": states.DROPPED}.get(verb, "")]
    codes = [opinion.unit.code for opinion in row.opinions.filter(stance="").select_related("unit")]
    for code in [code for code in codes if code in staff][:SPEAKING]:
        luck = rng.random()
        stance = next(stance for stance, upto in chances if luck <= upto)
        said = rng.choice(words[stance]) if stance != "agree" or luck < 0.2 else ""
        commands.give_opinion(number=row.number, stance=stance, words=said, by=staff[code], at=min(at, now))


def _places(told: str | Sequence[int]) -> list[str]:
    root = root_node()
    assert root is not None
    streets: list[Node] = [node for node in tree().nodes if node.level == "street"]
    return [root.path] if told == "county" else [streets[int(number) % len(streets)].path for number in told]


def _refuse(told: Mapping[str, Any], who: Actor, by: Actor, now: datetime) -> None:
    at = _at(now, told["ago"])
    task = Task(department=told["department"], title=told["title"], channel=told["channel"])
    row = commands.refuse(task=task, by=who, at=at)
    if "answer" in told:
        later = min(at + timedelta(days=2), now)
        until = timezone.localdate(later) + timedelta(days=told["until"]) if "until" in told else None
        commands.answer_refusal(
            number=row.number, verb=told["answer"], note=told.get("note", ""), until=until, by=by, at=later
        )


def _let_through(told: Mapping[str, Any], by: Actor, now: datetime) -> None:
    at = _at(now, told["ago"])
    draft = BypassDraft(
        department=told["department"], title=told["title"], reason=told["reason"], places=_places("county"),
        ends_on=timezone.localdate(at) + timedelta(days=told["days"]),
    )  # fmt: skip
    commands.open_bypass(draft=draft, by=by, at=at)
