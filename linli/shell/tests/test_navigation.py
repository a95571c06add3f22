"""The rail begins with the workbench and always says where one is; languages are called by their own names."""

from __future__ import annotations

import pytest
from django.test import Client

from linli.shell.navigation import items, where
from tests.cast import PEOPLE, Cast

pytestmark = pytest.mark.django_db

PARTS = {
    "/workbench/": "工作台", "/cockpit/": "运行", "/rates/": "运行", "/rates/resolved/": "运行", "/reports/": "现状报告",
    "/reports/mechanisms/": "覆盖清单", "/cases/": "案件", "/cases/20261126-000001/": "案件", "/cases/inbox/": "收件",
    "/list/supervisions/": "案件", "/proposals/": "建议提案", "/list/grids/": "单位与网格", "/units/520103/": "单位与网格",
    "/duties/": "清单", "/duties/catalogue/": "派单目录", "/notices/words/case.signed/": "通知发送",
}  # fmt: skip


@pytest.mark.parametrize("path", PARTS)
def test_every_page_of_a_part_marks_it_in_the_rail(path: str) -> None:
    entries = items()
    assert {item.label for item, url in entries if url == where(path, entries)} == {PARTS[path]}


def test_a_page_of_no_part_marks_nothing() -> None:
    assert where("/search/", items()) == ""


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "grid"])
def test_the_rail_leads_first_to_the_workbench(client: Client, cast: Cast, who: str) -> None:
    client.force_login(cast.users[who])
    rail = client.get("/workbench/").content.decode().partition('<nav class="l-rail"')[2]
    first = rail.partition("<li>")[2].partition("</li>")[0]
    assert 'href="/workbench/" aria-current="page"' in first and "工作台" in first


def test_each_language_is_called_by_its_own_name(client: Client, cast: Cast) -> None:
    client.force_login(cast.users["dispatcher"])
    for chosen in ("zh-hans", "zh-hant", "en"):
        client.cookies["django_language"] = chosen
        page = client.get("/workbench/").content.decode()
        assert [name for name in ("简体中文", "繁體中文", "English") if f">{name}</button>" in page] == [
            "简体中文",
            "繁體中文",
            "English",
        ]
