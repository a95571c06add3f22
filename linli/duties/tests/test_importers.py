"""The catalogue taken away as a file and brought back changes nothing; what differs needs a day from which it holds."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from docx import Document

from linli.duties.importers import CatalogueImporter, ItemImporter, ListImporter
from linli.duties.models import CatalogueEntry, ListEntry, WorkItem
from linli.duties.registers import CatalogueRegister, ItemRegister, ListRegister
from linli.duties.tests.factories import AT, KEEPER
from linli.kernel.registers.importing.importer import Judged
from linli.kernel.registers.importing.sheets import read

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


@pytest.mark.parametrize(
    ("register", "importer", "model"),
    [(ItemRegister, ItemImporter, WorkItem), (ListRegister, ListImporter, ListEntry)],
)
def test_an_export_of_items_or_lists_brought_back_is_the_same_throughout(
    register: Any, importer: Any, model: Any
) -> None:
    heading = [column.heading for column in register.columns]
    rows = [
        [c.words(row) for c in register.columns]
        for row in model.objects.select_related("category").order_by("code")
    ]
    reader = importer()
    found = list(reader.judge(list(enumerate(rows, 2)), reader.layout(heading), KEEPER, set()))
    assert {row.verdict for row in found} == {"same"}


def test_a_word_table_of_a_county_becomes_items() -> None:
    paper = Document()
    lines = [
        ["编号", "方面", "大项", "事项名称", "责任主体", "法律依据", "启用日期"],
        ["X01", "基层自治", "居民自治", "楼栋长推选", "所在社区（村）", "居委会组织法", "2026-12-01"],
        ["X02", "外星事务", "居民自治", "接待来访", "所在社区（村）", "居委会组织法", "2026-12-01"],
    ]
    table = paper.add_table(rows=3, cols=7)
    for place, words in enumerate(words for line in lines for words in line):
        table.cell(*divmod(place, 7)).text = words
    out = io.BytesIO()
    paper.save(out)
    (rows,) = read(out.getvalue())
    importer = ItemImporter()
    good, bad = importer.judge(list(enumerate(rows[1:], 2)), importer.layout(rows[0]), KEEPER, set())
    assert (good.verdict, bad.verdict) == ("new", "rejected")
    assert good.incoming is not None
    importer.apply([good.incoming], by=KEEPER, at=AT)
    assert WorkItem.objects.get(code="X01").lead == "community"
    assert "方面" in bad.reasons[0]
