"""The pages of a department's file, as the person who brings it goes through them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linli.registry.commands import intakes
from linli.registry.models import Intake, Person, Source
from linli.registry.tests.files import sheet_of
from linli.registry.tests.test_intakes import LI, ZHANG, valid
from tests.cast import MONDAY, Cast, assemble
from tests.lists import enter


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def workbook(extra: list[list[Any]] | None = None) -> bytes:
    """A list as an office sends it: a title, a header of two rows with merged cells, a total and a signature."""
    rows: list[list[Any]] = [
        ["云岩区户籍人口花名册（2026年11月）", None, None, None, None, None],
        ["序号", "基本信息", None, None, "联系方式", "备注"],
        [None, "姓名", "公民身份号码", "性别", "手机号码", None],
        [1, LI["name"], LI["document"], "女", LI["phones"], ""],
        [2, ZHANG["name"], ZHANG["document"], "男", ZHANG["phones"], ""],
        [3, "王芳", "520103198002140021", "女", "", "号码抄错"],
        *(extra or []),
        ["合计", 3, None, None, None, None],
        ["填表人：秦川", None, None, "审核：方宁", None, None],
    ]
    return sheet_of(rows, "A1:F1", "A2:A3", "B2:D2", "F2:F3")


def make_source(client: Client) -> Source:
    client.post(
        reverse("registry:source_add"),
        {"title": "户籍月报", "record_kind": "person", "kind": "police", "basis": "户口登记条例第三条", "purpose": "核对常住人口", "until": "2030-12-31"},
    )  # fmt: skip
    return Source.objects.get()


def send(client: Client, source: Source, content: bytes) -> Any:
    file = SimpleUploadedFile("花名册.xlsx", content)
    return client.post(
        reverse("registry:upload", args=[source.pk]), {"file": file, "file_date": "2026-11-20"}
    )


def test_a_list_goes_from_the_sheet_to_the_register(cast: Cast) -> None:
    client = enter(cast, "keeper")
    source = make_source(client)
    intake = Intake.objects.get(pk=send(client, source, workbook()).url.split("/")[-2])
    page = client.get(reverse("registry:intake", args=[intake.pk])).content.decode()
    assert "3 行数据" in page
    assert LI["document"] not in page
    guessed = {"column-1": "name", "column-2": "document", "column-3": "sex", "column-4": "phones"}
    for field, code in guessed.items():
        assert f'value="{code}" selected' in page.split(f'name="{field}"')[1].split("</select>")[0]
    client.post(reverse("registry:intake", args=[intake.pk]), guessed)
    page = client.get(reverse("registry:intake", args=[intake.pk])).content.decode()
    assert "校验码不对" in page
    assert "写入 2 行" in page
    client.post(reverse("registry:intake_step", args=[intake.pk, "confirm"]))
    while intakes.apply_batch(intake_id=intake.pk, by=cast.actors["keeper"], at=MONDAY) is not None:
        pass
    assert sorted(Person.objects.values_list("name", flat=True)) == ["张伟", "李春梅"]
    page = client.get(reverse("registry:intake", args=[intake.pk])).content.decode()
    assert "已导入" in page


def test_the_next_file_of_the_same_shape_is_compared_by_itself(cast: Cast) -> None:
    client = enter(cast, "keeper")
    source = make_source(client)
    first = send(client, source, workbook()).url
    client.post(first, {"column-1": "name", "column-2": "document"})
    second = send(client, source, workbook([[4, "周五", valid("52010319900101001X"), "男", "", ""]])).url
    assert Intake.objects.get(pk=second.split("/")[-2]).state == Intake.State.EXAMINED


def test_the_rows_that_go_back_have_the_layout_of_the_file_and_their_reason(cast: Cast) -> None:
    client = enter(cast, "keeper")
    address = send(client, make_source(client), workbook()).url
    client.post(address, {"column-1": "name", "column-2": "document"})
    answer = client.get(reverse("registry:intake_refused", args=[address.split("/")[-2]]))
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0][-1] == "退回原因"
    assert rows[1][1] == "王芳"
    assert "校验码" in str(rows[1][-1])


def test_without_a_column_for_the_name_nothing_goes_on(cast: Cast) -> None:
    client = enter(cast, "keeper")
    address = send(client, make_source(client), workbook()).url
    answer = client.post(address, {"column-2": "document"})
    assert answer.status_code == 422
    assert "哪一列是“姓名”" in answer.content.decode()


def test_a_file_is_seen_by_who_brought_it(cast: Cast) -> None:
    address = send(enter(cast, "keeper"), make_source(enter(cast, "keeper")), workbook()).url
    assert enter(cast, "clerk").get(address).status_code == 404
    assert enter(cast, "community").get(address).status_code == 403


def test_what_is_no_table_is_refused_in_words(cast: Cast) -> None:
    client = enter(cast, "keeper")
    answer = send(client, make_source(client), b"\x00\x01\x02")
    assert answer.status_code == 422
    assert "表格" in answer.content.decode()
