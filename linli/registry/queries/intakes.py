"""What the pages of a file show: its columns, what would become of its rows, how good it is, and what goes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.algorithms.cleaning.cleaned import Fault, Note
from linli.algorithms.cleaning.words import FAULTS, NOTES
from linli.algorithms.text.mask import mask_address, mask_id, mask_name, mask_phone, mask_text
from linli.algorithms.text.sentences import said
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.commands import OpenKey, open_key
from linli.registry import policy
from linli.registry.models import Intake, Organisation, RawRow, RecordKind, Source
from linli.registry.rules.elements import Element, elements
from linli.registry.rules.rows import OWN_WORDS, fault_of
from linli.registry.rules.tables import titles

SHOWN = 10
MASKS = {"name": mask_name, "document": mask_id, "phones": mask_phone, "address": mask_address}


SHORT = {
    "masked": "已脱敏",
    "digits_lost": "末几位被电子表格丢掉",
    "id_length": "号码位数不对",
    "id_signs": "号码里有不该有的字符",
    "id_misread": "号码里有像数字的字母",
    "id_birth": "号码里的出生日期不可能",
    "id_checksum": "号码的校验码不对",
    "document_unread": "不像任何一种证件",
    "date_unread": "不能识别为日期",
    "date_impossible": "没有这一天",
    "date_ambiguous": "日期有两种读法",
    "date_other_calendar": "农历、民国等纪年",
    "date_in_future": "日期在将来",
    "date_too_old": "日期太早",
    "phone_unread": "不能识别为电话",
    "phone_length": "电话位数不对",
    "phone_dummy": "电话是凑数的",
    "not_a_name": "不是姓名",
    "name_has_digits": "姓名里有数字",
    "name_incomplete": "姓名不全",
    "name_too_long": "姓名太长",
    "name_of_organisation": "像单位名称",
    "unknown_word": "不在代码表里",
    "unknown_word_near": "不在代码表里，有相近的",
    "code_and_word_differ": "代码与名称不符",
    "address_unread": "不能识别为地址",
    "uscc_checksum": "信用代码的校验码不对",
    "uscc_length": "信用代码位数不对",
    "old_organisation_code": "旧的组织机构代码",
    "old_registration_number": "旧的注册号",
    "number_unread": "不能识别为数",
}
"""Faults in a word or two, for counts over a whole column."""


@dataclass(frozen=True)
class Quality:
    """How a column of a file was read."""

    title: str
    filled: int
    empty: int
    faults: list[tuple[str, int]]
    notes: list[tuple[str, int]]


@dataclass(frozen=True)
class Row:
    """A row in words: where it stands, whom or what it is about (persons masked), what was said of it.

    ``maybe`` is the registered organisation that a row which waits may be about.
    """

    pk: int
    sheet: int
    number: int
    who: str
    reasons: list[str]
    values: list[tuple[str, str]]
    maybe: str = ""


def sources_for(by: Actor) -> QuerySet[Source]:
    """The sources that a person may import from or look after: the own unit's, and below the own unit."""
    rows = Source.objects.select_related("unit").order_by("unit__code", "title")
    if by.sees_all or (by.may("registry.source") and by.may("registry.view")):
        return rows
    return rows.filter(unit__code=by.unit)


def intakes_of(by: Actor) -> QuerySet[Intake]:
    """The files that a person may see, the newest first."""
    return policy.intakes_for(by).select_related("source__unit").order_by("-created_at")


def quality_of(intake: Intake) -> list[Quality]:
    """The quality report in words, column by column as the elements stand."""
    declared = elements(intake.source.record_kind)
    return [
        Quality(
            _(declared[code].title),
            found["filled"],
            found["empty"],
            sorted(((short_fault(name), times) for name, times in found["faults"].items()), key=lambda each: -each[1]),
            sorted(((said(NOTES[Note(name)]), times) for name, times in found["notes"].items() if name in NOTES), key=lambda each: -each[1]),
        )
        for code, found in intake.quality.items()
    ]  # fmt: skip


def short_fault(code: str) -> str:
    """What is wrong, without the value that it is wrong with."""
    if code in OWN_WORDS:
        return said(OWN_WORDS[code])
    return said(SHORT.get(code, "不能识别"))


def rows_of(intake: Intake, verdict: str, limit: int = SHOWN) -> list[Row]:
    """The first rows of a verdict, masked: enough to see whether the file was understood."""
    rows = list(RawRow.objects.filter(intake=intake, verdict=verdict).order_by("sheet", "number")[:limit])
    told = [_told(row, open_key(intake.key_id)) for row in rows]
    known = Organisation.objects.in_bulk([each["maybe"] for each in told if "maybe" in each])
    found = []
    for row, each in zip(rows, told, strict=True):
        clean, maybe = each.get("clean", {}), known.get(each.get("maybe"))
        words = [mask_text(sentence) for sentence in sentences(intake, row, each)]
        found.append(
            Row(row.pk, row.sheet, row.number, _who(intake, clean), words, masked(intake, clean), f"{maybe.name} {maybe.address}" if maybe else "")
        )  # fmt: skip
    return found


def _told(row: RawRow, key: OpenKey) -> dict[str, Any]:
    """What lies sealed of a row; nothing where it has expired."""
    return json.loads(key.unseal(bytes(row.sealed), "raw row")) if row.sealed else {}


def maybe_of(row: RawRow) -> int:
    """The organisation that a row which waits may be about."""
    return int(_told(row, open_key(row.intake.key_id))["maybe"])


def _who(intake: Intake, clean: dict[str, str]) -> str:
    """Whom a row is about, masked; what, where it is no person."""
    kind = intake.source.record_kind
    if kind == RecordKind.PERSON:
        return mask_name(clean.get("name", ""))
    if kind == RecordKind.ORGANISATION:
        return clean.get("name", "")
    return " ".join(filter(None, (said(titles("component_kinds").get(clean.get("kind", ""), "")), clean.get("code"))))  # fmt: skip


def masked(intake: Intake, clean: dict[str, str]) -> list[tuple[str, str]]:
    """The cleaned values of a row with the persons in them hidden."""
    declared = elements(intake.source.record_kind)
    return [
        (_(declared[code].title), shown_value(declared[code], value))
        for code, value in clean.items()
        if code != "name"
    ]


def shown_value(element: Element, value: str) -> str:
    """A value of a record as pages show it: coded ones in words, persons hidden."""
    if not value:
        return ""
    if element.table:
        return "***" if element.access else said(titles(element.table).get(value, value))
    if element.shape == "document":
        return mask_id(value.partition(":")[2])
    if element.shape == "phones":
        return "、".join(map(mask_phone, value.split("、")))
    mask = MASKS.get(element.shape)
    return mask(value) if mask else value


def sentences(intake: Intake, row: RawRow, told: dict[str, Any]) -> list[str]:
    """What is to be said of a row, with the values of its own cells."""
    declared = elements(intake.source.record_kind)
    where = {code: at for at, code in enumerate(intake.layout.get("order", []))}
    found = []
    for reason in row.reasons:
        code, _sep, fault = reason.partition(":")
        if fault in OWN_WORDS:
            words = said(OWN_WORDS[fault])
        else:
            cell = told["raw"][where[code]] if code in where and told.get("raw") else None
            problem = fault_of(intake.source.record_kind, code, cell, on=intake.file_date)
            known = problem is not None and problem.code == fault
            words = said(FAULTS[Fault(fault)], **problem.values) if known and problem else short_fault(fault)
        found.append(f"{_(declared[code].title)}：{words}")
    return found


def refused_rows(intake: Intake) -> Iterator[list[Any]]:
    """The rows that go back, in the layout of the file, each with its reasons; the heading first."""
    key = open_key(intake.key_id)
    yield [*intake.layout.get("heading", []), _("退回原因")]
    for row in RawRow.objects.filter(intake=intake, verdict=RawRow.Verdict.REJECTED).order_by(
        "sheet", "number"
    ):
        told = json.loads(key.unseal(bytes(row.sealed), "raw row")) if row.sealed else {"raw": []}
        yield [*told["raw"], "；".join(sentences(intake, row, told))]
