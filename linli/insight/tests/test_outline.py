"""The coverage list names every mechanism honestly; the chapter says what is not held instead of a number."""

import re
from pathlib import Path

import pytest

from linli.insight.outline import (
    DATA,
    Mechanism,
    OutlineError,
    Sentence,
    coverage_counts,
    fill,
    load_chapter,
    load_coverage,
)
from linli.shell.demo.loading import past_of

COVERAGE = load_coverage()
CHAPTER = load_chapter()
SENTENCES = [s for section in CHAPTER.sections for paragraph in section.paragraphs for s in paragraph]


def test_all_152_mechanisms_are_listed_once() -> None:
    assert [mechanism.number for mechanism in COVERAGE] == list(range(1, 153))
    assert sum(coverage_counts(COVERAGE).values()) == 152


@pytest.mark.parametrize("mechanism", COVERAGE, ids=lambda m: str(m.number))
def test_a_mechanism_says_where_it_is_or_what_brings_it(mechanism: Mechanism) -> None:
    assert set(mechanism.source) <= {"S0", "S1", "S2", "S3", "S4"}
    assert re.search("[一-鿿]", mechanism.need)
    assert re.search("[一-鿿]", mechanism.figures) or mechanism.figures[0].isdigit()
    if mechanism.state == "not_yet":
        assert not mechanism.where
        assert not mechanism.check
    else:
        assert mechanism.where
        assert mechanism.check
    assert bool(mechanism.issue) == (mechanism.state != "here")
    assert mechanism.note or mechanism.state != "part"


@pytest.mark.parametrize(
    ("old", "new"),
    [('state = "here"', 'state = "soon"'), ("number = 2\n", "number = 1\n"), ("need =", "needs =")],
)
def test_a_faulty_coverage_list_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = (DATA / "coverage.toml").read_text(encoding="utf-8")
    faulty = tmp_path / "coverage.toml"
    faulty.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(OutlineError):
        load_coverage(faulty)


def test_every_figure_of_the_chapter_is_defined_and_used() -> None:
    used = {key for s in (CHAPTER.title, CHAPTER.note, *SENTENCES) for key in s.keys}
    assert used == set(CHAPTER.figures)


def test_every_rate_names_its_denominator_and_every_counted_figure_its_records() -> None:
    for figure in CHAPTER.figures.values():
        assert figure.numerator, figure.key
        assert figure.denominator or figure.shape != "rate", figure.key
        assert figure.records.register or figure.shape == "text", figure.key


def test_no_figure_of_the_chapter_groups_by_person() -> None:
    for figure in CHAPTER.figures.values():
        assert not re.search(
            "按(人员|网格员|工作人员|经办人)分组", figure.numerator + figure.records.filter
        ), figure.key


def test_a_sentence_comes_in_pieces_with_its_figures_linked() -> None:
    sentence = Sentence("下设{communities_count}个社区、{villages_count}个村。")
    pieces = fill(sentence, CHAPTER.figures, {"communities_count": "149", "villages_count": "13"})
    assert "".join(piece.text for piece in pieces) == "下设149个社区、13个村。"
    assert [piece.figure.key for piece in pieces if piece.figure] == ["communities_count", "villages_count"]


def test_zero_is_a_figure_and_not_a_gap() -> None:
    sentence = Sentence("逾期{cases_overdue}件。", "尚未登记。")
    pieces = fill(sentence, CHAPTER.figures, {"cases_overdue": "0"})
    assert "".join(piece.text for piece in pieces) == "逾期0件。"


def test_people_not_yet_held_are_said_to_be_missing_and_not_estimated() -> None:
    people = next(section for section in CHAPTER.sections if section.key == "people")
    [[sentence]] = people.paragraphs
    shown = {"as_of": "2026年11月22日", "households_count": None}
    [piece] = fill(sentence, CHAPTER.figures, shown)
    assert piece.figure is None
    assert "尚未登记" in piece.text
    assert not re.search(r"\d", piece.text)


def test_a_sentence_without_substitute_is_left_out() -> None:
    assert fill(Sentence("{area_total}"), CHAPTER.figures, {}) == ()


def test_a_chapter_that_names_an_undefined_figure_is_refused(tmp_path: Path) -> None:
    text = (DATA / "chapter.toml").read_text(encoding="utf-8")
    faulty = tmp_path / "chapter.toml"
    faulty.write_text(text.replace("{streets_count}", "{street_count}"), encoding="utf-8")
    with pytest.raises(OutlineError, match="street_count"):
        load_chapter(faulty)


def test_a_place_begins_with_what_its_report_tells_of_its_past() -> None:
    assert [event.kind for event in past_of("520103")] == ["abolish", "kind_change", "kind_change"]
    assert "split" in {event.kind for event in past_of("330421")}
    assert past_of("511724") == []
