"""Rows of the personal tables of cases, for the attack test: every place, every kind, secret or not, taken by several."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

from linli.cases.models import Callback, Case, Contact, OneTimeCode, ParkedCall, Proposal, Reporter
from linli.kernel.privacy.commands import make_key
from linli.kernel.privacy.tests.protocol import rows_of
from tests.cast import MONDAY, Cast

PLACES = ("520103", "520103019", "520103019001", "520103019002", "520103019001001")


def some_cases(cast: Cast) -> list[Case]:
    """Cases of every place: tip-offs and others, with and without a unit, taken by one of the cast or by another."""
    shapes = product(
        (cast.unit(code) for code in PLACES),
        ("complaint", "tipoff"),
        ((), ("D01",), ("520103019001", "D02")),
        (cast.users["operator"].pk, 102),
    )
    return Case.objects.bulk_create(
        Case(
            number=f"20261123-{n:06d}", public_code=f"CODE{n:08d}", channel="hotline", kind=kind, title="题", text="文", place_id=place.id,
            place_path=place.path, audience=list(audience), taken_by=taker, received_at=MONDAY, is_secret=kind == "tipoff" or n % 3 == 0,
        )
        for n, (place, kind, audience, taker) in enumerate(shapes)
    )  # fmt: skip


@rows_of(
    "cases.Case", "cases.Reporter", "cases.Contact", "cases.Callback", "cases.Proposal", "cases.OneTimeCode"
)
def of_cases(cast: Cast) -> None:
    """One row of each table for every case."""
    key = make_key(subject="reporter")
    cases = some_cases(cast)
    sealed = key.seal("王秀英", "name")
    Reporter.objects.bulk_create(
        Reporter(
            case=case,
            key_id=key.id,
            name=sealed,
            is_tipoff=case.kind == "tipoff",
            wants_secrecy=case.is_secret,
            taken_by=case.taken_by,
        )
        for case in cases
    )
    Contact.objects.bulk_create(
        Contact(case=case, at=MONDAY, by="甲", way="phone", reached=True, words="话") for case in cases
    )
    Callback.objects.bulk_create(Callback(case=case, at=MONDAY, by="甲", reached=False) for case in cases)
    Proposal.objects.bulk_create(
        Proposal(case=case, form="proposal", number=case.number, session="一", received_on=MONDAY.date())
        for case in cases
    )
    OneTimeCode.objects.bulk_create(
        OneTimeCode(case=case, key_id=key.id, sealed=sealed, made_at=MONDAY, expires_at=MONDAY)
        for case in cases
    )


@rows_of("cases.ParkedCall")
def of_calls(cast: Cast) -> None:
    """A call of one of the cast and one of somebody else."""
    key = make_key(subject="parked call")
    for taker in (cast.users["operator"].pk, 102):
        ParkedCall.objects.create(
            taken_by=taker,
            key_id=key.id,
            sealed=key.seal("{}", "call"),
            saved_at=MONDAY,
            expires_at=MONDAY + timedelta(hours=1),
        )
