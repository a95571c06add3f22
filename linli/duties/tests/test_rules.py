"""The most specific entry decides, what is unknown never does, and one rule is alone only when nothing else could be true."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.duties import rules
from linli.duties.rules import Entry

DAY = date(2026, 11, 22)
PATH = ("02", "0201", "020101")
FEW = {
    "place_kind": ("main_road", "park", "village"),
    "kind": ("help", "complaint"),
    "owner": ("known", "unknown"),
}

conditions = st.fixed_dictionaries(
    {},
    optional={n: st.lists(st.sampled_from(v), min_size=1, max_size=2, unique=True) for n, v in FEW.items()},
)
facts = st.fixed_dictionaries({name: st.sampled_from(("", *values)) for name, values in FEW.items()})


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Entries of a path of three categories, some not yet or no longer in force."""
    made = []
    for number in range(draw(st.integers(1, 7))):
        category = draw(st.sampled_from(PATH))
        start = DAY + timedelta(days=draw(st.integers(-3, 1)))
        made.append(
            Entry(
                id=number,
                code=f"E{number}",
                category=category,
                depth=len(category) // 2,
                condition=draw(conditions),
                lead=draw(st.sampled_from(("D01", "D02", "community"))),
                valid_from=start,
                valid_to=draw(st.sampled_from((None, start + timedelta(days=2)))),
                auto=draw(st.booleans()),
            )
        )
    return made


def meets(entry: Entry, known: dict[str, str]) -> bool:
    """Said again without the rules: in force, and each asked fact is one of the values."""
    in_force = entry.valid_from <= DAY and (entry.valid_to is None or entry.valid_to > DAY)
    return in_force and all(known[name] in values for name, values in entry.condition.items())


@given(entries(), facts)
def test_the_most_specific_category_then_the_most_specific_condition_decides(
    book: list[Entry], known: dict[str, str]
) -> None:
    decided = rules.decide(book, known, DAY).entry
    holding = [entry for entry in book if meets(entry, known)]
    if decided is None:
        assert not holding
        return
    assert decided in holding
    for other in holding:
        assert len(other.category) <= len(decided.category)
        if other.category == decided.category:
            assert len(other.condition) <= len(decided.condition)


@given(entries(), facts)
def test_the_others_hold_too_and_the_pending_ones_wait_for_a_fact(
    book: list[Entry], known: dict[str, str]
) -> None:
    decision = rules.decide(book, known, DAY)
    assert all(meets(entry, known) for entry in decision.others)
    for entry in decision.pending:
        assert not meets(entry, known)
        assert any(not known[name] for name in entry.condition)


@given(entries(), facts)
def test_one_rule_is_alone_only_if_no_unknown_fact_could_send_the_case_elsewhere(
    book: list[Entry], known: dict[str, str]
) -> None:
    decision = rules.decide(book, known, DAY)
    if not decision.auto:
        return
    assert decision.entry is not None
    for values in product(*(FEW[name] if not fact else (fact,) for name, fact in known.items())):
        sure = rules.decide(book, dict(zip(known, values, strict=True)), DAY).entry
        assert sure is not None
        assert sure.lead == decision.entry.lead


@given(entries(), facts)
def test_without_a_reported_tie_the_numbers_of_entries_do_not_matter(
    book: list[Entry], known: dict[str, str]
) -> None:
    ties = [c for c in rules.conflicts(book, DAY, {}) if c.kind == "tie"]
    decided = rules.decide(book, known, DAY).entry
    if decided is None:
        return
    equals = [
        entry
        for entry in book
        if meets(entry, known)
        and (entry.category, len(entry.condition)) == (decided.category, len(decided.condition))
    ]
    if len({entry.outcome for entry in equals}) > 1:
        assert ties


@given(conditions)
def test_a_condition_that_is_written_can_be_read_again(condition: dict[str, list[str]]) -> None:
    assert rules.read_condition(rules.write_condition(condition)) == condition
    assert rules.hear_condition(rules.say_condition(condition)) == condition


def test_a_condition_in_words_says_every_value() -> None:
    said = rules.say_condition({"place_kind": ["main_road", "park"], "kind": ["complaint"]})
    assert said == "地点类型为主干道或公园广场，且诉求类型为投诉"


@pytest.mark.parametrize(
    "text", ["weather=rain", "place_kind=moon", "place_kind=", "kind=help;kind=complaint"]
)
def test_a_condition_outside_the_closed_list_is_refused(text: str) -> None:
    with pytest.raises(rules.BadCatalogue):
        rules.read_condition(text)


@pytest.mark.parametrize(
    ("lead", "assist", "must", "words"),
    [
        ("D99", [], False, "没有代码"),
        ("D01", ["D99"], False, "没有代码"),
        ("community", [], True, "须由部门办理"),
        ("D01", ["D01"], False, "协办"),
        ("D01", ["D02", "D02"], False, "协办"),
    ],
)
def test_an_entry_that_nobody_could_follow_is_refused(
    lead: str, assist: list[str], must: bool, words: str
) -> None:
    with pytest.raises(rules.BadCatalogue, match=words):
        rules.check_entry(
            lead=lead, assist=assist, must_be_department=must, condition={}, known=["D01", "D02"]
        )


def test_a_department_matter_that_a_deeper_entry_sends_to_the_community_is_reported() -> None:
    above = Entry(1, "A", "02", 1, {}, "D01", DAY, must_be_department=True)
    below = Entry(2, "B", "0201", 2, {"place_kind": ["park"]}, "community", DAY)
    found = rules.conflicts([above, below], DAY, {"0201": ["02"]})
    assert [(c.kind, [e.code for e in c.entries]) for c in found] == [("downward", ["A", "B"])]


def test_an_entry_that_says_both_at_once_is_reported() -> None:
    wrong = Entry(1, "A", "02", 1, {}, "community", DAY, must_be_department=True)
    assert [c.kind for c in rules.conflicts([wrong], DAY, {})] == ["self"]
