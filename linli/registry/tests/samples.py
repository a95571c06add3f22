"""Rows of the registry's registers for the shared test: the same few dozen people, seen by the community of half of them."""

from __future__ import annotations

from linli.kernel.registers.tests.protocol import Sample, sample_for
from linli.registry.models import Person, Question
from linli.registry.tests.district import settle
from tests.cast import MONDAY, assemble


def _settled(words: str, surname: str = "") -> Sample:
    cast = assemble()
    settle(cast)
    return Sample(
        sees=cast.actors["community"], stranger=cast.actors["security"], words=words, surname=surname
    )


@sample_for("persons")
def persons() -> Sample:
    """People of two grids, some registered where they do not live."""
    return _settled("秀英", "王")


@sample_for("households")
def households() -> Sample:
    """Their households."""
    return _settled("王秀英")


@sample_for("organisations")
def organisations() -> Sample:
    """Shops, restaurants, a school."""
    return _settled("宏福")


@sample_for("components")
def components() -> Sample:
    """Manhole covers in three states."""
    return _settled("中华")


@sample_for("questions")
def questions() -> Sample:
    """A phone that is missing and an address in conflict of each of the first people, some settled."""
    sample = _settled("")
    Question.objects.bulk_create(
        Question(
            record_kind="person", record_id=person.pk, element=element, why=why, path=person.path, asked_at=MONDAY,
            state="answered" if n % 3 == 0 else "open", settled_by="苏兰" if n % 3 == 0 else "",
        )
        for n, person in enumerate(Person.objects.order_by("pk")[:12])
        for element, why in (("phones", "missing"), ("address", "conflict"))
    )  # fmt: skip
    return sample
