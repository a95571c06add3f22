"""Reading events: histories, and the verification of the chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext

from linli.algorithms.text.sentences import said
from linli.kernel.audit import chain, kinds
from linli.kernel.audit.models import Event, Head, Seal
from linli.kernel.standing import Standing


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with the chain, in words."""

    position: int
    event_id: int | None
    words: str


def events_of(kind: str, subject_id: int) -> list[Event]:
    """``history_of``, read: every page of a subject asks."""
    return _HISTORY.ask(kind, subject_id)


def history_of(kind: str, subject_id: int) -> QuerySet[Event]:
    """The changes of one subject, oldest first; looks are left out."""
    reads = [name for name, declared in kinds.KINDS.items() if declared.is_read]
    return (
        Event.objects.filter(subject_kind=kind, subject_id=subject_id).exclude(name__in=reads).order_by("id")
    )


_HISTORY = Standing(history_of, "?", -1)


def sentence_of(event: Event) -> str:
    """The sentence of the event's kind, filled with its values; a missing value leaves the words without it."""
    values = {key: "" if value is None else value for key, value in {**event.before, **event.after}.items()}
    return gettext(kinds.get(event.name).sentence).format_map(_Blank(values))


def was_undone(event: Event, by_names: Sequence[str]) -> bool:
    """Whether the same subject has a later event of one of these names."""
    return _LATER.first(event.subject_kind, event.subject_id or 0, event.pk, list(by_names)) is not None


_LATER = Standing(
    lambda kind, subject_id, after, names: Event.objects.filter(
        subject_kind=kind, subject_id=subject_id, pk__gt=after, name__among=names
    ).only("pk")[:1],
    "?",
    -1,
    -2,
    ["?"],
)


def timeline(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Events as lines of a history for ``_ui/event.html``, the latest first."""
    return [
        {
            "at": each.at,
            "who": each.actor_label,
            "what": sentence_of(each),
            "text": each.note,
            "icon": "pencil",
        }
        for each in reversed(events)
    ]


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def verify(step: int = 5000) -> Iterator[Finding]:
    """Walk the chain from its start and yield each removed, altered or cut row; nothing yielded means it is whole."""
    previous = chain.GENESIS
    position = 0
    while True:
        seals = list(Seal.objects.filter(position__gt=position).order_by("position")[:step])
        if not seals:
            break
        rows = {
            row["id"]: row
            for row in Event.objects.filter(id__in=[s.event_id for s in seals]).values(*chain.FIELDS)
        }
        for seal in seals:
            if seal.position != position + 1:
                yield Finding(seal.position, None, said("链条在第 %(place)s 环处缺失", place=position + 1))
            position = seal.position
            row = rows.get(seal.event_id)
            digest = bytes(seal.digest)
            if row is None:
                yield Finding(
                    position,
                    seal.event_id,
                    said("第 %(place)s 环对应的事件 %(event)s 已被删除", place=position, event=seal.event_id),
                )
            elif chain.link(previous, row) != digest:
                yield Finding(
                    position,
                    seal.event_id,
                    said("第 %(place)s 环对应的事件 %(event)s 已被改动", place=position, event=seal.event_id),
                )
            previous = digest
    yield from _compare_heads(position)


def _compare_heads(position: int) -> Iterator[Finding]:
    head = Head.objects.filter(id=1).first()
    if head is not None and head.position != position:
        yield Finding(
            position,
            None,
            said("链头记为第 %(kept)s 环，实有 %(found)s 环", kept=head.position, found=position),
        )
    published = dict(published_heads())
    kept = dict(Seal.objects.filter(position__in=published).values_list("position", "digest"))
    for place, digest in published.items():
        if place not in kept:
            yield Finding(place, None, said("已公布的第 %(place)s 环不在库中：链尾被截断", place=place))
        elif bytes(kept[place]).hex() != digest:
            yield Finding(place, None, said("第 %(place)s 环与已公布的链头不符", place=place))


def published_heads() -> list[tuple[int, str]]:
    """The heads that were written outside the database, as (position, digest)."""
    folder = Path(settings.DATA_DIR) / "audit"
    lines = [
        line.split() for path in sorted(folder.glob("heads-*.log")) for line in path.read_text().splitlines()
    ]
    return [(int(position), digest) for _, position, digest in lines]


def event_rows(ids: list[int]) -> QuerySet[Event]:
    """The events of a delivery, in order."""
    return Event.objects.filter(id__in=ids).order_by("id")


def head() -> Head | None:
    """The end of the chain."""
    return Head.objects.filter(id=1).first()
