"""A return as it stands: each place with its value, where it comes from, and what the formulas of the form say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils import timezone

from linli.kernel.norms.formula import FormulaError, parse
from linli.kernel.norms.queries import norm
from linli.kernel.registers.register import get
from linli.returns.models import Return, Template
from linli.returns.queries.figures import query_of
from linli.returns.rules.elements import Element, dictionary

SIDES = re.compile(r"(<=|>=|==|=|<|>)")
HOLDS = {
    "=": lambda a, b: a == b, "==": lambda a, b: a == b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b, ">": lambda a, b: a > b,
}  # fmt: skip
BEFORE = "上期"
"""``上期C5`` is what the same place said in the period before."""


@dataclass(frozen=True)
class Cell:
    """One place of a form in a return."""

    place: str
    heading: str
    unit: str
    element: Element | None
    value: Any
    known: Any
    reason: str
    who: str
    before: Any = None

    @property
    def how(self) -> str:
        """``known``: filled by the system; ``changed``: filled and then said otherwise; ``said``: by a person; ``open``: not yet."""
        if self.known is not None:
            return "changed" if self.reason else "known"
        return "open" if self.value in (None, "") else "said"

    @property
    def has_changed(self) -> bool:
        """Whether the place said something else the last time."""
        return self.before is not None and str(self.before) != str(self.value)


def places_of(template: Template) -> list[dict[str, str]]:
    """The places of a template: ``place``, ``heading``, ``unit``."""
    return list(template.layout.get("places", ()))


def cells_of(row: Return) -> list[Cell]:
    """Every place of the form with its value."""
    before, later = _values_before(row), when_it_left(row) if row.submitted_at else {}
    found = []
    for each in places_of(row.round.template):
        place = each["place"]
        known, given = row.known.get(place), row.given.get(place, {})
        element = dictionary().get(row.round.template.bindings.get(place, ""))
        value = given.get("value", later.get(place, known))
        found.append(
            Cell(
                place, each["heading"], each.get("unit", ""), element, value, known, given.get("reason", ""), given.get("who", ""),
                before.get(place),
            )
        )  # fmt: skip
    return found


def when_it_left(row: Return) -> dict[str, Any]:
    """The day and the person, which are known once the return was handed in."""
    known = {
        "fact.date": f"{timezone.localdate(row.submitted_at):%Y年%m月%d日}" if row.submitted_at else None,
        "fact.person": row.person or None,
    }
    return {
        place: value
        for place, code in row.round.template.bindings.items()
        if (value := known.get(code)) is not None
    }


def values_of(row: Return) -> dict[str, Any]:
    """What each place says, given values before known ones."""
    return {**row.known, **{place: each["value"] for place, each in row.given.items()}}


def return_before(row: Return) -> Return | None:
    """What the same unit said to the same version of the form in the period before; None where it is the first."""
    earlier = Return.objects.whole().filter(
        unit=row.unit,
        round__form=row.round.form,
        round__template=row.round.template,
        round__first__lt=row.round.first,
    )
    return earlier.order_by("-round__first").first()


def _values_before(row: Return) -> dict[str, Any]:
    last = return_before(row)
    return values_of(last) if last else {}


def records_url(element: Element, row: Return) -> str:
    """The list with the records behind a figure, as they were on the last day of the period; the norm where it is one."""
    if element.kind == "norm":
        return reverse("norms:detail", args=[norm(element.query, on=row.round.last, place=row.path).id])
    register = get(element.register)
    query = query_of(element, row.round.span, timezone.localdate())
    return register.url("&".join(filter(None, [query, f"{register.place}={row.unit.code}"])))


@dataclass(frozen=True)
class Fault:
    """A formula of a form that does not hold, in words."""

    formula: str
    words: str
    places: tuple[str, ...]


def sides_of(text: str) -> list[str]:
    """A formula as what stands left, the sign, and what stands right; another number of parts where it is none."""
    return SIDES.split(text.replace("≤", "<=").replace("≥", ">=").replace("＝", "="))


def check_formula(text: str, places: set[str]) -> str:
    """What is wrong with a formula between places of a form; empty where it can be used."""
    parts = sides_of(text)
    if len(parts) != 3:
        return "公式两边用 =、<=、>=、< 或 > 连接，例如 C5 + C6 = C8"
    try:
        names = parse(parts[0].upper()).names | parse(parts[2].upper()).names
    except FormulaError as error:
        return str(error)
    unknown = sorted(names - places - {f"{BEFORE.upper()}{place}" for place in places})
    return f"表中没有可填的单元格：{'、'.join(unknown)}" if unknown else ""


def faults_of(row: Return) -> list[Fault]:
    """The formulas of the form that the return does not fulfil; one that speaks of an empty place or a period that is not there is passed over.

    Those of a list are between its columns (``changes.faults_in``).
    """
    if row.round.template.is_list:
        return []
    values = {place.upper(): value for place, value in values_of(row).items()}
    values |= {f"{BEFORE.upper()}{place.upper()}": value for place, value in _values_before(row).items()}
    numbers = dict(numbers_of(values))
    headings = {each["place"]: each["heading"] for each in places_of(row.round.template)}
    return [
        fault
        for text in row.round.template.checks
        if (fault := fault_in(text, numbers, headings)) is not None
    ]


def numbers_of(values: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    """The places that hold a number."""
    for place, value in values.items():
        try:
            yield place, Decimal(str(value))
        except InvalidOperation:
            continue


def fault_in(text: str, numbers: Mapping[str, Decimal], headings: Mapping[str, str]) -> Fault | None:
    """What is wrong, where a formula between named numbers does not hold; None where it does, or where one of them is not there."""
    left, sign, right = sides_of(text.upper())
    one, other = parse(left), parse(right)
    names = one.names | other.names
    if not names <= numbers.keys():
        return None
    a, b = one.evaluate(numbers), other.evaluate(numbers)
    if HOLDS[sign](a, b):
        return None
    said = "，".join(f"{headings.get(name, name)}为{numbers[name]:f}" for name in sorted(names))
    return Fault(
        text,
        f"应有 {left.strip()} {sign} {right.strip()}，现在左边是 {a:f}，右边是 {b:f}（{said}）",
        tuple(sorted(names)),
    )
