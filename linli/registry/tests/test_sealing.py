"""A value of one record is sealed and marked as the same value in a column of many is."""

from __future__ import annotations

import polars as pl

from linli.kernel.privacy.commands import forget
from linli.registry.commands.bulk import write_persons
from linli.registry.commands.sealing import register_key, sealed_document, sealed_phones
from linli.registry.models import Person
from linli.registry.queries.sealed import Opener
from tests.cast import MONDAY, TESTER

NUMBER = "52010319800101123X"
PHONES = ["13885100001", "0851-86500000"]


def test_one_person_has_the_same_marks_alone_and_among_many(db: None) -> None:
    key = register_key()
    frame = pl.DataFrame(
        {
            "name": ["李春梅"],
            "document_kind": ["citizen_id"],
            "document": [NUMBER],
            "phones": ["、".join(PHONES)],
        }
    )
    (pk,) = write_persons(frame, key)
    row = Person.objects.get(pk=int(pk))
    document, phones = sealed_document("citizen_id", NUMBER, key), sealed_phones(PHONES, key)
    assert (bytes(row.document_mark or b""), bytes(row.document_tail or b"")) == (
        document.mark,
        document.tail,
    )
    assert [bytes(each) for each in row.phone_marks] == phones.marks
    alone = Person(document=document.document, phones=phones.phones, key_id=key.id)
    opener = Opener()
    assert opener.document(row) == opener.document(alone) == NUMBER
    assert opener.phones(row) == opener.phones(alone) == PHONES


def test_values_are_sealed_under_the_newest_generation_of_the_key(db: None) -> None:
    first = register_key()
    assert register_key().id == first.id
    forget(key_id=first.id, by=TESTER, at=MONDAY)
    assert register_key().id != first.id
