"""Values of one record as a person types them: read as the cells of a file are, so that both are written in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from linli.algorithms.cleaning.columns import column_of
from linli.algorithms.cleaning.words import FAULTS
from linli.algorithms.text.sentences import said
from linli.registry.rules.elements import Element, elements
from linli.registry.rules.life import Refused
from linli.registry.rules.rows import OWN_WORDS, clean_rows, fault_of
from linli.registry.rules.sealed import document_parts, document_said

FOLLOWS = {"population": "人口类别由户籍地和现住地得出，请办理居住变更"}
ELSEWHERE = {
    "care": "关爱对象请在关爱对象登记中办理",
    "unit": "所属社区由住址得出，请办理居住变更",
    "died_on": "死亡日期请在死亡登记中办理",
    "closed_on": "注销日期请在注销中办理",
}
"""Elements that are not typed in as values, and what is done instead."""

CITIZEN_ID = "citizen_id"


class NotReadable(Refused):
    """A value cannot be what it should be; the text says which and why. The value ``element`` names it, ``why`` is said beside it."""


def read_values(kind: str, told: Mapping[str, str], *, on: date) -> dict[str, str | None]:
    """The values of elements as the register writes them, None for what is emptied; raises ``NotReadable``.

    A citizen id says birth and sex: they come with it, and whoever tells something else is refused.
    """
    declared = elements(kind)
    given = {code: text.strip() for code, text in told.items()}
    for code in given:
        _is_ordinary(declared, code)
    values: dict[str, str | None] = dict.fromkeys(given)
    filled = {code: text for code, text in given.items() if text}
    if kind == "person" and filled.get("document") and filled.get("document_kind"):
        values["document"] = _document_of_kind(filled.pop("document"), filled["document_kind"], on)
    if filled:
        values.update(_cleaned(kind, filled, on))
    return values


def read_code(element: Element, text: str, *, on: date) -> str:
    """The code of a coded element that was switched on."""
    return _cleaned(element.kind, {element.code: text.strip()}, on)[element.code] or ""


def _cleaned(kind: str, filled: Mapping[str, str], on: date) -> dict[str, str | None]:
    declared = elements(kind)
    rows = clean_rows(kind, {code: column_of([text]) for code, text in filled.items()}, on=on)
    for fault in rows.faults[0]:
        code, _, name = fault.partition(":")
        if code in filled:
            why = _why(kind, code, name, filled[code], on)
            raise NotReadable("%(title)s：%(why)s", title=said(declared[code].title), why=why, element=code)
    found = {code: rows.values[code][0] for code in rows.values.columns if code in declared}
    for code, text in filled.items():
        if found.get(code) is None:
            raise NotReadable(
                "%(title)s“%(text)s”不能识别，请核对", title=said(declared[code].title), text=text, element=code
            )  # fmt: skip
    return {code: value for code, value in found.items() if value is not None}


def _document_of_kind(number: str, kind: str, on: date) -> str:
    """A document of a kind that is told: a citizen id is checked, of others the number is as it stands."""
    code = _cleaned("person", {"document_kind": kind}, on)["document_kind"]
    if code == CITIZEN_ID:
        document = _cleaned("person", {"document": number}, on)["document"] or ""
        if document_parts(document)[0] != CITIZEN_ID:
            raise NotReadable("“%(text)s”不是居民身份证号码，请核对证件类型", text=number)
        return document
    plain = "".join(number.split()).upper()
    return document_said(code or "other", plain)


def _is_ordinary(declared: Mapping[str, Element], code: str) -> None:
    element = declared.get(code)
    if element is None:
        raise NotReadable("没有“%(code)s”这个数据项", code=code)
    if code in FOLLOWS or code in ELSEWHERE:
        raise NotReadable(FOLLOWS.get(code) or ELSEWHERE[code])
    if element.access == "switched":
        raise NotReadable("“%(title)s”是限制字段，启用后在限制字段中登记", title=said(element.title))


def _why(kind: str, code: str, name: str, text: str, on: date) -> str:
    if name in OWN_WORDS:
        return said(OWN_WORDS[name].split("，")[0])
    problem = fault_of(kind, code, text, on=on)
    return said(FAULTS[problem.code], **problem.values) if problem else said("不能识别，请核对")


def agrees_with_document(values: Mapping[str, str | None]) -> None:
    """A person's birth and sex are those of the citizen id; raises ``NotReadable`` where they are not."""
    kind, number = document_parts(values.get("document") or "")
    if kind != CITIZEN_ID:
        return
    birth, sex = f"{number[6:10]}-{number[10:12]}-{number[12:14]}", "1" if int(number[16]) % 2 else "2"
    if values.get("birth") and not birth.startswith(values["birth"] or ""):
        raise NotReadable("出生日期与身份证号不一致，请核对后一并更正")
    if values.get("sex") in ("1", "2") and values["sex"] != sex:
        raise NotReadable("性别与身份证号不一致，请核对后一并更正")
