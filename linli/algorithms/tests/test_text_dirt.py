"""Dirty input is read, or refused with the value; persons are hidden."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.text.addresses import AddressReader
from linli.algorithms.text.dirty import DirtyDate, clean_text, find_phones, parse_datetime
from linli.algorithms.text.mask import is_masked, mask_address, mask_id, mask_name, mask_phone, mask_text

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2019/2/28 11:25:05", datetime(2019, 2, 28, 11, 25, 5)),
        ("2019-11-13 11:20:21", datetime(2019, 11, 13, 11, 20, 21)),
        (" \t2019/1/6\n7:03 ", datetime(2019, 1, 6, 7, 3)),
        ("2019-08-01", datetime(2019, 8, 1)),
        ("2019年8月1日下午3时20分", datetime(2019, 8, 1, 15, 20)),
        ("２０１９／８／１　９：３０", datetime(2019, 8, 1, 9, 30)),
        ("2019-08-01T09:30:00.125", datetime(2019, 8, 1, 9, 30)),
        (43678.5, datetime(2019, 8, 1, 12)),
        (date(2019, 8, 1), datetime(2019, 8, 1)),
        (datetime(2019, 8, 1, 9), datetime(2019, 8, 1, 9)),
    ],
)
def test_dates_of_many_kinds_are_read(value: object, wanted: datetime) -> None:
    assert parse_datetime(value) == wanted.replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize("value", ["", "昨天", "2019/13/1", "2019-02-30", "19/2/28", -5, 9e9, True])
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(DirtyDate):
        parse_datetime(value)


@given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)), st.sampled_from("-/"))
def test_both_written_forms_come_back(moment: datetime, sign: str) -> None:
    moment = moment.replace(microsecond=0)
    written = f"{moment.year}{sign}{moment.month}{sign}{moment.day} {moment:%H:%M:%S}"
    assert parse_datetime(written) == moment.replace(tzinfo=SHANGHAI)


def test_white_space_goes_and_paragraphs_and_punctuation_stay() -> None:
    assert clean_text(
        "\n\t\t\t\t\t\n\t\t\t座落在Ａ市Ａ３区\u3000联丰路，\u200b谢谢！\r\n\r\n\t第二段 \n"
    ) == ("座落在A市A3区 联丰路，谢谢！\n第二段")


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


def test_phones_are_found_and_longer_numbers_are_not() -> None:
    text = "请打138 8511 2233或0851-86500000,(+86)13985112233。编号5201031388511223344"
    assert find_phones(text) == ["13885112233", "0851-86500000", "13985112233"]


def test_addresses_are_read_by_shape() -> None:
    reader = AddressReader()
    [first] = reader.read("位于马坡岭街道农园路12号3栋2单元401室漏水")
    assert (first.road, first.number, first.building, first.entrance, first.room) == (
        "农园路",
        "12",
        "3",
        "2",
        "401",
    )
    [second] = reader.read("我住在中山东路88号锦绣家园5栋")
    assert (second.road, second.number, second.compound, second.building) == (
        "中山东路",
        "88",
        "锦绣家园",
        "5",
    )
    assert second.is_precise


def test_plain_roads_and_compounds_are_no_addresses() -> None:
    assert AddressReader().read("村里的水泥路压烂了,走路回家,我们小区的马路上没有路灯") == []


def test_known_names_are_preferred() -> None:
    reader = AddressReader(["黄兴路"], ["一步两搭桥小区"])
    found = reader.read("靠近黄兴路步行街,一步两搭桥小区第一单元")
    assert [(each.road, each.compound) for each in found] == [("黄兴路", ""), ("", "一步两搭桥小区")]


@given(st.text(alphabet="中山路号栋小区家园1位于街道,3单元室", max_size=30))
def test_any_text_can_be_read_and_parts_stand_in_it(text: str) -> None:
    for address in AddressReader(["中山路"], ["家园"]).read(text):
        assert all(part in text for part in (address.road, address.number, address.compound, address.room))
        assert address.road or address.compound


def test_persons_are_hidden_in_the_usual_way() -> None:
    assert [mask_name(name) for name in ("张三", "欧阳修文", "李四光", "王", "")] == [
        "张*",
        "欧阳**",
        "李**",
        "*",
        "",
    ]
    assert mask_phone("138 8511 5678") == "138****5678"
    assert mask_phone("0851-86500000") == "********0000"
    assert mask_id("52010319900101123x") == "520103********123X"
    assert mask_address("中山东路88号锦绣家园5栋2单元401室") == "中山东路**锦绣家园******"
    assert mask_text("我叫张三,13885115678,52010319900101123X") == "我叫张三,138****5678,520103********123X"


@given(st.text(alphabet="0123456789", min_size=1, max_size=15))
def test_a_masked_phone_is_known_as_masked(phone: str) -> None:
    assert is_masked(mask_phone(phone))
