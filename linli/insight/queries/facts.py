"""The live figures of the facts chapter: each with how it came about and where its records are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone, translation

from linli.cases.queries.rates import Sight
from linli.insight.outline import Segment, fill, load_chapter
from linli.insight.queries import facts_cases, facts_territory
from linli.insight.queries.held import Held
from linli.insight.queries.periods import Period
from linli.kernel.audit.actor import Actor
from linli.territory.queries.units import top_node

CHAPTER = load_chapter()


@dataclass(frozen=True)
class Facts:
    """The chapter at a moment, for a period, as one person may see it."""

    at: datetime
    period: Period
    held: Mapping[str, Held]

    @property
    def shown(self) -> dict[str, str | None]:
        """What each figure shows in a sentence; None where it is not held."""
        return {key: held.text for key, held in self.held.items()}

    @property
    def title(self) -> str:
        """The title of the chapter."""
        return "".join(piece.text for piece in fill(CHAPTER.title, CHAPTER.figures, self.shown))

    @property
    def note(self) -> tuple[Segment, ...]:
        """What stands under the title."""
        return fill(CHAPTER.note, CHAPTER.figures, self.shown)

    @property
    def sections(self) -> list[tuple[str, list[list[tuple[Segment, ...]]]]]:
        """Sections with paragraphs of sentences in pieces; empty sentences and paragraphs are left out."""
        found = []
        for section in CHAPTER.sections:
            paragraphs = [
                [fill(s, CHAPTER.figures, self.shown) for s in paragraph] for paragraph in section.paragraphs
            ]
            kept = [[pieces for pieces in paragraph if pieces] for paragraph in paragraphs]
            found.append((section.title, [paragraph for paragraph in kept if paragraph]))
        return found


def facts(actor: Actor, at: datetime, period: Period) -> Facts:
    """Every figure of the chapter."""
    place = top_node()
    with translation.override("zh-hans"):
        days = period.words
    words = {
        "place_name": Held(place.name), "as_of": Held(f"{timezone.localtime(at):%Y年%-m月%-d日}"), "period": Held(days),
    }  # fmt: skip
    sight = Sight(actor, at)
    return Facts(
        at,
        period,
        words | facts_territory.held(actor, place, timezone.localdate(at)) | facts_cases.held(sight, period),
    )
