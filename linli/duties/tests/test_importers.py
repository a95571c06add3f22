"""The catalogue taken away as a file and brought back changes nothing; what differs needs a day from which it holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from linli.duties.importers import CatalogueImporter
from linli.duties.models import CatalogueEntry
from linli.duties.registers import CatalogueRegister
from linli.duties.tests.factories import AT, KEEPER
from linli.kernel.registers.importing.importer import Judged

pytestmark = [pytest.mark.usefixtures("lists"), pytest.mark.django_db]


def judged(heading: list[str], rows: list[list[Any]]) -> list[Judged]:
    """What the importer makes of a sheet."""
    importer = CatalogueImporter()
    return list(importer.judge(list(enumerate(rows, 2)), importer.layout(heading), KEEPER, set()))


def exported(*codes: str) -> tuple[list[str], list[list[Any]]]:
    """Rows as the list page writes them."""
    columns = CatalogueRegister.columns
    entries = CatalogueEntry.objects.filter(code__in=codes).select_related("category")
    return [c.heading for c in columns], [[c.words(entry) for c in columns] for entry in entries]


def test_an_export_brought_back_is_the_same_throughout() -> None:
    heading, rows = exported(*CatalogueEntry.objects.values_list("code", flat=True))
    assert {row.verdict for row in judged(heading, rows)} == {"same"}


def test_a_changed_row_needs_a_later_day_and_then_becomes_a_new_version() -> None:
    heading, rows = exported("P010108-01")
    lead, start = heading.index("主办"), heading.index("启用日期")
    rows[0][lead] = "云岩区市政工程管理处"
    refused = judged(heading, rows)[0]
    assert refused.verdict == "rejected"
    assert "启用日期要晚于" in refused.reasons[0]
    rows[0][start] = "2027-01-01"
    accepted = judged(heading, rows)[0]
    assert accepted.verdict == "changed"
    assert accepted.incoming is not None
    CatalogueImporter().apply([accepted.incoming], by=KEEPER, at=AT)
    old, new = CatalogueEntry.objects.filter(code="P010108-01")
    assert (old.valid_to, new.lead, new.assist) == (date(2027, 1, 1), "D26", old.assist)


@pytest.mark.parametrize(
    ("column", "value"),
    [("主办", "外星人管理局"), ("条件", "天气为雨"), ("分类代码", "999999"), ("依据", "")],
)
def test_a_row_that_could_not_be_followed_is_rejected_in_words(column: str, value: str) -> None:
    heading, rows = exported("P010108-01")
    rows[0][heading.index(column)] = value
    found = judged(heading, rows)[0]
    assert found.verdict == "rejected"
    assert found.reasons
