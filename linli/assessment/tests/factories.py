"""A small district that has been asked and has told: returns, cases and a seal of one community, self-reports of both."""

from __future__ import annotations

from datetime import date

from linli.algorithms.burden import Range
from linli.assessment import commands
from linli.assessment.models import SelfReport
from linli.assessment.rules import Period, period_named
from linli.duties.commands import ListDraft, add_line, use_seal
from linli.duties.models import ListEntry
from linli.registry.tests.district import settle
from linli.returns.commands import fill_round, open_round
from linli.returns.models import Form, Round
from linli.returns.tests.factories import bound, permitted
from linli.territory.models import Unit
from tests.cast import MONDAY, TESTER, Cast

OWN, NEXT, STREET = "520103019001", "520103019002", "520103019"

SECRETARY = {"secretary.people": 1, "secretary.ding": 63, "secretary.wechat": 98, "secretary.app": 44}
"""What S4 tells of one secretary."""


def period(name: str = "2026") -> Period:
    """A period by its name."""
    found = period_named(name)
    assert found is not None
    return found


def figures(**told: int | str) -> dict[str, Range]:
    """Figures of a self-report; a dot in a key is written as two underscores."""
    return {key.replace("__", "."): Range.of(int(value)) for key, value in told.items()}


def told(cast: Cast, code: str = OWN, year: int = 2026, **more: int) -> SelfReport:
    """The self-report of a community: the secretary of S4, meetings, inspections."""
    values = {key: Range.of(value) for key, value in SECRETARY.items()}
    values |= figures(meeting=120, inspection=36, signboard=21, **more)
    return commands.report(unit=cast.unit(code), year=year, figures=values, by=TESTER, at=MONDAY)


def asked(cast: Cast) -> Round:
    """One round of a form, filled for both communities, and a seal used for a certificate."""
    settle(cast)
    form: Form = permitted(cast)
    bound(cast, form)
    made = open_round(code=form.code, by=TESTER, at=MONDAY)
    fill_round(round_id=made.pk, by=TESTER, at=MONDAY)
    draft = ListDraft("seal", "依法可以出具的证明", date(2020, 1, 1), basis="制度", note="")
    add_line(draft=draft, code="Y04", by=TESTER, at=MONDAY)
    entry = ListEntry.objects.get(code="Y04")
    for number in range(3):
        use_seal(
            unit=Unit.objects.get(code=OWN), entry=entry, used_on=date(2026, 11, 20), purpose="租房备案", document=f"居住情况第{number}号",
            by=TESTER, at=MONDAY,
        )  # fmt: skip
    return made
