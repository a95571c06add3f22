"""Cells as departments write them become values, with what was done; what cannot be read is refused, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from string import ascii_letters
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.algorithms.cleaning import (
    Cleaned,
    CodeTable,
    Document,
    DwellingAddress,
    Fault,
    Note,
    PartialDate,
    birth_of,
    clean_address,
    clean_citizen_id,
    clean_code,
    clean_date,
    clean_document,
    clean_integer,
    clean_name,
    clean_number,
    clean_phones,
    clean_uscc,
    disagreements,
    division_of,
    sex_of,
)
from linli.algorithms.cleaning.citizen_ids import from_15
from linli.algorithms.cleaning.codes import TwoMeanings
from linli.algorithms.cleaning.words import FAULTS, NOTES

DAY = date(2026, 11, 27)
ID = "520103198001011231"
SEX = CodeTable({"1": ("男", "男性", "M", "male"), "2": ("女", "女性", "F", "female")})
PEOPLES = CodeTable({"01": ("汉族",), "03": ("回族",), "05": ("维吾尔族", "维族")}, endings=("族",))
CLEANERS: dict[str, Callable[[object], Cleaned[Any]]] = {
    "citizen id": partial(clean_citizen_id, on=DAY),
    "document": partial(clean_document, on=DAY),
    "date": partial(clean_date, on=DAY),
    "phones": clean_phones,
    "name": clean_name,
    "sex": partial(clean_code, table=SEX),
    "people": partial(clean_code, table=PEOPLES),
    "address": clean_address,
    "uscc": clean_uscc,
    "number": clean_number,
    "integer": partial(clean_integer, units=("人", "户")),
}
NEAR = st.text(
    alphabet="0123456789xXOl.-/、年月日 　１２'*张三李四·（）栋单元室号路村区转+#万人户E"
    + "无汉男女一二十先生曾用名:",
    max_size=24,
)
CELLS = st.one_of(
    NEAR,
    st.text(max_size=12),
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=4),
    st.lists(NEAR, max_size=2),
    st.builds(object),
)


class Hostile:
    """A cell whose text cannot be had."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    ("cell", "notes"),
    [
        (ID, ()),
        ("520103800101123", (Note.ID_15_TO_18,)),
        (520103800101123.0, (Note.ID_15_TO_18,)),
        ("5.20103800101123E+14", (Note.ID_15_TO_18,)),
        (int(ID), ()),
        (f"'{ID}", (Note.APOSTROPHE,)),
        ("５２０１０３１９８００１０１１２３１", (Note.FULL_WIDTH,)),
        (f" {ID[:6]} {ID[6:14]} {ID[14:]}", (Note.SPACES,)),
        (f"{ID[:6]}-{ID[6:14]}-{ID[14:]}", (Note.DASHES,)),
        (f"{ID}\t\u200b", (Note.INVISIBLE, Note.SPACES)),
    ],
)
def test_a_citizen_id_is_read_however_it_is_written(cell: object, notes: tuple[Note, ...]) -> None:
    found = clean_citizen_id(cell, on=DAY)
    assert (found.value, found.notes, found.raw) == (ID, notes, cell)


def test_a_small_x_becomes_the_check_sign() -> None:
    assert clean_citizen_id("11010519491231002x").notes == (Note.LOWER_CASE,)
    assert clean_citizen_id("11010519491231002x").value == "11010519491231002X"


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("5.20103198001011E+17", Fault.DIGITS_LOST),
        (5.20103198001011e17, Fault.DIGITS_LOST),
        ("520103198001011000", Fault.DIGITS_LOST),
        ("520103198001011232", Fault.ID_CHECKSUM),
        ("52010319800101123", Fault.ID_LENGTH),
        (from_15("520103" + "800101" + "123")[:-1] + "a", Fault.ID_SIGNS),
        ("520103********1231", Fault.MASKED),
        ("110105203001010010", Fault.ID_CHECKSUM),
    ],
)
def test_what_is_no_citizen_id_is_refused_with_the_reason(cell: object, fault: Fault) -> None:
    found = clean_citizen_id(cell, on=DAY)
    assert found.value is None and found.problem is not None and found.problem.code == fault
    assert found.suggestions == ()


@pytest.mark.parametrize("cell", [ID.replace("0", "O"), f"{ID}。", ID.replace("1", "l")])
def test_letters_that_look_like_digits_are_only_suggested(cell: str) -> None:
    found = clean_citizen_id(cell, on=DAY)
    assert found.value is None and found.problem is not None and found.problem.code == Fault.ID_MISREAD
    assert found.suggestions == (ID,)


def test_impossible_births_in_an_id_are_refused() -> None:
    for fifteen in ("520103801301123", "520103800230123"):
        assert clean_citizen_id(fifteen).problem is not None
    future = clean_citizen_id(ID, on=date(1979, 12, 31))
    assert future.problem is not None and future.problem.code == Fault.ID_BIRTH


def test_an_unknown_place_is_only_a_warning() -> None:
    found = clean_citizen_id(from_15("599999800101123"))
    assert found.value is not None and found.notes == (Note.PLACE_UNKNOWN,)


def test_an_id_says_birth_sex_and_place() -> None:
    assert (str(birth_of(ID)), sex_of(ID), division_of(ID)) == ("1980-01-01", "1", "520103")
    assert disagreements(ID, PartialDate(1980), "1") == ()
    assert disagreements(ID, PartialDate(1980, 2), "2") == ("birth", "sex")


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (ID, "citizen_id"),
        ("E12345678", "passport"),
        ("h1234567800", "hk_macau_permit"),
        ("12345678", "taiwan_permit"),
        ("军字第2001988号", "military_id"),
    ],
)
def test_other_documents_are_told_apart_by_their_shape(cell: str, kind: str) -> None:
    assert clean_document(cell, on=DAY).value == Document(kind, cell.upper())


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("1980-1-1", "1980-01-01"),
        ("1980.01.01", "1980-01-01"),
        ("1980年1月1日", "1980-01-01"),
        ("１９８０／１／１", "1980-01-01"),
        ("19800101", "1980-01-01"),
        (19800101.0, "1980-01-01"),
        ("198001", "1980-01"),
        ("1980.10", "1980-10"),
        ("1980年", "1980"),
        ("80.1.1", "1980-01-01"),
        ("05.6.7", "2005-06-07"),
        (29221, "1980-01-01"),
        ("29221", "1980-01-01"),
        (datetime(1980, 1, 1, 8), "1980-01-01"),
        ("一九八〇年一月一日", "1980-01-01"),
        ("二〇〇〇年十二月三十一日", "2000-12-31"),
        ("1980-01-01 00:00:00", "1980-01-01"),
        ("1980/1/1 上午 8:30", "1980-01-01"),
        ("1980-00-00", "1980"),
        ("1-Jan-80", "1980-01-01"),
        ("13/6/1980", "1980-06-13"),
        ("约1980年", "1980"),
    ],
)
def test_a_date_is_read_as_precisely_as_it_was_written(cell: object, wanted: str) -> None:
    assert str(clean_date(cell, on=DAY).value) == wanted


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("1980-02-30", Fault.DATE_IMPOSSIBLE),
        ("19801301", Fault.DATE_IMPOSSIBLE),
        ("2030-1-1", Fault.DATE_IN_FUTURE),
        ("1850-1-1", Fault.DATE_TOO_OLD),
        ("民国三十年", Fault.DATE_OTHER_CALENDAR),
        ("农历八月十五", Fault.DATE_OTHER_CALENDAR),
        ("长期", Fault.DATE_UNREAD),
        (25, Fault.DATE_UNREAD),
        ("19**-01-01", Fault.MASKED),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(cell: object, fault: Fault) -> None:
    found = clean_date(cell, on=DAY)
    assert found.problem is not None and found.problem.code == fault


@pytest.mark.parametrize(
    ("cell", "readings"),
    [
        ("5/6/1980", ("1980-05-06", "1980-06-05")),
        ("200112", ("2001-12", "2020-01-12")),
        (1980.1, ("1980-01", "1980-10")),
    ],
)
def test_a_date_with_two_readings_is_left_to_a_person(cell: object, readings: tuple[str, ...]) -> None:
    found = clean_date(cell, on=DAY)
    assert found.value is None and tuple(map(str, found.suggestions)) == readings


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("+86 138-1234-5678", ("13812345678",)),
        ("008613812345678", ("13812345678",)),
        (13812345678.0, ("13812345678",)),
        ("(0851)86500000转801", ("0851-86500000-801",)),
        ("13812345678、0851-86500000／13912345678", ("13812345678", "0851-86500000", "13912345678")),
        ("13812345678 13812345678", ("13812345678",)),
        ("86500000", ("86500000",)),
        ("+852 9123 4567", ("+85291234567",)),
        ("400-123-4567", ("4001234567",)),
    ],
)
def test_phones_of_a_cell_are_read(cell: object, wanted: tuple[str, ...]) -> None:
    assert clean_phones(cell).value == wanted


def test_words_beside_a_phone_are_set_aside_and_no_phone_is_refused() -> None:
    assert clean_phones("本人13812345678").aside == (("words", "本人"),)
    faults = {"1381234567": Fault.PHONE_LENGTH, "13800000000": Fault.PHONE_DUMMY, "家里": Fault.PHONE_UNREAD}
    for cell, fault in faults.items():
        problem = clean_phones(cell).problem
        assert problem is not None and problem.code == fault


@pytest.mark.parametrize(
    ("cell", "wanted", "aside"),
    [
        ("张　三", "张三", ()),
        ("买买提．艾力", "买买提·艾力", ()),
        ("买买提 • 艾力", "买买提·艾力", ()),
        ("张三先生", "张三", (("title", "先生"),)),
        ("张三（曾用名：李四）", "张三", (("former_name", "李四"),)),
        ("張學良", "張學良", ()),
        ("John  Smith", "John Smith", ()),
    ],
)
def test_a_name_is_freed_of_what_is_not_part_of_it(
    cell: str, wanted: str, aside: tuple[tuple[str, str], ...]
) -> None:
    found = clean_name(cell)
    assert (found.value, found.aside) == (wanted, aside)


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("无", Fault.NOT_A_NAME),
        ("合 计", Fault.NOT_A_NAME),
        ("张*", Fault.MASKED),
        ("张三1", Fault.NAME_HAS_DIGITS),
        ("王先生", Fault.NAME_INCOMPLETE),
        ("光明商贸有限公司", Fault.NAME_OF_ORGANISATION),
    ],
)
def test_what_is_no_name_is_refused(cell: str, fault: Fault) -> None:
    problem = clean_name(cell).problem
    assert problem is not None and problem.code == fault


@pytest.mark.parametrize("cell", ["男", "男 性", "M", "m", 1, 1.0, "１", "1-男", "男（1）"])
def test_words_for_one_code_are_one(cell: object) -> None:
    assert clean_code(cell, SEX).value == "1"


def test_zeros_that_were_lost_and_endings_that_are_missing_are_found() -> None:
    assert [clean_code(cell, PEOPLES).value for cell in (1.0, "汉", "维吾尔", "05维族")] == [
        "01",
        "01",
        "05",
        "05",
    ]


def test_an_unknown_word_comes_with_the_nearest() -> None:
    found = clean_code("维吾尓族", PEOPLES)
    assert found.problem is not None and found.problem.values["nearest"].startswith("维吾尔族")  # type: ignore[attr-defined]
    assert found.suggestions[0] == "05"
    both = clean_code("2男", SEX).problem
    assert both is not None and both.code == Fault.CODE_AND_WORD_DIFFER


def test_a_word_of_two_codes_is_a_fault_of_the_table() -> None:
    with pytest.raises(TwoMeanings):
        CodeTable({"1": ("男",), "2": ("男",)})


@pytest.mark.parametrize(
    "spelling",
    [
        "3栋2单元501",
        "3-2-501",
        "3#2-501",
        "三栋二单元五楼一号",
        "3号楼2单元501室",
        "３幢２单元５０１房",
        "3栋2-501",
        "03栋2单元5层501号",
    ],
)
def test_many_spellings_are_one_door(spelling: str) -> None:
    found = clean_address(f"中山东路88号锦绣家园{spelling}").value
    assert found == DwellingAddress("", "中山东路", "88", "锦绣家园", "3", "2", "5", "501")
    assert found.door == "3-2-501"


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("云岩区中山街道中山社区中山东路88号", DwellingAddress("云岩区中山街道中山社区", "中山东路", "88")),
        ("大河村三组12号", DwellingAddress("大河村3组", "", "12")),
        ("城市花园A座1203", DwellingAddress("", "", "", "城市花园", "A", "", "12", "1203")),
        ("中山东路88弄3号502室", DwellingAddress("", "中山东路", "88弄3", "", "", "", "5", "502")),
    ],
)
def test_an_address_is_parted(cell: str, wanted: DwellingAddress) -> None:
    assert clean_address(cell).value == wanted


def test_credit_codes_and_those_that_they_replaced_are_told_apart() -> None:
    assert clean_uscc("9111 0000-600037341l").value == "91110000600037341L"
    faults = {
        "91110000600037341M": Fault.USCC_CHECKSUM,
        "D2143569-X": Fault.OLD_ORGANISATION_CODE,
        "110108000000016": Fault.OLD_REGISTRATION_NUMBER,
        "9.111E+17": Fault.DIGITS_LOST,
        "123": Fault.USCC_LENGTH,
    }
    for cell, fault in faults.items():
        problem = clean_uscc(cell).problem
        assert problem is not None and problem.code == fault
    assert clean_uscc("D2143569-X").aside == (("organisation_code", "D2143569X"),)
    assert clean_uscc("9111OOOO600037341L").suggestions == ("91110000600037341L",)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("1,234.5元", "1234.5"),
        ("3万", "30000"),
        ("十二人", "12"),
        ("85.50㎡", "85.5"),
        (3.0, "3"),
        ("1e3", "1000"),
    ],
)
def test_numbers_are_exact(cell: object, wanted: str) -> None:
    assert clean_number(cell).value == Decimal(wanted)


def test_units_that_do_not_belong_are_refused() -> None:
    assert clean_integer("12人", units=("人",)).value == 12
    for cell, fault in (
        ("12户", Fault.NUMBER_UNIT),
        ("5%", Fault.NUMBER_UNIT),
        ("1.5", Fault.NUMBER_NOT_WHOLE),
    ):
        problem = clean_integer(cell, units=("人",)).problem
        assert problem is not None and problem.code == fault


@pytest.mark.parametrize("cell", [None, "", "  ", float("nan")])
@pytest.mark.parametrize("name", CLEANERS)
def test_an_empty_cell_is_no_problem(name: str, cell: object) -> None:
    assert CLEANERS[name](cell).is_blank


@settings(max_examples=400)
@given(cell=CELLS)
def test_any_cell_is_read_keeps_its_raw_value_and_clean_values_stay_as_they_are(cell: object) -> None:
    for name, clean in CLEANERS.items():
        found = clean(cell)
        assert found.raw is cell, name
        assert found.value is None or found.problem is None, name
        assert found.value is None or clean(found.value).value == found.value, name
        assert found.problem is None or FAULTS[found.problem.code] % found.problem.values, name


@pytest.mark.parametrize("name", CLEANERS)
def test_even_a_cell_without_a_text_is_read(name: str) -> None:
    assert CLEANERS[name](Hostile()).value is None


def test_every_code_has_words() -> None:
    assert set(NOTES) == set(Note) and set(FAULTS) == set(Fault)
    assert not any(set(words) & set(ascii_letters) for words in NOTES.values())
