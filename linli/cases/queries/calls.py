"""What the desk shows while a call is being typed: categories, place, unit, dates, and open cases like it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from linli.cases.models import Case, ParkedCall
from linli.cases.queries.clocks import new_clock
from linli.cases.queries.placing import Intake, place_kind_of, place_of
from linli.cases.queries.routing import automatic, routing_of, unit_for
from linli.cases.queries.similar import Similar, similar_cases
from linli.duties import queries as duties
from linli.duties.models import Category
from linli.duties.queries import Guess, Routing
from linli.kernel.audit.actor import Actor
from linli.kernel.norms.queries import NoNorm
from linli.kernel.privacy.commands import open_key
from linli.territory.queries.places import PlaceMatch, find_place
from linli.territory.queries.units import Node

ABOUT = "parked call"
"""To what the words of a call are bound when they are sealed."""

UNKNOWN = re.compile(r"\{\w+\}")
PHRASES = Path(__file__).parent.parent / "data" / "phrases.toml"


@dataclass(frozen=True)
class Suggestion:
    """To which unit the catalogue would send a case, with its reason; ``auto`` where it goes there without a person."""

    routing: Routing
    lead: Node | None
    assist: Sequence[Node]
    auto: bool
    others: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Look:
    """Everything that can be said of a call half typed."""

    guesses: Sequence[Guess] = ()
    category: Category | None = None
    decided: bool = False
    places: Sequence[PlaceMatch] = ()
    place: Node | None = None
    suggestion: Suggestion | None = None
    due: datetime | None = None
    similar: Sequence[Similar] = field(default=())


def look(intake: Intake, *, by: Actor, at: datetime, on: Any) -> Look:
    """Look at a call as it stands."""
    guesses = duties.suggest_categories(intake.text, limit=3, unsure=True) if intake.text else []
    sure = duties.suggest_categories(intake.text, limit=1) if intake.text and intake.category is None else []
    category = intake.category or (sure[0].category if sure else None)
    chosen = intake.place is not None or intake.lon is not None
    places = [] if chosen else find_place(intake.place_text or intake.text, limit=4)
    place = place_of(intake, by, on)
    draft = Case(
        channel=intake.channel, kind=intake.kind or (category.kinds[0] if category and category.kinds else "help"), category=category,
        urgency=intake.urgency or (category.urgency if category else "normal"), place_path=place.path if place else "", text=intake.text,
        place_kind=place_kind_of(intake, place),
    )  # fmt: skip
    point = (intake.lon, intake.lat) if intake.lon is not None and intake.lat is not None else None
    alike = similar_cases(
        by,
        text=intake.text,
        place_path=draft.place_path,
        at=at,
        point=point,
        category_id=category.pk if category else None,
    )
    return Look(
        guesses,
        category,
        bool(sure),
        places,
        place,
        suggestion_for(draft, at),
        due_of_draft(draft, at),
        alike,
    )


def suggestion_for(case: Case, at: datetime) -> Suggestion | None:
    """What the catalogue suggests for a case, its alternatives in words."""
    routing = routing_of(case, at)
    if routing is None:
        return None
    lead = unit_for(case, routing.lead)
    assist = [unit for word in routing.assist if (unit := unit_for(case, word)) is not None]
    alone = routing.auto and lead is not None and case.kind != "tipoff"
    others = [(_named(case, other), other.given or other.reason) for other in routing.alternatives]
    return Suggestion(routing, lead, assist, alone and automatic(case, at), others)


def _named(case: Case, routing: Routing) -> str:
    unit = unit_for(case, routing.lead)
    return unit.name if unit else duties.lead_words([routing.lead])[0]


def due_of_draft(case: Case, at: datetime) -> datetime | None:
    """The date by which the case would have to be resolved if it were dispatched now."""
    if case.category is None:
        return None
    try:
        return new_clock(case, "resolve", at).due_at
    except NoNorm:
        return None


def words_of(row: ParkedCall) -> dict[str, str]:
    """What was typed, in clear, for the person who typed it."""
    words: dict[str, str] = json.loads(open_key(row.key_id).unseal(bytes(row.sealed), ABOUT))
    return words


@dataclass(frozen=True)
class Phrases:
    """One group of sentences, with the key that opens it.

    What is not known yet is dots in what is shown; ``write`` pairs the shown words with the sentence as it is put in.
    """

    key: str
    title: str
    say: Sequence[str]
    write: Sequence[tuple[str, str]]


class _Open(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _dotted(line: str) -> str:
    return UNKNOWN.sub("……", line)


@cache
def _groups() -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = tomllib.loads(PHRASES.read_text(encoding="utf-8"))["group"]
    return found


def phrases(known: Mapping[str, str]) -> list[Phrases]:
    """The template sentences of a call that comes in, with what is known filled in; the rest is filled on the screen.

    The keys are those of the keyboard's upper row: 1 to 9, and 0 for the tenth.
    """
    values = _Open(known)
    groups = [group for group in _groups() if group["key"] != "callback"]
    return [
        Phrases(
            str(number % 10), group["title"], [_dotted(line.format_map(values)) for line in group.get("say", ())],
            [(_dotted(said), said) for line in group.get("write", ()) if (said := line.format_map(values))],
        )
        for number, group in enumerate(groups, 1)
    ]  # fmt: skip
