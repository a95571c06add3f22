"""The claims check: the figures of a report recomputed line by line, and what came out said in one word.

Pure: reads the place files, decides, returns values. Nothing is corrected; a contradiction is shown as one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from linli.insight.expressions import Operand, evaluate, half_up, names, spell_out
from linli.insight.places import Check, Figure, Place, Step, format_value

SENTENCE_ENDS = "。！？…”）"
REPORT_YEAR = "report_year"


class Outcome(StrEnum):
    """What a check found."""

    CLOSES = "closes"
    DOES_NOT_CLOSE = "does_not_close"
    INCONSISTENT = "inconsistent"
    DIFFERENT_POPULATIONS = "different_populations"
    DIFFERENT_MEANINGS = "different_meanings"
    BELOW_NORM = "below_norm"
    IMPLIED = "implied"
    BREAKS_OFF = "breaks_off"
    UNDECIDABLE = "undecidable"

    @property
    def label(self) -> str:
        """The outcome in Chinese."""
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    Outcome.CLOSES: "相符",
    Outcome.DOES_NOT_CLOSE: "不相符",
    Outcome.INCONSISTENT: "自相矛盾",
    Outcome.DIFFERENT_POPULATIONS: "口径不同",
    Outcome.DIFFERENT_MEANINGS: "词义不同",
    Outcome.BELOW_NORM: "未达标准",
    Outcome.IMPLIED: "推算",
    Outcome.BREAKS_OFF: "原文中断",
    Outcome.UNDECIDABLE: "缺日期，无从证实",
}

# kind of check -> (outcome where its test holds, where it does not)
OUTCOMES: dict[str, tuple[Outcome, Outcome]] = {
    "sum": (Outcome.CLOSES, Outcome.DOES_NOT_CLOSE),
    "consistency": (Outcome.CLOSES, Outcome.INCONSISTENT),
    "norm": (Outcome.CLOSES, Outcome.BELOW_NORM),
    "population": (Outcome.CLOSES, Outcome.DIFFERENT_POPULATIONS),
    "term": (Outcome.CLOSES, Outcome.DIFFERENT_MEANINGS),
    "text": (Outcome.CLOSES, Outcome.BREAKS_OFF),
    "implied": (Outcome.IMPLIED, Outcome.IMPLIED),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the calculation: in words, in numbers, and the value."""

    label: str
    words: str
    numbers: str
    value: str
    unit: str = ""
    holds: bool | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one check with its calculation; ``trap`` is T1..T8 where the reports contradict themselves."""

    place: str
    report: str
    check: Check
    outcome: Outcome
    lines: tuple[Line, ...]

    @property
    def closes(self) -> bool:
        """True where the claim holds."""
        return self.outcome is Outcome.CLOSES

    @property
    def flagged(self) -> bool:
        """True where an official should look: everything but a claim that holds or a plain inference."""
        return bool(self.check.trap) or self.outcome not in {Outcome.CLOSES, Outcome.IMPLIED}


@dataclass(frozen=True, slots=True)
class _Case:
    """A check with all it may look at."""

    check: Check
    place: Place
    places: tuple[Place, ...]
    values: Mapping[str, Operand]
    labels: Mapping[str, str]
    shown: Mapping[str, str]


def run_checks(place: Place, places: tuple[Place, ...]) -> tuple[Result, ...]:
    """Every check of ``place``; ``places`` are all places, for words that differ between reports."""
    return tuple(run_check(check, place, places) for check in place.checks)


def contradictions(places: tuple[Place, ...]) -> tuple[Result, ...]:
    """The traps T1 to T8 of all reports, in their order."""
    results = (result for place in places for result in run_checks(place, places))
    return tuple(sorted((r for r in results if r.check.trap), key=lambda r: (r.check.trap, r.report)))


def run_check(check: Check, place: Place, places: tuple[Place, ...]) -> Result:
    """Recompute one claim. Raises ExpressionError where the data file is wrong."""
    values, labels, shown = _known(place)
    lines: list[Line] = []
    for step in check.steps:
        value = Decimal(evaluate(step.expr, values))
        lines.append(_step_line(step, value, labels, shown))
        values[step.key], labels[step.key] = value, step.label
        shown[step.key] = _text(half_up(value, 4), step.unit)
    case = _Case(check, place, places, values, labels, shown)
    holds = _TESTS[check.kind](case)
    lines += _closing_lines(case, holds)
    outcome = Outcome.UNDECIDABLE if holds is None else OUTCOMES[check.kind][0 if holds else 1]
    return Result(place.code, place.report.id, check, outcome, tuple(lines))


def _known(place: Place) -> tuple[dict[str, Operand], dict[str, str], dict[str, str]]:
    """Values, labels and shown values of the figures that a check may use, by key."""
    operands = {key: figure.operand for key, figure in place.figures.items()}
    values = {key: operand for key, operand in operands.items() if operand is not None}
    labels = {key: figure.label for key, figure in place.figures.items()} | {REPORT_YEAR: "成文年份"}
    if place.report.year is not None:
        values[REPORT_YEAR] = Decimal(place.report.year)
    units = {key: figure.unit for key, figure in place.figures.items()} | {REPORT_YEAR: "年"}
    shown = {key: _text(value, units[key]) for key, value in values.items()}
    return values, labels, shown


def _arithmetic(case: _Case) -> bool | None:
    """Whether the test holds; None where it needs the year of a report that gives no date."""
    if REPORT_YEAR in names(case.check.test) and REPORT_YEAR not in case.values:
        return None
    return bool(evaluate(case.check.test, case.values))


def _same_population(case: _Case) -> bool:
    return len({case.place.figures[key].population for key in case.check.compare}) == 1


def _same_meaning(case: _Case) -> bool:
    return len({meaning for _, meaning in _meanings(case)}) == 1


def _sentence_ends(case: _Case) -> bool:
    return str(case.place.figures[case.check.passage].value).endswith(tuple(SENTENCE_ENDS))


_TESTS: dict[str, Callable[[_Case], bool | None]] = {
    "sum": _arithmetic,
    "consistency": _arithmetic,
    "norm": _arithmetic,
    "population": _same_population,
    "term": _same_meaning,
    "text": _sentence_ends,
    "implied": lambda case: True,
}


def _meanings(case: _Case) -> list[tuple[Place, str]]:
    return [(place, t.meaning) for place in case.places for t in place.terms if t.term == case.check.term]


def _step_line(step: Step, value: Decimal, labels: Mapping[str, str], shown: Mapping[str, str]) -> Line:
    fixed = None if step.digits is None else f"{half_up(value, step.digits):,f}"
    return Line(
        label=step.label,
        words=spell_out(step.expr, lambda name: labels.get(name, name)),
        numbers=spell_out(step.expr, lambda name: shown.get(name, "未载")),
        value=fixed or _text(half_up(value, 2), step.unit),
        unit=step.unit,
    )


def _text(value: Operand, unit: str) -> str:
    """A value in a calculation; years have no thousands separator."""
    text = format_value(value)
    return text.replace(",", "") if unit == "年" else text


def _closing_lines(case: _Case, holds: bool | None) -> list[Line]:
    """The lines that show the test itself: the comparison, the populations, the meanings or the last words."""
    check = case.check
    if check.compare:
        return [_population_line(case.place.figures[key]) for key in check.compare]
    if check.term:
        return [Line(f"{p.name}（{p.report.id}）", check.term, meaning, "") for p, meaning in _meanings(case)]
    if check.passage:
        figure = case.place.figures[check.passage]
        return [Line(figure.label, figure.sentence, "", figure.text, holds=holds)]
    return [_test_line(case, holds)] if check.test else []


def _population_line(figure: Figure) -> Line:
    return Line(figure.label, f"统计对象：{figure.population}", "", figure.text)


def _test_line(case: _Case, holds: bool | None) -> Line:
    words = spell_out(case.check.test, lambda name: case.labels.get(name, name))
    numbers = spell_out(case.check.test, lambda name: case.shown.get(name, "未载"))
    value = "无从判断" if holds is None else "成立" if holds else "不成立"
    return Line(case.check.test_label or "检验", words, numbers, value, holds=holds)
