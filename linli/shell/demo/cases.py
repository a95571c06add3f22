"""Three months of invented cases of a district, by the hour of the day and the day of the week."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from random import Random

from django.utils import timezone

from linli.algorithms import worktime
from linli.cases import rules
from linli.cases.commands.intake import new_code, phone_marks
from linli.cases.models import Case, Reporter
from linli.duties.models import Category
from linli.duties.queries import route
from linli.duties.queries.categories import categories
from linli.kernel.privacy.commands import OpenKey
from linli.shell.demo import names, timeline
from linli.shell.demo.story import Story
from linli.shell.demo.texts import Place, message, texts
from linli.territory.models import Building
from linli.territory.queries.units import Node, tree

MIX = tomllib.loads((Path(__file__).parent / "data" / "mix.toml").read_text(encoding="utf-8"))
DAYS = 90
HOURS = (1, 1, 1, 1, 1, 2, 4, 9, 16, 18, 17, 14, 9, 8, 13, 15, 15, 14, 12, 12, 11, 8, 5, 2)
WEEKDAYS = (12, 11, 11, 11, 10, 7, 6)
AUTOMATIC = 0.75
"""Of the cases that one rule decides, how many came when automatic dispatch was on."""


@dataclass(frozen=True)
class Spot:
    """A building of the map, where something may happen."""

    place: Place
    node: Node
    lon: float
    lat: float
    kind: str


class Invention:
    """Draws cases. The same seed, day and map give the same cases."""

    def __init__(self, *, now: datetime, seed: int, calendar: worktime.Calendar) -> None:
        self.now = now
        self.rng = Random(seed)
        self.calendar = calendar
        self.serial = 0

    @cached_property
    def spots(self) -> list[Spot]:
        """Every building that lies in a grid."""
        nodes = tree().by_id
        rows = Building.objects.exclude(compound=None).select_related("compound").order_by("pk")
        return [
            Spot(
                Place(row.compound.road or row.compound.name, row.compound.name, row.name),
                nodes[row.unit_id],
                row.lon,
                row.lat,
                rules.kind_of_compound(row.compound.management, ""),
            )
            for row in rows.iterator()
            if row.compound is not None and row.unit_id in nodes
        ]

    @cached_property
    def busy(self) -> list[float]:
        """How much happens at each building: whole communities differ, as they do in life."""
        by_community: dict[str, float] = {}
        weights = []
        for spot in self.spots:
            community = "/".join(spot.node.path.split("/")[:3])
            by_community.setdefault(community, self.rng.lognormvariate(0, 0.8))
            weights.append(by_community[community])
        return list(accumulate(weights))

    @cached_property
    def topics(self) -> tuple[list[Category], list[float]]:
        """The categories that have texts, with how often each comes."""
        leaves = [c for c in categories().leaves() if c.code in texts()["messages"]]
        return leaves, list(
            accumulate(MIX["weights"].get(c.code[:4], 1) * self.rng.expovariate(1.0) + 0.05 for c in leaves)
        )

    @cached_property
    def moments(self) -> tuple[list[date], list[float]]:
        """The days, weighted by the day of the week."""
        today = timezone.localdate(self.now)
        days = [today - timedelta(days=n) for n in range(DAYS, -1, -1)]
        return days, list(accumulate(WEEKDAYS[day.weekday()] for day in days))

    def stories(self, count: int) -> Iterator[tuple[Story, bool]]:
        """So many cases in the order in which they came in, each with whether its reporter is known."""
        whens = sorted(self._moment() for _ in range(count))
        return (self._story(when) for when in whens)

    def _moment(self) -> datetime:
        days, weights = self.moments
        while True:
            day = self.rng.choices(days, cum_weights=weights)[0]
            hour = self.rng.choices(range(24), HOURS)[0]
            when = timezone.make_aware(datetime.combine(day, time(hour))) + timedelta(
                seconds=self.rng.randrange(3600)
            )
            if when < self.now:
                return when

    def _story(self, when: datetime) -> tuple[Story, bool]:
        rng = self.rng
        spot = rng.choices(self.spots, cum_weights=self.busy)[0]
        category = rng.choices(self.topics[0], cum_weights=self.topics[1])[0]
        channel = rng.choices(list(MIX["channels"]), list(MIX["channels"].values()))[0]
        kinds = [kind for kind in category.kinds if kind in MIX["kinds"]] or ["help"]
        kind = rng.choices(kinds, [MIX["kinds"][k] for k in kinds])[0]
        known = channel != "grid" and rng.random() < 0.93
        case = self._case(when, spot, category, channel, kind, known)
        routing = route(
            category, kind=kind, urgency=case.urgency, place_kind=case.place_kind, on=timezone.localdate(when)
        )
        lead = self._lead(routing.lead if routing else "street", spot)
        automatic = bool(routing and routing.auto and kind != "tipoff" and rng.random() < AUTOMATIC)
        site = rules.needs_site_check(category.domain, known)
        course = timeline.choose(rng, automatic=automatic, site_check=site, has_contact=known)
        story = Story(case, course, spot.place, lead, routing, self.calendar, self.now, rng)
        return story.play(), known

    def _lead(self, word: str, spot: Spot) -> Node:
        if word in {"community", "street"}:
            above = tree().ancestors(spot.node.path)
            return next(node for node in reversed(above) if node.level == word)
        return tree().by_code[word]

    def _case(
        self, when: datetime, spot: Spot, category: Category, channel: str, kind: str, known: bool
    ) -> Case:
        self.serial += 1
        text = message(category.code, spot.place, self.rng)
        return Case(
            number=f"{timezone.localtime(when):%Y%m%d}-{self.serial:06d}", public_code=new_code(), channel=channel, kind=kind,
            category=category, urgency=category.urgency, title=rules.title_of(text), text=text,
            place_text=f"{spot.place.road}{spot.place.compound}{spot.place.building}",
            lon=round(spot.lon + self.rng.gauss(0, 0.0002), 6), lat=round(spot.lat + self.rng.gauss(0, 0.0002), 6),
            place_id=spot.node.id, place_path=spot.node.path, place_kind=spot.kind, received_at=when, has_contact=known, is_secret=kind == "tipoff",
        )  # fmt: skip


def reporter_of(story: Story, key: OpenKey, rng: Random) -> Reporter:
    """An invented reporter, sealed. The demo seals a day's reporters under one key: a batch, as imports do."""
    number = names.phone(rng)
    tipoff = story.case.kind == "tipoff"
    index, tail = phone_marks(number)
    return Reporter(
        case=story.case, key_id=key.id, name=key.seal(names.person(rng), "name"), phone=key.seal(number, "phone"),
        phone_index=index, phone_tail_index=tail,
        is_tipoff=tipoff, wants_secrecy=tipoff,
    )  # fmt: skip


def keyed(stories: Sequence[tuple[Story, bool]], keys: dict[date, OpenKey], rng: Random) -> list[Reporter]:
    """The reporters of the stories that have one."""
    return [
        reporter_of(s, keys[timezone.localdate(s.case.received_at)], rng) for s, known in stories if known
    ]
