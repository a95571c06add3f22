"""The coverage list and the outline of the facts chapter: read from data files, filled with figures. Pure."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
STATES = ("here", "part", "not_yet")
STATE_LABELS = {"here": "已有", "part": "部分已有", "not_yet": "尚未提供"}
SHAPES = ("count", "rate", "breakdown", "text")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class OutlineError(ValueError):
    """A data file lacks a field, repeats a key, or names a figure that does not exist."""


@dataclass(frozen=True, slots=True)
class Where:
    """A page of the product: its label, its URL name with arguments, and a role that may open it (empty: anybody)."""

    label: str
    url_name: str
    role: str


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One mechanism of the source reports, and where in the product it is."""

    number: int
    source: tuple[str, ...]
    group: str
    phrase: str
    need: str
    figures: str
    state: str
    where: tuple[Where, ...]
    check: str
    issue: str
    note: str

    @property
    def state_label(self) -> str:
        """The state in Chinese."""
        return STATE_LABELS[self.state]


@dataclass(frozen=True, slots=True)
class Records:
    """The list behind a figure, in words: the register and the filter."""

    register: str
    filter: str


@dataclass(frozen=True, slots=True)
class LiveFigure:
    """A figure of the chapter: what it counts, over what, without what, as of when, and its records."""

    key: str
    label: str
    unit: str
    shape: str
    numerator: str
    denominator: str
    exclusions: str
    as_of: str
    records: Records


@dataclass(frozen=True, slots=True)
class Sentence:
    """A template with ``{figure_key}``; ``absent`` is written where a figure is not held."""

    text: str
    absent: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The figures the sentence needs."""
        return tuple(_PLACEHOLDER.findall(self.text))


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the chapter: paragraphs of sentences."""

    key: str
    title: str
    paragraphs: tuple[tuple[Sentence, ...], ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The outline of the facts chapter with its figure definitions by key."""

    title: Sentence
    note: Sentence
    figures: Mapping[str, LiveFigure]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a filled sentence: plain text, or the shown value of ``figure``."""

    text: str
    figure: LiveFigure | None = None


def load_coverage(path: Path = DATA / "coverage.toml") -> tuple[Mechanism, ...]:
    """Every mechanism in the order of its number. Raises OutlineError."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["mechanism"]
    mechanisms = tuple(sorted((_mechanism(row) for row in rows), key=lambda m: m.number))
    if len({m.number for m in mechanisms}) != len(mechanisms):
        raise OutlineError("a mechanism is listed twice")
    return mechanisms


def coverage_counts(mechanisms: tuple[Mechanism, ...]) -> dict[str, int]:
    """How many mechanisms are in each state, every state named."""
    counts = Counter(mechanism.state for mechanism in mechanisms)
    return {state: counts[state] for state in STATES}


def load_chapter(path: Path = DATA / "chapter.toml") -> Chapter:
    """The chapter's outline. Raises OutlineError where a sentence names an undefined figure."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    chapter = Chapter(
        title=Sentence(data["title"]),
        note=Sentence(data["note"]),
        figures=_live_figures(data["figure"]),
        sections=tuple(_section(row) for row in data["section"]),
    )
    used = {key for sentence in _sentences(chapter) for key in sentence.keys}
    if unknown := used - chapter.figures.keys():
        raise OutlineError(f"undefined figures: {sorted(unknown)}")
    return chapter


def fill(
    sentence: Sentence, figures: Mapping[str, LiveFigure], shown: Mapping[str, str | None]
) -> tuple[Segment, ...]:
    """The sentence in pieces, each figure a piece of its own so that a page can link it.

    ``shown`` maps a figure key to its formatted value without unit; a missing key or None means not held,
    and the sentence's ``absent`` text is written instead (nothing where that is empty).
    """
    if any(shown.get(key) is None for key in sentence.keys):
        return (Segment(sentence.absent),) if sentence.absent else ()
    pieces = _PLACEHOLDER.split(sentence.text)
    segments = (
        Segment(str(shown[piece]), figures[piece]) if index % 2 else Segment(piece)
        for index, piece in enumerate(pieces)
    )
    return tuple(segment for segment in segments if segment.text)


def _mechanism(row: dict[str, Any]) -> Mechanism:
    try:
        where = tuple(Where(**page) for page in row["where"])
        mechanism = Mechanism(**{**row, "source": tuple(row["source"]), "where": where})
    except (KeyError, TypeError) as error:
        raise OutlineError(f"mechanism {row.get('number')}: {error}") from error
    if mechanism.state not in STATES:
        raise OutlineError(f"mechanism {mechanism.number}: state {mechanism.state} unknown")
    return mechanism


def _live_figures(rows: list[dict[str, Any]]) -> dict[str, LiveFigure]:
    figures = {row["key"]: LiveFigure(**{**row, "records": Records(**row["records"])}) for row in rows}
    if len(figures) != len(rows) or any(f.shape not in SHAPES for f in figures.values()):
        raise OutlineError("a figure is defined twice or has an unknown shape")
    return figures


def _section(row: dict[str, Any]) -> Section:
    paragraphs = (tuple(Sentence(**sentence) for sentence in part["sentences"]) for part in row["paragraph"])
    return Section(row["key"], row["title"], tuple(paragraphs))


def _sentences(chapter: Chapter) -> list[Sentence]:
    inner = [s for section in chapter.sections for paragraph in section.paragraphs for s in paragraph]
    return [chapter.title, chapter.note, *inner]
