"""The key of the index changed: the history of a telephone is found as before."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as in_use

from linli.cases.commands.intake import phone_marks
from linli.cases.models import Case, Reporter
from linli.cases.queries.reading import history_of_number
from linli.kernel.privacy.commands import forget, make_key, mark_anew
from linli.kernel.privacy.indexes import Marking, in_force
from tests.cast import MONDAY, TESTER, Cast, assemble


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    settings.INDEX_KEY, settings.BLIND_HASH = "11" * 32, "SHA256"
    return assemble()


def reporter(cast: Cast, number: int, phone: str) -> Reporter:
    place, key = cast.unit("520103019001"), make_key(subject="reporter")
    case = Case.objects.create(
        number=f"20261123-{number:06d}", public_code=f"CODE{number:08d}", channel="hotline", kind="request", title="题", text="文",
        place_id=place.id, place_path=place.path, received_at=MONDAY,
    )  # fmt: skip
    index, tail = phone_marks(phone)
    sealed = key.seal(phone, "phone") if phone else None
    return Reporter.objects.create(
        case=case, key_id=key.id, phone=sealed, phone_index=index, phone_tail_index=tail
    )


def test_the_cases_of_a_telephone_are_found_before_and_after_and_by_the_last_four(cast: Cast) -> None:
    first, second = reporter(cast, 1, "138 8510 0001"), reporter(cast, 2, "13885100001")
    reporter(cast, 3, "13885100002")
    silent, forgotten = reporter(cast, 4, ""), reporter(cast, 5, "13885100001")
    forget(key_id=forgotten.key_id, by=TESTER, at=MONDAY)
    before = forgotten.phone_index
    told: list[tuple[str, int]] = []
    mark_anew(
        before=in_force(), now=(now := Marking("5a" * 32, "SM3")), by=TESTER, at=MONDAY, tell=lambda *each: told.append(each)
    )  # fmt: skip
    in_use.INDEX_KEY, in_use.BLIND_HASH = now
    found = history_of_number(cast.actors["operator"], "13885100001")
    assert set(found.values_list("pk", flat=True)) == {first.case_id, second.case_id}
    tail = phone_marks("13885100001")[1]
    assert set(Reporter.objects.filter(phone_tail_index=tail).values_list("pk", flat=True)) == {
        first.pk,
        second.pk,
    }
    silent.refresh_from_db()
    forgotten.refresh_from_db()
    assert silent.phone_index is None and bytes(forgotten.phone_index or b"") == before
    assert ("cases.Reporter", 3) in told
