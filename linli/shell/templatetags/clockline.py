"""A case's clocks drawn as one line: what has passed, what stood still, what is due and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.shell.templatetags import dates

# How far apart two words must be on one row, in per cent of the line, and the rows in pixels.
_APART = 17.0
_ROW = 36


@dataclass(frozen=True)
class Mark:
    """A moment on the line. State is done, overdue, risk or "" (still to come)."""

    at: datetime
    label: str
    state: str = ""


@dataclass(frozen=True)
class ClockLine:
    """One line: begins at ``start``; ``now`` is where the hand stands (the end, for a closed case)."""

    start: datetime
    now: datetime
    marks: list[Mark]
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    closed: bool = False


def draw(clock: ClockLine) -> SafeString:
    """The line as SVG with the same facts as a list for those who hear the page."""
    last = max([clock.now, *(mark.at for mark in clock.marks)])
    whole = (last - clock.start).total_seconds() or 1.0

    def place(moment: datetime) -> float:
        return min(100.0, max(0.0, (moment - clock.start).total_seconds() / whole * 100))

    due = max((mark.at for mark in clock.marks), default=clock.now)
    hand = [] if clock.closed else [Mark(clock.now, _("现在"), "now")]
    placed = _rows([Mark(clock.start, _("收到"), "done"), *clock.marks, *hand], place)
    height = 26 + _ROW * (1 + max(row for _mark, _x, row in placed))
    here = place(clock.now)
    parts = [
        _line("track", 0, 100),
        _line("spent", 0, min(here, place(due))),
        _line("spent-late", place(due), here) if clock.now > due else "",
        *(_line("pause", place(a), place(b)) for a, b in clock.pauses),
        *(_stem(x, row) for _m, x, row in placed),
        *(_mark(mark, x, row) for mark, x, row in placed),
    ]
    drawing = format_html_join("", "{}", ((part,) for part in parts))
    spoken = format_html_join(
        "",
        "<li><span>{}{}</span><span>{}</span></li>",
        ((_tick(m), m.label, dates.full(m.at)) for m, _x, _r in placed),
    )
    return format_html(
        '<svg class="l-clock" height="{}" aria-hidden="true" focusable="false">{}</svg><ol class="l-clock-list">{}</ol>',
        height,
        drawing,
        spoken,
    )


def _rows(marks: list[Mark], place: Callable[[datetime], float]) -> list[tuple[Mark, float, int]]:
    """Each mark with its place and the first row where its words do not touch others."""
    taken: list[float] = []
    out: list[tuple[Mark, float, int]] = []
    for mark in sorted(marks, key=lambda m: m.at):
        x = place(mark.at)
        row = next((i for i, end in enumerate(taken) if x - end >= _APART), len(taken))
        if row == len(taken):
            taken.append(x)
        taken[row] = x
        out.append((mark, x, row))
    return out


def _line(css: str, start: float, end: float) -> SafeString:
    return format_html(
        '<line class="{}" x1="{}%" x2="{}%" y1="14" y2="14"/>', css, f"{start:.2f}", f"{max(start, end):.2f}"
    )


def _tick(mark: Mark) -> str:
    return {"done": "✓ ", "overdue": "! ", "risk": "△ "}.get(mark.state, "")


def _dot(mark: Mark, x: float) -> SafeString:
    if mark.state == "now":
        return format_html('<line class="now" x1="{0}%" x2="{0}%" y1="4" y2="24"/>', f"{x:.2f}")
    css = f" mark-{mark.state}" if mark.state else ""
    return format_html('<circle class="mark{}" cx="{}%" cy="14" r="5"/>', css, f"{x:.2f}")


def _stem(x: float, row: int) -> SafeString | str:
    """What ties words further down to their mark; drawn before all words, which cover it."""
    if not row:
        return ""
    return format_html(
        '<line class="stem" x1="{0}%" x2="{0}%" y1="20" y2="{1}"/>', f"{x:.2f}", 28 + row * _ROW
    )


def _mark(mark: Mark, x: float, row: int) -> SafeString:
    anchor = "start" if x < 8 else "end" if x > 88 else "middle"
    top = 40 + row * _ROW
    local = timezone.localtime(mark.at)
    css = f" name-{mark.state}" if mark.state else ""
    return format_html(
        '{}<text class="name{}" x="{}%" y="{}" text-anchor="{}">{}{}</text>'
        '<text x="{}%" y="{}" text-anchor="{}">{} {}</text>',
        _dot(mark, x),
        css,
        f"{x:.2f}",
        top,
        anchor,
        _tick(mark),
        mark.label,
        f"{x:.2f}",
        top + 15,
        anchor,
        dates.short_day(local.date()),
        dates.clock(local),
    )
