"""Rows of lists, for the attack test: returns of both communities and of the street, in every state that the policy tells apart, with and without
a care group."""

from __future__ import annotations

from datetime import date
from itertools import product

from linli.kernel.privacy.commands import make_key
from linli.kernel.privacy.marks import mark
from linli.kernel.privacy.tests.protocol import rows_of
from linli.returns.models import DepartedRows, Departure, Form, Line, Return, Round, Template
from linli.territory.models import Unit
from tests.cast import MONDAY, Cast

PLACES = ("520103019001", "520103019002", "520103019")


@rows_of("returns.Line", "returns.DepartedRows")
def of_returns(cast: Cast) -> None:
    """Two rows, which have left once, in each return of two departments' forms, each asked once for everybody and once for a care group."""
    key = make_key(subject="return_list")
    sealed = key.seal("{}", "return line")
    days = {"valid_from": date(2026, 1, 1), "valid_to": date(2027, 1, 1)}
    for n, (owner, group) in enumerate(product(("D01", "D02"), ("", "disabled"))):
        form = Form.objects.create(
            code=f"BB{n:04}", title=f"表{n}", owner=Unit.objects.get(code=owner), basis="条例", purpose="核对", **days
        )  # fmt: skip
        template = Template.objects.create(form=form, number=1, file_name="x.xlsx", content=b"", sheet="")
        for state in ("filling", "department", "accepted"):
            made = Round.objects.create(
                form=form, template=template, period=state, first=days["valid_from"], last=days["valid_from"], due_on=days["valid_to"], opened_at=MONDAY
            )  # fmt: skip
            for code in PLACES:
                row = Return.objects.create(
                    round=made, unit_id=cast.unit(code).id, path=cast.unit(code).path, state=state, filled_at=MONDAY, key_id=key.id,
                    mark=mark("care", group) if group else "",
                )  # fmt: skip
                Line.objects.bulk_create(Line(row=row, number=number, sealed=sealed) for number in (1, 2))
                left = Departure.objects.create(row=row, at=MONDAY, by_label="x", fingerprint="")
                DepartedRows.objects.create(departure=left, row=row, count=2, sealed=sealed)
