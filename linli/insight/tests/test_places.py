"""The five places of the source reports load, and every figure says where it comes from."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from linli.insight.places import PLACES, Place, PlaceError, format_value, load_place, load_places, read_place

PLACE_LIST = load_places()
LINEAGE = sorted((PLACES.parent / "lineage").glob("*.toml"))
LINEAGE_KINDS = {"split", "merge", "new", "caretaker", "kind_change", "abolish"}


def test_each_report_has_its_place() -> None:
    assert [(place.report.id, place.code) for place in PLACE_LIST] == [
        ("S0", "511724"),
        ("S1", "420923"),
        ("S2", "520103"),
        ("S3", "2108"),
        ("S4", "330421"),
    ]


@pytest.mark.parametrize("place", PLACE_LIST, ids=lambda place: place.code)
def test_every_figure_has_its_sentence_and_a_chinese_label(place: Place) -> None:
    for figure in place.figures.values():
        assert figure.sentence, figure.key
        assert re.search("[一-鿿]", figure.label), figure.key
        assert figure.entry is None or 1 <= figure.entry <= 152, figure.key


def test_a_place_is_found_by_its_code_and_an_unknown_one_is_not() -> None:
    jiashan = load_place("330421")
    assert jiashan is not None
    assert jiashan.figures["compounds"].text == "189 个"
    assert load_place("110000") is None


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("norm_households", "约 1,500至3,000 户"),
        ("property_staff", "超过 3,500 人"),
        ("last_words", "快速反应"),
    ],
)
def test_figures_are_shown_with_qualifier_and_unit(key: str, text: str) -> None:
    jiashan = load_place("330421")
    assert jiashan is not None
    assert jiashan.figures[key].text == text


def test_a_year_has_no_thousands_separator() -> None:
    yunmeng = load_place("420923")
    assert yunmeng is not None
    assert yunmeng.figures["formed_year"].text == "2011 年"


def test_compounds_of_the_three_streets_are_given_by_kind_of_management() -> None:
    jiashan = load_place("330421")
    assert jiashan is not None
    by_kind = {
        street: [
            int(str(jiashan.figures[key].value))
            for kind in ("property", "street", "self")
            if (key := f"{street}_compounds_{kind}") in jiashan.figures
        ]
        for street in ("weitang", "luoxing", "huimin")
    }
    assert by_kind == {"weitang": [52, 27, 5], "luoxing": [76, 9, 2], "huimin": [15, 3]}


def test_numbers_are_shown_without_trailing_zeros() -> None:
    assert format_value(Decimal("1775.50")) == "1,775.5"
    assert format_value(Decimal("200000")) == "200,000"
    assert format_value(Decimal("0.311")) == "0.311"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('status = "given"', 'status = "guessed"'),
        ('key = "communities_urban"', 'key = "communities"'),
        ("entry = 18\n", ""),
        ('kind = "sum"', 'kind = "magic"'),
        ('code = "511724"', ""),
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = (PLACES / "dazhu.toml").read_text(encoding="utf-8")
    assert old in text
    faulty = tmp_path / "faulty.toml"
    faulty.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PlaceError):
        read_place(faulty)


@pytest.mark.parametrize("path", LINEAGE, ids=lambda path: path.stem)
def test_lineage_events_name_their_kind_place_and_sentence(path: Path) -> None:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    place = load_place(data["place"])
    assert place is not None
    assert data["report"] == place.report.id
    for event in data["event"]:
        assert event["kind"] in LINEAGE_KINDS
        assert event["sentence"]
        assert event["date"] or event["date_note"]
        assert event["from"] or event["to"] or event["from_note"]
        for unit in (*event["from"], *event["to"]):
            assert unit["code"] == "" or unit["code"].startswith(data["place"])


def test_three_communities_of_jiashan_became_six() -> None:
    data = tomllib.loads((PLACES.parent / "lineage" / "jiashan.toml").read_text(encoding="utf-8"))
    split = data["event"][0]
    assert [unit["name"][:2] for unit in split["from"]] == ["南门", "江南", "泗洲"]
    assert [unit["name"][:2] for unit in split["to"]] == ["南门", "瓶山", "江南", "泗洲", "绿洲", "新洲"]
    assert all(unit["code"] for unit in split["to"])


def test_yunyan_has_seventeen_streets_again() -> None:
    data = tomllib.loads((PLACES.parent / "lineage" / "yunyan.toml").read_text(encoding="utf-8"))
    again = next(event for event in data["event"] if event["key"] == "streets-again")
    assert len({unit["code"] for unit in again["to"]}) == again["to_count"] == 17
