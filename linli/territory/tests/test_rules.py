from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.territory.rules import changes, codes, kinds, places, tables
from linli.territory.rules.codelist import CodeRow, Known, compare

DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("520103019001", "520103019001"),
        ("520103019000", "520103019"),
        ("520103000000", "520103"),
        ("520100000000", "5201"),
        ("520103019.0", "520103019"),
        (" 520103 019 ", "520103019"),
        ("520103100", "520103100"),
    ],
)
def test_a_code_is_the_same_with_and_without_its_filling_zeros(given: str, code: str) -> None:
    assert codes.normal(given) == code


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("2108", "营口市", "city"),
        ("520103", "云岩区", "county"),
        ("520103019", "大营路街道", "subdistrict"),
        ("520103100", "黔灵镇", "township"),
        ("420923400", "云梦县工业园区", "special_area"),
        ("520103019001", "冠竹苑社区", "community"),
        ("520103100201", "安井村", "village"),
        ("330421001015", "镇北社区居委会", "community"),
        ("511724100200", "某某村民委员会", "village"),
        ("210881498", "示范场虚拟生活区", "special_area"),
    ],
)
def test_a_code_and_a_name_say_which_kind_of_unit_it_is(code: str, name: str, kind: str) -> None:
    assert codes.kind_of(code, name) == kind


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("镇北社区居委会", "镇北社区"),
        ("大同社区居民委员会", "大同社区"),
        ("黄家村村民委员会", "黄家村"),
        ("黄家村民委员会", "黄家村"),
        ("安井村委会", "安井村"),
        ("日晖社区", "日晖社区"),
    ],
)
def test_a_name_is_shortened_to_what_people_say(full: str, short: str) -> None:
    assert codes.short_name(full) == short


def test_the_next_code_follows_the_highest_ever_given() -> None:
    assert codes.next_code("330421001001", []) == "330421001001001"
    assert codes.next_code("330421001001", ["330421001001007", "330421001001002"]) == "330421001001008"
    with pytest.raises(codes.NoCodeLeft):
        codes.next_code("330421001001", ["330421001001999"])


def test_every_kind_but_the_roots_has_a_place_below_an_existing_kind() -> None:
    for kind in kinds.kinds().values():
        assert all(
            kinds.kind(parent).rank < kind.rank or kind.code == "department" for parent in kind.parents
        )
        assert kind.parents or kind.code in kinds.ROOT_KINDS


def test_a_grid_stands_below_a_community_and_never_right_below_a_street() -> None:
    assert not kinds.misplaced("grid", "community")
    assert "街道" in kinds.misplaced("grid", "subdistrict")
    assert kinds.misplaced("grid", None)


@given(DAYS, DAYS, DAYS)
def test_a_change_ends_a_span_on_its_day_or_is_refused(since: date, on: date, today: date) -> None:
    plan = changes.plan_span(since, on, today)
    if isinstance(plan, str):
        assert on > today or on < since
    elif plan.start_new:
        assert plan.end_on == on > since
    else:
        assert on == since


@given(st.integers(0, 60_000))
def test_a_split_into_the_hinted_number_leaves_each_community_within_the_norm(households: int) -> None:
    verdict = changes.size_verdict(households, 1500, 3000)
    if verdict == "over":
        pieces = changes.pieces_to_split(households, 1500, 3000)
        assert pieces == 1 or 1500 <= households // pieces <= 3000
    assert (verdict == "under") == (households < 1500)
    assert changes.size_verdict(None, 1500, 3000) == "unknown"


def rows(*pairs: tuple[str, str]) -> list[CodeRow]:
    return [CodeRow(line, code, name) for line, (code, name) in enumerate(pairs, start=2)]


KNOWN = {
    k.code: k
    for k in (
        Known("330421", "嘉善县", ""),
        Known("330421001", "魏塘街道", "330421"),
        Known("330421001001", "日晖社区", "330421001"),
        Known("330421001002", "谈公社区", "330421001"),
    )
}


def test_a_list_is_reported_as_new_gone_renamed_and_wrong() -> None:
    report = compare(
        rows(
            ("330421001", "魏塘街道办事处"),
            ("330421001001", "日晖新社区"),
            ("330421001003", "亭桥社区居委会"),
            ("330421009001", "无主社区"),
            ("33042100", "短了"),
            ("520103019", "大营路街道"),
            ("330421001004", ""),
            ("330421001005", "重社区"),
            ("330421001005", "重社区"),
        ),
        KNOWN,
        "330421",
    )
    assert [row.code for row in report.new] == ["330421001003"]
    assert [old.code for old in report.gone] == ["330421001002"]
    assert [row.name for row, _ in report.renamed] == ["日晖新社区"]
    assert [row.code for row in report.same] == ["330421001"]
    assert [(wrong.row.code, wrong.reason[:4]) for wrong in report.wrong] == [
        ("330421009001", "上级单位"),
        ("33042100", "代码应为"),
        ("520103019", "代码不属"),
        ("330421001004", "名称为空"),
        ("330421001005", "代码在表"),
        ("330421001005", "代码在表"),
    ]


def test_a_unit_that_comes_back_under_another_code_is_moved() -> None:
    report = compare(
        rows(("330421001", "魏塘街道"), ("330421001001", "日晖社区"), ("330421001009", "谈公社区")),
        KNOWN,
        "330421",
    )
    assert [(m.old.code, m.row.code) for m in report.moved] == [("330421001002", "330421001009")]
    assert not report.new and not report.gone


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"330421[0-9]{3}([0-9]{3})?", fullmatch=True),
            st.sampled_from(["甲社区", "乙村", ""]),
        ),
        max_size=30,
    )
)
def test_each_line_of_a_list_lands_in_exactly_one_group(pairs: list[tuple[str, str]]) -> None:
    given_rows = rows(*((codes.normal(code), name) for code, name in pairs))
    counts = compare(given_rows, KNOWN, "330421").counts()
    passed_over = sum("330421".startswith(row.code) and row.code != "330421" for row in given_rows)
    assert sum(counts.values()) - counts["gone"] == len(given_rows) - passed_over


def test_a_csv_in_gb18030_without_a_known_header_is_read() -> None:
    data = "330421001001,330421001,日晖社区\n330421001002,330421001,谈公社区\n".encode("gb18030")
    assert [(r.code, r.name) for r in tables.read_code_list(data, "list.csv")] == [
        ("330421001001", "日晖社区"),
        ("330421001002", "谈公社区"),
    ]


def test_a_list_survives_the_way_through_the_confirmation_page() -> None:
    given_rows = [CodeRow(2, "330421001", "魏塘街道", "330421", 12), CodeRow(3, "330421002", "罗星街道")]
    assert tables.from_lines(tables.as_lines(given_rows)) == given_rows


def test_a_file_without_codes_is_refused_in_words() -> None:
    with pytest.raises(tables.UnreadableList, match="代码"):
        tables.read_code_list("甲,乙\n丙,丁\n".encode(), "x.csv")


@pytest.mark.parametrize(
    ("after", "number"),
    [
        ("3栋2单元", "3"),
        ("三号楼漏水", "3"),
        ("十二栋", "12"),
        ("B座", "B"),
        ("门口积水", ""),
        ("第5幢", "5"),
    ],
)
def test_the_number_of_a_building_is_heard_after_its_compound(after: str, number: str) -> None:
    assert places.building_number(after) == number


@given(st.text("盐务街小区三栋甲乙丙", max_size=20))
def test_names_found_in_a_text_do_not_overlap(text: str) -> None:
    names = {"盐务街", "盐务街小区", "小区", "甲乙"}
    end = 0
    for start, name in places.names_in(text, names, 5):
        assert start >= end and text[start : start + len(name)] == name
        end = start + len(name)


def test_a_point_is_read_as_longitude_and_latitude() -> None:
    assert tables.read_point("106.713, 26.605") == (106.713, 26.605)
    assert tables.read_point("盐务街 12 号") is None
