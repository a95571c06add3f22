"""Reading norms. ``norm`` answers from memory: it may be called a thousand times a second."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Count

from linli.algorithms.text.sentences import Refusal, listed, said
from linli.kernel.norms import formula, rules
from linli.kernel.norms.freshness import Fresh
from linli.kernel.norms.models import Norm
from linli.kernel.norms.rules import NormValue

REMEMBERED = 50_000


class NoNorm(Refusal, LookupError):
    """No row holds for this key, day, place and matter; the text tells an administrator what to enter."""


class Table:
    """Every norm of the database in memory, with the answers already given."""

    def __init__(self, rows: Sequence[NormValue]) -> None:
        self.by_key: dict[str, list[NormValue]] = {}
        for row in rows:
            self.by_key.setdefault(row.key, []).append(row)
        self.places = {
            key: sorted({row.place for row in held}, key=len, reverse=True)
            for key, held in self.by_key.items()
        }
        self.changes = {key: _changes(held) for key, held in self.by_key.items()}
        self.answers: dict[Any, NormValue | None] = {}

    def find(self, key: str, on: date, place: str, match: rules.Asked | None) -> NormValue | None:
        """The row that holds, remembered for the next time the same is asked."""
        asked = (*self._stretch(key, on, place), _frozen(match))
        try:
            return self.answers[asked]
        except KeyError:
            found = rules.choose(self.by_key.get(key, ()), on, place, match)
            if len(self.answers) >= REMEMBERED:
                self.answers.clear()
            self.answers[asked] = found
            return found

    def _stretch(self, key: str, on: date, place: str) -> tuple[str, int, str]:
        """Days between two changes and places under the same row's place have one answer: it is remembered once."""
        nearest = next((known for known in self.places.get(key, ()) if place.startswith(known)), "")
        return key, bisect_right(self.changes.get(key, ()), on), nearest


def _changes(rows: Sequence[NormValue]) -> list[date]:
    """The days on which the answer for a key may become another."""
    ends = (row.valid_to + timedelta(days=1) for row in rows if row.valid_to is not None)
    return sorted({*(row.valid_from for row in rows), *ends})


def _frozen(match: rules.Asked | None) -> Any:
    if not match:
        return None
    return tuple(
        (key, known if isinstance(known, str) else tuple(known)) for key, known in sorted(match.items())
    )


def value_of(row: Norm) -> NormValue:
    """A row as the plain value that rules work with."""
    read = formula.parse(row.formula) if row.formula else None
    return NormValue(
        row.pk, row.key, row.title, row.value, row.unit, row.source, row.valid_from, row.valid_to, row.place, row.match,
        read, row.note,
    )  # fmt: skip


NORMS: Fresh[Table] = Fresh(
    "norms", lambda: Table([value_of(row) for row in Norm.objects.order_by("key", "id")])
)


def norm(key: str, *, on: date, place: str = "", match: rules.Asked | None = None) -> NormValue:
    """The norm that holds on a day at a place (a unit's code path) for a matter; raises ``NoNorm``.

    A value of ``match`` may be a path, root first (the category and its ancestors): the nearest row wins.
    """
    found = NORMS.get().find(key, on, place, match)
    if found is None:
        raise NoNorm(
            "没有可用的规范“%(key)s”（%(what)s）。请管理员在“设置 › 规范”中补充这一条。",
            key=key,
            what=_asked(on, place, match),
        )
    return found


def find_norm(key: str, *, on: date, place: str = "", match: rules.Asked | None = None) -> NormValue | None:
    """Like ``norm``, but None where no row holds."""
    return NORMS.get().find(key, on, place, match)


def held_on(key: str, on: date) -> list[NormValue]:
    """Every row of a key that holds somewhere, for some matter, on a day."""
    rows = NORMS.get().by_key.get(key, ())
    return [row for row in rows if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)]


def _asked(on: date, place: str, match: rules.Asked | None) -> str:
    where = [said("地方 %(place)s", place=place)] if place else []
    what = [said("情形 %(facts)s", facts=_told(match))] if match else []
    return listed([on, *where, *what])


def _told(match: Mapping[str, str | Sequence[str]]) -> str:
    return "、".join(
        f"{key}={known if isinstance(known, str) else '›'.join(known)}"
        for key, known in sorted(match.items())
    )


def known_keys() -> list[str]:
    """Every key that has a row."""
    return sorted(NORMS.get().by_key)


def search(words: str = "", room: str = "") -> list[Norm]:
    """Rows whose key, title, source or note has the words, of one room or all, by key and start."""
    rows = Norm.objects.filter(room=room) if room else Norm.objects.all()
    found = list(rows.order_by("room", "key", "place", "valid_from", "id"))
    wanted = words.split()
    return [
        row
        for row in found
        if all(w in f"{row.key}\n{row.title}\n{row.source}\n{row.note}\n{row.value}" for w in wanted)
    ]


def lines(rows: Sequence[Norm]) -> list[list[Norm]]:
    """Rows of the same key, place and match together, each line the oldest first."""

    def line(row: Norm) -> tuple[str, str, str, str]:
        return (row.room, row.key, row.place, str(sorted(row.match.items())))

    return [
        list(group) for _, group in groupby(sorted(rows, key=lambda r: (*line(r), r.valid_from)), key=line)
    ]


def compare(
    key: str, cases: Sequence[tuple[str, date]], match: rules.Asked | None = None
) -> list[NormValue | None]:
    """What holds at each place on each day, side by side."""
    return [find_norm(key, on=on, place=place, match=match) for place, on in cases]


def rooms() -> list[tuple[str, int]]:
    """The rooms that have norms, with the number of their keys."""
    counted = Norm.objects.values_list("room").annotate(keys=Count("key", distinct=True)).order_by("room")
    return [(room, keys) for room, keys in counted]
