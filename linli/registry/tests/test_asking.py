"""Nothing that is known and fresh is ever asked; what is missing, stale or in conflict always is, with purpose and basis."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.registry.rules.asking import (
    Held,
    Inquiry,
    Pending,
    Why,
    asked_on,
    can_be_answered,
    is_stale,
    pending,
    standings,
)
from linli.registry.rules.elements import elements

TODAY = date(2026, 11, 23)
DECLARED = elements("person")
ORDINARY = sorted(code for code in DECLARED if can_be_answered(code))

codes = st.sampled_from(ORDINARY)
days = st.none() | st.integers(0, 2000).map(lambda ago: TODAY - timedelta(days=ago))
helds = st.dictionaries(
    codes,
    st.builds(Held, st.none() | st.sampled_from("甲乙"), st.sampled_from(["visit", "police"]), days),
    max_size=12,
)
inquiries = st.lists(
    st.builds(
        Inquiry, st.sampled_from(sorted(DECLARED)), st.sampled_from(list(Why)), days.filter(bool), st.sampled_from("甲乙"),
        st.just("云岩区民政局"), st.just("核对"), st.just("条例"),
    ),
    max_size=6,
)  # fmt: skip
ages = st.none() | st.integers(0, 100)


def ask(
    held: dict[str, Held], *questions: Inquiry, age: int | None = 40, **more: object
) -> dict[str, Pending]:
    found = pending(held, questions, age=age, is_member=True, on=TODAY, **more)  # type: ignore[arg-type]
    return {each.element: each for each in found}


def fresh() -> dict[str, Held]:
    """Somebody of whom everything that is asked is known since yesterday."""
    return {code: Held("甲", "visit", TODAY - timedelta(days=1)) for code in asked_on(TODAY)}


@settings(max_examples=60)
@given(helds, inquiries, ages, st.booleans())
def test_what_is_known_and_fresh_and_in_nobodys_question_is_never_asked(
    held: dict[str, Held], questions: list[Inquiry], age: int | None, member: bool
) -> None:
    for each in pending(held, questions, age=age, is_member=member, on=TODAY):
        known = held.get(each.element, Held())
        gone = not known.value or is_stale(DECLARED[each.element], known.on, TODAY)
        assert gone or each.inquiries
        assert can_be_answered(each.element)
        assert each.purpose and each.basis


@settings(max_examples=60)
@given(helds, ages)
def test_once_everything_is_answered_nothing_is_asked_on_that_day(
    held: dict[str, Held], age: int | None
) -> None:
    first = pending(held, (), age=age, is_member=True, on=TODAY)
    answered = {**held, **{each.element: Held("甲", "visit", TODAY) for each in first}}
    assert pending(answered, (), age=age, is_member=True, on=TODAY) == []


@settings(max_examples=60)
@given(helds, inquiries, ages)
def test_an_element_is_asked_once_however_many_departments_ask(
    held: dict[str, Held], questions: list[Inquiry], age: int | None
) -> None:
    found = [each.element for each in pending(held, questions, age=age, is_member=True, on=TODAY)]
    assert len(found) == len(set(found))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), days, ages, st.booleans()), min_size=1, max_size=20))
def test_a_column_of_persons_is_judged_as_each_of_them(
    people: list[tuple[bool, date | None, int | None, bool]],
) -> None:
    for code, asked in asked_on(TODAY).items():
        found = standings(
            asked,
            known=np.array([known for known, *_ in people]),
            said=np.array([said for _, said, *_ in people], "datetime64[D]"),
            ages=np.array([np.nan if age is None else age for *_, age, _ in people], np.float64),
            members=np.array([member for *_, member in people]),
            on=TODAY,
        )
        for at, (known, said, age, member) in enumerate(people):
            held = {code: Held("甲" if known else None, "visit", said)}
            whys = {each.element: each.why for each in pending(held, (), age=age, is_member=member, on=TODAY)}
            assert (whys.get(code) == Why.MISSING) == found.missing[at]
            assert (whys.get(code) == Why.STALE) == found.stale[at]


def test_nobody_is_asked_again_for_what_was_told_yesterday() -> None:
    assert ask(fresh()) == {}


def test_a_telephone_is_stale_after_a_year_and_missing_where_there_is_none() -> None:
    old = {**fresh(), "phones": Held("13885100001", "visit", TODAY - timedelta(days=366))}
    assert ask(old)["phones"].why == Why.STALE
    assert ask({**fresh(), "phones": Held()})["phones"].why == Why.MISSING


def test_two_departments_that_disagree_are_asked_about_in_one_visit() -> None:
    question = Inquiry(
        "birth", Why.CONFLICT, TODAY, "1980-02-15", "云岩区民政局", "核发补贴", "社会救助暂行办法"
    )
    found = ask({**fresh(), "birth": Held("1980-02-14", "police", TODAY)}, question)
    assert list(found) == ["birth"]
    assert (found["birth"].why, found["birth"].offered, found["birth"].purpose) == (
        Why.CONFLICT,
        "1980-02-15",
        "核发补贴",
    )


def test_a_question_that_was_answered_another_way_is_not_asked_any_more() -> None:
    conflict = Inquiry("work", Why.CONFLICT, TODAY, "甲")
    gap = Inquiry("work", Why.MISSING, TODAY)
    assert ask(fresh(), conflict, gap) == {}


def test_who_said_no_is_left_alone_for_a_time_and_only_where_no_is_allowed() -> None:
    gone = {**fresh(), "phones": Held()}
    said_no = {"phones": TODAY - timedelta(days=100)}
    assert ask(gone, refused=said_no, rest_days=365) == {}
    assert "phones" in ask(gone, refused=said_no, rest_days=99)


def test_children_are_not_asked_for_work_and_nobody_of_unknown_age_is() -> None:
    assert {"work", "phones", "education"}.isdisjoint(ask({}, age=5))
    assert {"work", "phones", "education"}.isdisjoint(ask({}, age=None))
    assert "work" in ask({}, age=30)


def test_fields_that_must_be_switched_on_are_never_asked() -> None:
    questions = [
        Inquiry(code, Why.MISSING, TODAY) for code in ("ethnic", "marital", "political", "care", "population")
    ]
    assert ask(fresh(), *questions) == {}
    assert not {"ethnic", "marital", "political", "care", "document"} & set(asked_on(TODAY))
