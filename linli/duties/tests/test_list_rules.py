"""What forbids a matter, what contradicts what, and what lies between two days: values in, value out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from linli.duties import rules
from linli.duties.rules import Entry, Line, compare, flaws, forbidding, matter

DAY = date(2026, 11, 27)


def line(kind: str, name: str, **more: Any) -> Line:
    """A line that has held since the year began."""
    values = {"code": f"{kind}-{name}", "lead": "", "basis": "办法", "valid_from": date(2026, 1, 1)}
    return Line(kind=kind, name=name, **{**values, **more})


def kinds(*lines: Line, entries: tuple[Entry, ...] = ()) -> list[str]:
    """The kinds of flaws of some lines."""
    return [flaw.kind for flaw in flaws(lines, entries, DAY)]


def test_the_same_matter_may_not_be_forbidden_and_given() -> None:
    assert kinds(line("negative", "行政处罚"), line("assist", "行政处罚")) == ["opposed"]
    assert kinds(line("no_certificate", "出生证明"), line("certificate", "“出生”证明")) == ["opposed"]
    assert kinds(line("negative", "行政处罚"), line("power", "行政处罚")) == []
    assert kinds(line("negative", "处罚", category="01"), line("own", "劝导", category="01")) == ["opposed"]


def test_what_a_department_leads_is_no_contradiction_to_the_negative_list() -> None:
    forbidden = line("negative", "传销的打击")
    assert kinds(forbidden, line("item", "传销的打击", lead="D13")) == []
    assert kinds(forbidden, line("item", "传销的打击", lead="community")) == ["opposed"]


def test_the_same_words_twice_in_one_list_are_a_duplicate_and_other_lists_are_not() -> None:
    assert kinds(line("own", "居务公开"), line("own", "居务、公开", code="O2")) == ["duplicate"]
    assert kinds(line("own", "居务公开"), line("seal", "居务公开")) == []


def test_a_departments_item_that_the_dispatch_catalogue_sends_to_the_place_is_shown() -> None:
    item = line("item", "食品查处", lead="D13", category="0302")
    to_place = Entry(1, "C1", "0302", 2, {}, "community", date(2026, 1, 1))
    to_department = Entry(2, "C2", "0302", 2, {}, "D13", date(2026, 1, 1))
    assert kinds(item, entries=(to_department,)) == []
    assert kinds(item, entries=(to_department, to_place)) == ["routed"]


def test_an_item_without_basis_or_handed_down_bare_is_shown() -> None:
    assert kinds(line("item", "统计", lead="community", basis="")) == ["baseless"]
    assert kinds(line("item", "统计", lead="community", given_by="D29", lacks=("money",))) == ["bare"]


def test_a_list_that_forbids_comes_before_items_and_the_deeper_item_before_the_wider() -> None:
    wide = line("item", "食品", lead="D13", category="03")
    deep = line("item", "集体聚餐登记", lead="community", category="0302")
    no = line("negative", "查处", category="03")
    path = ["03", "0302"]
    assert forbidding([wide], path, DAY) == wide
    assert forbidding([wide, deep], path, DAY) is None
    assert forbidding([wide, deep, no], path, DAY) == no
    assert forbidding([no], ["02"], DAY) is None


@given(st.integers(-400, 400), st.integers(1, 300))
def test_a_line_forbids_on_its_days_and_on_no_other(offset: int, lasts: int) -> None:
    start = date(2026, 6, 1)
    no = line("negative", "查处", category="03", valid_from=start, valid_to=start + timedelta(lasts))
    day = start + timedelta(offset)
    assert (forbidding([no], ["03"], day) == no) is (0 <= offset < lasts)


SAID = st.dictionaries(
    st.sampled_from("abcdef"), st.dictionaries(st.sampled_from(["名称", "依据"]), st.sampled_from("甲乙"))
)


@given(SAID, SAID)
def test_a_comparison_read_backwards_says_the_opposite(one: Any, other: Any) -> None:
    there, back = compare(one, other), compare(other, one)
    assert (there.came, there.went) == (back.went, back.came)
    turned = {
        code: {(heading, after, before) for heading, before, after in fields}
        for code, fields in back.changed.items()
    }
    assert turned == {code: set(fields) for code, fields in there.changed.items()}
    assert compare(one, one) == rules.Comparison((), (), {})
    assert set(there.came) | (set(one) - set(there.went)) == set(other)


def test_a_name_is_the_same_matter_whatever_signs_stand_in_it() -> None:
    assert matter("“三会 一课”（月）") == matter("三会一课月")


def test_a_certificate_that_must_not_be_issued_is_heard_in_what_a_seal_is_for() -> None:
    listed = [line("no_certificate", "亲属关系证明")]
    assert rules.forbidden_certificate("办理继承，亲属关系证明", listed, DAY) == listed[0]
    assert rules.forbidden_certificate("亲属关系协调会通知", listed, DAY) is None
    assert rules.forbidden_certificate("志愿服务证明", listed, DAY) is None
