"""What people do with a list: say what fills its columns, answer and correct its rows, take it away as a workbook."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.algorithms.text.mask import is_masked
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.privacy import commands as privacy
from linli.kernel.privacy.limits import limits
from linli.kernel.privacy.models import Request
from linli.kernel.privacy.purposes import purposes
from linli.kernel.registers.kit import Watermark
from linli.registry.commands.questions import ask_about, drop_question
from linli.registry.queries.dictionary import NOT_SAID
from linli.returns import policy, states
from linli.returns.commands.filling import LONGEST, as_number, asked_of, locked
from linli.returns.commands.permitted import subject_of
from linli.returns.commands.refused import Refused
from linli.returns.commands.rounds import subject_of_return
from linli.returns.commands.templates import checked
from linli.returns.models import Line, Return, Template, Term
from linli.returns.queries.fields import NUMBER, RECORDS, Binding, binding_of, care_of, selections
from linli.returns.queries.filled import places_of
from linli.returns.queries.lists import Contents, bindings_in, columns_of, opened, rows_of, values_that_left
from linli.returns.queries.suggesting import suggest_columns, term_of
from linli.returns.queries.workbooks import left_as, workbook_of
from linli.returns.rules.elements import dictionary
from linli.returns.rules.rendering import HIDDEN, SHORT

TABLE = "returns.Line"
MARKS = re.compile(r"[\s\-]")


@transaction.atomic
def bind_list(
    *,
    template_id: int,
    rows: str,
    columns: Mapping[str, str],
    bindings: Mapping[str, str],
    checks: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> Template:
    """Confirm whose rows a list has and what fills its columns; a column that nothing fills is asked of each row. One event.

    ``rows`` is a figure of the dictionary, ``columns`` place to field and way (``person.document@parted``), ``bindings`` what fills the labels, ``checks`` formulas
    between columns that each row has to fulfil (``F <= D``).
    The rows of a care group are chosen by who keeps the register of forms, and by nobody else.
    """
    template = (
        Template.objects.select_for_update(of=("self",)).select_related("form__owner").get(pk=template_id)
    )
    policy.require_own(by, template.form)
    if template.confirmed_at is not None:
        raise Refused("这一版已经确认；要改填报关系，请重新上传模板")
    selection = selections().get(rows)
    if selection is None:
        raise Refused("请选择列出谁：数据字典里没有“%(code)s”", code=rows)
    if care_of(selection) and not by.may("return.keep"):
        raise NotAllowed("名单涉及关爱对象，请由登记准许报表的岗位核对依据后确认")
    record_kind = RECORDS[selection.register]
    headings = {each["place"]: each["heading"] for each in columns_of(template)}
    chosen = {place: code for place, code in columns.items() if place in headings and code}
    for code in chosen.values():
        if binding_of(record_kind, code) is None:
            raise Refused("“%(rows)s”的名单里没有这一项，请从列表中选择", rows=selection.title)
    if not chosen.keys() - {place for place, code in chosen.items() if code == NUMBER}:
        raise Refused("至少有一列要由系统填，否则看不出每一行是谁")
    labels = {each["place"] for each in places_of(template)}
    kept = {place: code for place, code in bindings.items() if place in labels and code in dictionary()}
    template.listing, template.bindings = {"rows": rows, "columns": chosen}, kept
    template.checks, template.confirmed_at = checked(checks, headings), at
    template.save(update_fields=["listing", "bindings", "checks", "confirmed_at"])
    _learn(selection.register, headings, chosen, at)
    total = len(headings) + len(labels)
    after = {
        "number": template.number,
        "known": len(chosen) + len(kept),
        "asked": total - len(chosen) - len(kept),
    }
    record("return.template_bound", subject=subject_of(template.form), by=by, at=at, after=after)
    return template


def _learn(register: str, headings: Mapping[str, str], chosen: Mapping[str, str], at: datetime) -> None:
    """Only what the dictionary did not know by itself is kept, apart for each register."""
    known = suggest_columns(register, headings.values())
    terms = {
        words: Term(words=words, element=code, learned_at=at)
        for place, code in chosen.items()
        if known.get(headings[place]) != code and len(words := term_of(register, headings[place])) <= 120
    }
    Term.objects.bulk_create(
        terms.values(),
        update_conflicts=True,
        unique_fields=["words"],
        update_fields=["element", "learned_at"],
    )


Cell = tuple[int, str]
"""A cell of a list: the number of the row and the letter of the column."""


@transaction.atomic
def answer_lines(
    *,
    return_id: int,
    values: Mapping[Cell, str],
    reasons: Mapping[Cell, str],
    version: int,
    by: Actor,
    at: datetime,
) -> Return:
    """Keep what a unit says of cells of its list: some of them is enough. One event for answers, one for corrections; neither tells a value.

    What the system filled is said otherwise only with a reason: the form says so, and the register gets a question for the next visit. What
    the register does not know goes there as a question too. An empty text takes back what was said, a masked one says nothing.
    """
    row = locked(return_id, by, "return.fill")
    if row.state != states.FILLING:
        raise Refused("这份报表已经提交；要改，请先收回或请上级退回")
    if row.version != version:
        raise Refused("这份报表刚被别人改过，请刷新后再填")
    assert row.key_id is not None, "a list has a key once it was filled"
    columns = {each["place"] for each in columns_of(row.round.template)}
    by_line: dict[int, dict[str, str]] = defaultdict(dict)
    for (number, place), text in values.items():
        if place in columns and not is_masked(text):
            by_line[number][place] = text.strip()[:LONGEST]
    lines = list(row.lines.filter(number__in=by_line))
    touched: Counter[str] = Counter()
    for line, contents in zip(lines, opened(row, lines), strict=True):
        told = {
            place: (text, reasons.get((line.number, place), ""))
            for place, text in by_line[line.number].items()
        }
        touched += _Said(row, line.number, contents, by, at).put(told)
        line.open = contents.open_in(columns - bindings_in(row.round.template).keys())
        line.sealed = contents.sealed(privacy.open_key(row.key_id))
    Line.objects.bulk_update(lines, ["open", "sealed"])
    row.version += 1
    row.asked = asked_of(row)
    row.save(update_fields=["version", "asked"])
    for name, cells in sorted(touched.items()):
        record(name, subject=subject_of_return(row), by=by, at=at, after={"cells": cells})
    return row


@dataclass(frozen=True)
class _Said:
    """What is said of one row, and who says it."""

    row: Return
    number: int
    contents: Contents
    by: Actor
    at: datetime

    def put(self, told: Mapping[str, tuple[str, str]]) -> Counter[str]:
        """Take place to text and reason; returns how many cells were answered and how many corrected."""
        touched: Counter[str] = Counter()
        for place, (text, reason) in told.items():
            said = self.contents.values.get(place)
            if text != ("" if said is None else str(said)) and (text or place in self.contents.given):
                self._put(place, text, reason.strip()[:LONGEST])
                touched["return.corrected" if place in self.contents.known else "return.answered"] += 1
        return touched

    def _put(self, place: str, text: str, reason: str) -> None:
        """Say something of a cell, or take it back; the register's question follows."""
        known, earlier = self.contents.known.get(place), self.contents.given.pop(place, {})
        if earlier.get("question"):
            drop_question(question_id=earlier["question"], by=self.by, at=self.at)
        if text in ("", str(known)):
            return
        if known is not None and not reason:
            heading = _heading(self.row.round.template, place)
            raise Refused(
                "改动系统所填的内容要写明理由：第 %(number)s 行“%(heading)s”",
                number=self.number,
                heading=heading,
            )
        given: dict[str, Any] = {"value": as_number(text), "who": self.by.label}
        binding = bindings_in(self.row.round.template).get(place)
        if binding is not None:
            given["value"] = text
            given |= self._asked(binding, text, known is not None)
        self.contents.given[place] = given | ({"reason": reason} if known is not None else {})

    def _asked(self, binding: Binding, text: str, is_known: bool) -> dict[str, int]:
        """The question to the register, where the column is of something that it keeps."""
        if not binding.field.element or self.contents.about is None:
            return {}
        question = ask_about(
            kind=binding.field.kind, record_id=self.contents.about, element=binding.field.element, theirs=_read_back(text, binding, is_known),
            unit=self.row.unit, basis=self.row.round.form.basis, by=self.by, at=self.at,
        )  # fmt: skip
        return {"question": question.pk}


def _heading(template: Template, place: str) -> str:
    return next((each["heading"] for each in columns_of(template) if each["place"] == place), place)


def _read_back(text: str, binding: Binding, is_known: bool) -> str:
    """A cell as the register reads it; empty where the way of writing hid a part of it, and where it is no value that anybody may say."""
    field = binding.field
    if binding.way in HIDDEN or (is_known and binding.way in SHORT):
        return ""
    if field.shape == "age" or field.element in NOT_SAID:
        return ""
    return MARKS.sub("", text).upper() if field.shape == "document" else text


def needs_approval(rows: int, by: Actor, at: datetime) -> bool:
    """Whether so many rows leave only with the approval of a second person."""
    return rows > limits(timezone.localdate(at), by.role).export_rows


@transaction.atomic
def take_list(
    *, return_id: int, purpose: str, reason: str, departure_id: int | None = None, by: Actor, at: datetime
) -> tuple[Return, bytes | None]:
    """The workbook of a list, for a purpose, marked with who took it when: as it is, or as it left. One event.

    Beyond the norm only with the approval of a second person: without one it is asked for, and there is no workbook yet (None). Refuses
    without a purpose (``PurposeRequired``), without a reason for the second person (``ReasonNeeded``), and who may not see the rows (``NotAllowed``).
    """
    row = policy.returns_for(by).select_for_update(of=("self",)).get(pk=return_id)
    if not policy.sees_lines(by, row):
        raise NotAllowed("您的岗位看不到这份花名册的内容")
    if purpose not in purposes(TABLE):
        raise privacy.PurposeRequired("请选择用途")
    left = (
        row.departed.select_related("departure").filter(departure=departure_id).first()
        if departure_id
        else None
    )
    if departure_id and left is None:
        raise Refused("这一次报出没有留存花名册")
    count = left.count if left else row.lines.count()
    if needs_approval(count, by, at):
        which = f"left {left.pk}" if left else f"{row.version}"
        mark = hashlib.sha256(f"return {row.pk} {which}".encode()).hexdigest()
        if privacy.use(kind=Request.Kind.EXPORT, fingerprint=mark, count=count, by=by, at=at) is None:
            privacy.ask(
                kind=Request.Kind.EXPORT, selection=str(row), count=count, purpose=purpose, reason=reason, fingerprint=mark, by=by, at=at,
            )  # fmt: skip
            return row, None
    words = Watermark(by.label, timezone.localtime(at), purposes()[purpose]).words
    after = {"rows": count, "purpose": purposes()[purpose]}
    if left:
        content = left_as(row, left.departure.values, values_that_left(row, left), words)
        after["left"] = timezone.localtime(left.departure.at).isoformat()
    else:
        content = workbook_of(row, *rows_of(row), footer=words)
    record(
        "return.list_taken", subject=subject_of_return(row), by=by, at=at, after=after, note=reason.strip()
    )
    return row, content
