"""Open cases that may be the same as one that is being taken down, each with the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from linli.algorithms.text.sentences import said
from linli.algorithms.text.similarity import Likeness, Scales, Trace, most_similar
from linli.cases import policy
from linli.cases.models import Case
from linli.cases.queries.reading import similar_candidates
from linli.kernel.audit.actor import Actor
from linli.kernel.norms.queries import norm
from linli.kernel.privacy.context import door

COMPARED = 400
"""How many of the latest candidates are compared: more would not be read by anybody."""

LEAST_LETTERS = 6
SAME_SPOT = 30.0
"""Metres within which two points are called the same place."""


@dataclass(frozen=True)
class Similar:
    """A case like the one at hand. Where the viewer may not open it, only number, category, place and state are shown."""

    case: Case
    share: int
    reasons: tuple[str, ...]
    may_open: bool


def similar_cases(
    by: Actor, *, text: str, place_path: str, at: datetime, point: tuple[float, float] | None = None,
    category_id: int | None = None, exclude: int | None = None, limit: int = 4,
) -> list[Similar]:  # fmt: skip
    """The open cases most like a text at a place, best first; never a tip-off (举报), of which nobody is told."""
    if len(text.strip()) < LEAST_LETTERS:
        return []
    on = timezone.localdate(at)
    scales = Scales(
        metres=float(norm("cases.duplicate.radius", on=on, place=place_path).amount()),
        days=float(norm("cases.duplicate.days", on=on, place=place_path).amount()),
    )
    least = float(norm("cases.duplicate.likeness", on=on, place=place_path).amount()) / 100
    with door(policy.SIMILAR):
        rows = _candidates(place_path, category_id, at, exclude)
    found = most_similar(
        Trace.of(None, text, at, point),
        [_trace(case) for case in rows.values()],
        scales=scales,
        least_score=least,
        limit=limit,
    )
    return [_shown(by, rows[int(str(each.key))], each) for each in found]


def is_repeated(case: Case, at: datetime) -> bool:
    """Whether an open case at the same place has the very same words; tip-offs are not compared."""
    days = int(norm("cases.duplicate.days", on=timezone.localdate(at), place=case.place_path).amount())
    with door(policy.SIMILAR):
        near = Case.objects.open().filter(
            place=case.place_id, category=case.category_id, received_at__gte=at - timedelta(days=days)
        )
        return near.filter(text=case.text).exclude(kind=policy.TIPOFF).exclude(pk=case.pk).exists()


def _candidates(
    place_path: str, category_id: int | None, at: datetime, exclude: int | None
) -> dict[int, Case]:
    found = similar_candidates(place_path=place_path, category_id=category_id, at=at, exclude=exclude)
    rows = (
        found.exclude(kind=policy.TIPOFF)
        .select_related("category", "lead")
        .order_by("-received_at")[:COMPARED]
    )
    return {case.pk: case for case in rows}


def _trace(case: Case) -> Trace:
    point = (case.lon, case.lat) if case.lon is not None and case.lat is not None else None
    return Trace.of(case.pk, case.text, case.received_at, point)


def _shown(by: Actor, case: Case, like: Likeness) -> Similar:
    return Similar(case, round(like.score * 100), tuple(reasons(like)), policy.sees(by, case))


def reasons(like: Likeness) -> Sequence[str]:
    """Why two cases are alike, in words: phrases in common, distance, time."""
    found = []
    if like.phrases:
        phrases = "".join(f"“{phrase}”" for phrase in like.phrases[:3])
        found.append(said("都提到%(phrases)s", phrases=phrases))
    if like.metres is not None:
        far = said("相距 %(distance)s", distance=_distance(like.metres))
        found.append(said("同一地点") if like.metres < SAME_SPOT else far)
    found.append(said("今天反映") if like.days < 1 else said("%(days)s 天前反映", days=int(like.days)))
    return found


def _distance(metres: float) -> str:
    if metres < 1000:
        return said("%(n)s 米", n=f"{round(metres, -1):.0f}")
    return said("%(n)s 公里", n=f"{metres / 1000:.1f}")
