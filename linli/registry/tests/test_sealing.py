"""A value of one record is sealed and marked as the same value in a column of many is."""

from __future__ import annotations

import polars as pl
import pytest

from linli.kernel.privacy.commands import forget
from linli.registry.commands.bulk import document_columns, phone_columns
from linli.registry.commands.sealing import register_key, sealed_document, sealed_phones
from tests.cast import MONDAY, TESTER

NUMBER = "52010319800101123X"
PHONES = ["13885100001", "0851-86500000"]


@pytest.mark.django_db
def test_a_document_has_the_same_marks_alone_and_in_a_column() -> None:
    key = register_key()
    alone = sealed_document("citizen_id", NUMBER, key)
    sealed, mark, tail = (
        series[0] for series in document_columns(pl.Series(["citizen_id"]), pl.Series([NUMBER]), key)
    )
    assert (mark, tail) == (alone.mark, alone.tail)
    assert alone.document is not None
    assert key.unseal(sealed, "person.document") == key.unseal(alone.document, "person.document") == NUMBER


@pytest.mark.django_db
def test_phones_have_the_same_marks_alone_and_in_a_column() -> None:
    key = register_key()
    alone = sealed_phones(PHONES, key)
    sealed, marks = (
        series[0] for series in phone_columns(pl.Series(["、".join(PHONES)]), "person.phones", key)
    )
    assert list(marks) == alone.marks
    assert alone.phones is not None
    assert key.unseal(sealed, "person.phones") == key.unseal(alone.phones, "person.phones")


@pytest.mark.django_db
def test_values_are_sealed_under_the_newest_generation_of_the_key() -> None:
    first = register_key()
    assert register_key().id == first.id
    forget(key_id=first.id, by=TESTER, at=MONDAY)
    assert register_key().id != first.id
