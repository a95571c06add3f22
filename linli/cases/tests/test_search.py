"""Words are looked for in the index of pairs, not in every case."""

from __future__ import annotations

import pytest

from linli.cases.models import Case
from linli.cases.registers import CaseRegister
from tests.cast import TESTER, Cast
from tests.database import as_owner
from tests.journeys.scenery import Scenery


@pytest.mark.django_db
def test_a_word_is_looked_for_in_its_index(db: None) -> None:
    """The text of the function is planned as its owner plans it, with what it is given put where it stands."""
    ((body,),) = as_owner("SELECT prosrc FROM pg_proc WHERE proname = 'cases_case_search'")
    question = body.replace("$1", "'{电梯}'::text[]").replace("$2", "'电梯'")
    plan = as_owner("SET enable_seqscan = off", "SET enable_indexscan = off", f"EXPLAIN {question}")
    assert any("case_grams" in line for (line,) in plan), plan


@pytest.mark.django_db
def test_a_search_finds_every_case_with_the_words_and_no_other(cast: Cast) -> None:
    scenery = Scenery(cast)
    wanted = {scenery.given(text).pk for text in ("电梯坏了三天没人修", "三单元电梯困人")}
    scenery.given("楼道垃圾没人清")
    rows = CaseRegister().rows_for(TESTER)
    search = CaseRegister.search
    assert search is not None
    assert set(search.narrow(rows, "电梯").values_list("pk", flat=True)) == wanted
    assert set(search.narrow(rows, "电梯 三天").values_list("pk", flat=True)) < wanted
    assert not search.narrow(rows, "电梯 楼道").exists()
    assert Case.objects.count() == 3


@pytest.mark.django_db
def test_what_reads_like_a_date_is_the_beginning_of_numbers(cast: Cast) -> None:
    scenery = Scenery(cast)
    cases = [
        scenery.given(text) for text in ("电梯坏了三天没人修", "2012室漏水", "与20261123重复反映的垃圾没人清")
    ]
    rows, search = CaseRegister().rows_for(TESTER), CaseRegister.search
    assert search is not None
    day = cases[0].number[:8]
    for word in (day[:4], day[:6], day, f"{day}-"):
        assert set(search.narrow(rows, word)) == set(cases), word
    assert set(search.narrow(rows, cases[1].number)) == {cases[1]}


@pytest.mark.django_db
def test_digits_that_begin_no_number_are_looked_for_in_the_texts(cast: Cast) -> None:
    scenery = Scenery(cast)
    room = scenery.given("2012室漏水")
    scenery.given("电梯坏了三天没人修")
    rows, search = CaseRegister().rows_for(TESTER), CaseRegister.search
    assert search is not None
    assert set(search.narrow(rows, "2012")) == {room}
    assert search.ids(rows, "2012 漏水").tolist() == [room.pk]


@pytest.mark.django_db
def test_the_beginning_of_a_number_is_looked_for_in_the_index_of_numbers(db: None) -> None:
    ((body,),) = as_owner("SELECT prosrc FROM pg_proc WHERE proname = 'cases_case_search'")
    question = body.replace("$1", "'{20,02,26}'::text[]").replace("$2", "'202611'")
    plan = as_owner("SET enable_seqscan = off", f"EXPLAIN {question}")
    assert any("Index Cond" in line and "202611" in line for (line,) in plan), plan
