"""The list page in a browser's eyes: filters, parts, files, views, columns."""

from __future__ import annotations

import io
import json

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from linli.kernel.accounts.models import User
from linli.kernel.audit.models import Event
from linli.kernel.registers.models import ColumnPreference, SavedView
from linli.kernel.registers.tests import probe
from tests.cast import Cast
from tests.lists import sheet

URL = "/list/probe/"


@pytest.fixture
def leader(client: Client, cast: Cast) -> Client:
    """Sees every probe."""
    probe.make_table()
    probe.make_rows()
    client.force_login(cast.users["leader"])
    return client


def test_a_visitor_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get(URL).status_code == 302


def test_a_person_without_the_verb_is_refused_in_words(client: Client, cast: Cast) -> None:
    probe.make_table()
    client.force_login(User.objects.create(username="new", display_name="新人"))
    response = client.get(URL)
    assert response.status_code == 403
    assert "试验名册" in response.content.decode()


def test_a_register_that_does_not_exist_is_not_found(leader: Client) -> None:
    assert leader.get("/list/nothing/").status_code == 404


def test_the_page_says_how_many_and_shows_the_conditions_as_chips(leader: Client) -> None:
    body = leader.get(URL, {"state": ["open", "void"], "unit": "01"}).content.decode()
    assert "状态" in body and "办理中、已作废" in body and "延中" in body
    assert body.count("data-row=") == 14


def test_a_filter_request_answers_with_the_region_alone(leader: Client) -> None:
    response = leader.get(URL, {"state": "open"}, headers={"HX-Request": "true", "HX-Target": "register"})
    body = response.content.decode()
    assert "<html" not in body and 'id="register"' in body


def test_going_back_in_history_answers_with_the_whole_page(leader: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "register", "HX-History-Restore-Request": "true"}
    assert "<html" in leader.get(URL, headers=headers).content.decode()


def test_a_form_without_scripts_sends_both_ends_of_a_range(leader: Client) -> None:
    body = leader.get(URL, {"households.from": "100", "households.to": "200"}).content.decode()
    assert "100 至不到 200" in body


def test_csv_is_exactly_what_is_shown_and_is_recorded(leader: Client) -> None:
    response = leader.get(URL, {"state": "open", "cols": "code,state,households", "format": "csv"})
    rows = sheet(response)
    assert rows[0] == ["编号", "状态", "户数(户)"]
    assert len(rows) == 15 and {row[1] for row in rows[1:]} == {"办理中"}
    event = Event.objects.get(name="register.exported")
    assert event.after["rows"] == 14 and event.after["conditions"] == "状态:办理中"


def test_a_text_that_looks_like_a_formula_is_guarded(leader: Client) -> None:
    rows = sheet(leader.get(URL, {"q": "噪音扰", "cols": "title", "format": "csv"}))
    assert len(rows) == 9
    assert all(row[0].startswith("'=") for row in rows[1:])


def test_xlsx_has_a_cover_and_typed_cells(leader: Client) -> None:
    response = leader.get(URL, {"state": "open", "format": "xlsx"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    assert book.sheet_names == ["说明", "数据"]
    cover = dict(row[:2] for row in book.get_sheet_by_name("说明").to_python())
    assert cover["条件"] == "状态:办理中" and "江河" in cover["导出人"]
    head, first, *rest = book.get_sheet_by_name("数据").to_python()
    assert len(rest) == 13
    kinds = dict(zip(head, first, strict=True))
    assert type(kinds["受理时间"]).__name__ == "datetime" and kinds["姓名"] in (
        "",
        "王**",
        "李**",
        "欧**",
        "张**",
    )


def test_geojson_has_every_row(leader: Client) -> None:
    found = json.loads(b"".join(leader.get(URL, {"format": "geojson"}).streaming_content))
    assert len(found["features"]) == 40
    assert sum(feature["geometry"] is None for feature in found["features"]) == 7


def test_the_map_draws_the_rows_of_the_list(leader: Client) -> None:
    found = leader.get(URL, {"state": "open", "part": "map"}).json()
    assert {feature["properties"]["tone"] for feature in found["features"]} == {"open"}
    assert Event.objects.filter(name="register.exported").count() == 0


def test_the_page_is_data_too(leader: Client) -> None:
    found = leader.get(URL, {"state": "open", "format": "json", "size": "20"}).json()
    assert found["total"] == 14 and found["rows"][0]["state"] == "办理中"


def test_a_saved_view_opens_the_list_and_is_shared_downwards(leader: Client, cast: Cast) -> None:
    leader.post(f"{URL}views/", {"name": "逾期", "query": "clock=overdue", "shared": "on", "default": "on"})
    assert leader.get(URL).headers["Location"] == f"{URL}?clock=overdue"
    other = Client()
    other.force_login(cast.users["community"])
    assert "逾期 · 共享" in other.get(URL).content.decode()
    view = SavedView.objects.get()
    assert other.post(f"{URL}views/{view.pk}/remove/").status_code == 403
    assert leader.post(f"{URL}views/{view.pk}/remove/").status_code == 302
    assert not SavedView.objects.exists()


def test_a_view_shared_by_one_community_is_not_seen_in_another(leader: Client, cast: Cast) -> None:
    mine = Client()
    mine.force_login(cast.users["community"])
    mine.post(f"{URL}views/", {"name": "我社区的", "query": "state=open", "shared": "on"})
    other = Client()
    other.force_login(cast.users["stranger"])
    assert "我社区的" not in other.get(URL).content.decode()


def test_columns_are_remembered_for_the_person(leader: Client, cast: Cast) -> None:
    leader.post(f"{URL}columns/", {"columns": ["code", "tags"], "density": "compact", "query": ""})
    assert ColumnPreference.objects.get(user=cast.users["leader"]).columns == ["code", "tags"]
    body = leader.get(URL).content.decode()
    assert "l-table-tight" in body
    assert sheet(leader.get(URL, {"format": "csv"}))[0] == ["编号", "标签"]


def test_every_view_of_the_list_opens(leader: Client) -> None:
    for view in ("table", "split", "map"):
        assert leader.get(URL, {"view": view}).status_code == 200


def test_nothing_found_says_what_to_do(leader: Client) -> None:
    assert "去掉一个条件再试" in leader.get(URL, {"q": "没有这样的词"}).content.decode()
