"""The reports' own figures, recomputed: what closes is shown to close, T1 to T8 are shown as contradictions."""

from dataclasses import replace
from decimal import Decimal

import pytest

from linli.insight.claims import Outcome, Result, contradictions, run_checks
from linli.insight.expressions import evaluate, half_up
from linli.insight.places import Place, load_place, load_places

PLACES = load_places()
RESULTS = {(r.place, r.check.key): r for place in PLACES for r in run_checks(place, PLACES)}


def result(place: str, key: str) -> Result:
    return RESULTS[place, key]


def value(result_: Result, label: str) -> str:
    return next(line.value for line in result_.lines if line.label == label)


@pytest.mark.parametrize(
    ("place", "key", "total"),
    [
        ("520103", "area_bins", "27"),
        ("520103", "people_bins", "27"),
        ("520103", "items_sum", "156"),
        ("520103", "cadres_sum", "117"),
        ("520103", "courtyards_sum", "413"),
        ("520103", "linked_units_sum", "28"),
        ("330421", "communities_sum", "29"),
        ("330421", "compounds_sum", "189"),
        ("330421", "weitang_sum", "84"),
        ("330421", "luoxing_sum", "87"),
        ("330421", "huimin_sum", "18"),
        ("330421", "delivered_sum", "256"),
        ("330421", "ages_sum", "100"),
        ("420923", "members_distinct_sum", "152"),
        ("420923", "party_sum", "24"),
        ("511724", "communities_sum", "60"),
    ],
)
def test_sums_that_close_are_shown_to_close(place: str, key: str, total: str) -> None:
    shown = result(place, key)
    assert shown.outcome is Outcome.CLOSES
    assert shown.lines[0].value == total
    assert shown.lines[-1].holds is True
    assert not shown.flagged


def test_no_sum_of_the_reports_fails_to_close() -> None:
    sums = [r for r in RESULTS.values() if r.check.kind == "sum"]
    assert len(sums) >= 25
    assert all(r.closes for r in sums)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
def test_every_step_gives_the_value_found_when_the_reports_were_read(place: Place) -> None:
    for check in place.checks:
        values = {key: f.operand for key, f in place.figures.items() if f.operand is not None}
        for step in check.steps:
            found = Decimal(evaluate(step.expr, values))
            values[step.key] = found
            if step.expected is not None:
                digits = max(0, -int(step.expected.as_tuple().exponent))
                assert half_up(found, digits) == step.expected, (check.key, step.key)


def test_the_traps_are_all_shown_and_in_order() -> None:
    found = contradictions(PLACES)
    assert sorted({r.check.trap for r in found}) == [f"T{number}" for number in range(1, 9)]
    assert [r.check.trap for r in found] == sorted(r.check.trap for r in found)
    assert all(r.flagged and not r.closes for r in found)


def test_t1_makes_the_smallest_community_twice_too_large() -> None:
    shown = result("520103", "guiwu_people_claim")
    assert shown.outcome is Outcome.INCONSISTENT
    first = shown.lines[0]
    assert (first.numbers, first.value, first.unit) == ("31.3 ÷ 7.8", "4.0", "万人")
    assert value(shown, "不足2万人的社区") == "5"
    assert value(shown, "5万人以上的社区") == "2"
    assert shown.lines[-1].numbers == "4.0128 < 2"
    assert shown.lines[-1].holds is False


def test_t1_also_exceeds_the_whole_population_of_the_communities() -> None:
    shown = result("520103", "guiwu_people_claim")
    least = Decimal(value(shown, "贵乌之外各档取最低值，27个社区至少有"))
    assert least == Decimal("91.3") > Decimal(value(shown, "报告所称27个社区常住人口"))


def test_t2_seven_workers_is_not_245_over_29() -> None:
    shown = result("330421", "staff_average_claim")
    assert shown.outcome is Outcome.INCONSISTENT
    assert (shown.lines[0].numbers, shown.lines[0].value) == ("245 ÷ 29", "8.45")


def test_t2_the_average_community_is_below_the_floor_of_1500_households() -> None:
    shown = result("330421", "average_below_norm")
    assert shown.outcome is Outcome.BELOW_NORM
    assert value(shown, "户数除以社区数") == "1,234"


def test_t3_implied_sizes_are_said_to_be_implied() -> None:
    shown = result("520103", "implied_sizes")
    assert shown.outcome is Outcome.IMPLIED
    assert [line.value for line in shown.lines] == ["36.69", "11.52", "0.311"]


@pytest.mark.parametrize(
    ("place", "key", "values"),
    [
        ("330421", "compound_counts", ["189 个", "256 个"]),
        ("520103", "projects_and_courtyards", ["409 个", "413 个"]),
        ("520103", "population_bases", ["1,350,000 人", "868,300 人"]),
    ],
)
def test_t4_t5_different_populations_are_never_added(place: str, key: str, values: list[str]) -> None:
    shown = result(place, key)
    assert shown.outcome is Outcome.DIFFERENT_POPULATIONS
    assert [line.value for line in shown.lines] == values
    assert len({line.words for line in shown.lines}) == 2


def test_t6_cannot_be_decided_while_the_report_has_no_date() -> None:
    shown = result("420923", "founding")
    assert shown.outcome is Outcome.UNDECIDABLE
    assert (shown.lines[0].numbers, shown.lines[0].value) == ("2011 + 10", "2021")


@pytest.mark.parametrize(
    ("dated", "outcome"), [("2013-01-01", Outcome.INCONSISTENT), ("2022-01-01", Outcome.CLOSES)]
)
def test_t6_is_decided_once_the_date_is_known(dated: str, outcome: Outcome) -> None:
    yunmeng = load_place("420923")
    assert yunmeng is not None
    dated_place = replace(yunmeng, report=replace(yunmeng.report, dated=dated))
    found = {r.check.key: r for r in run_checks(dated_place, PLACES)}["founding"]
    assert found.outcome is outcome


@pytest.mark.parametrize("place", ["420923", "520103"])
def test_t7_one_word_has_two_meanings(place: str) -> None:
    shown = result(place, "term_new_community")
    assert shown.outcome is Outcome.DIFFERENT_MEANINGS
    assert len({line.numbers for line in shown.lines}) == 2


def test_t8_the_text_breaks_off() -> None:
    shown = result("330421", "text_end")
    assert shown.outcome is Outcome.BREAKS_OFF
    assert shown.lines[0].value == "快速反应"


def test_the_space_norm_of_xingchen_is_conditional() -> None:
    shown = result("330421", "xingchen_space")
    assert shown.check.condition
    assert value(shown, "应有面积") == "1,775.5"
    assert value(shown, "规划用房使用率") == "6.75"


def test_a_changed_figure_no_longer_closes() -> None:
    jiashan = load_place("330421")
    assert jiashan is not None
    wrong = replace(jiashan.figures["weitang_compounds"], value=Decimal(85))
    changed = replace(jiashan, figures={**jiashan.figures, "weitang_compounds": wrong})
    found = {r.check.key: r for r in run_checks(changed, PLACES)}
    assert found["weitang_sum"].outcome is Outcome.DOES_NOT_CLOSE
    assert found["compounds_sum"].outcome is Outcome.DOES_NOT_CLOSE
    assert found["luoxing_sum"].outcome is Outcome.CLOSES


def test_every_outcome_has_a_word_in_chinese() -> None:
    assert len({outcome.label for outcome in Outcome}) == len(Outcome)
