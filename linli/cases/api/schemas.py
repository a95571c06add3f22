"""What goes in and out of the interface. Texts are bounded; a reporter never comes out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Field, Schema
from pydantic import AfterValidator, field_validator, model_validator

from linli.cases import rules
from linli.cases.models import Case
from linli.cases.states import STATES, TRANSITIONS

Kind = Literal["consult", "help", "complaint", "tipoff", "suggestion"]
Urgency = Literal["normal", "urgent", "critical"]
StateCode = Literal[tuple(state.code for state in STATES)]  # type: ignore[valid-type]
FOR_OTHERS = {"reopen_public", "check_close", "submit_to_callback", "callback_reopen"}
"""The public's own verb, and those that a rule picks where a target depends on the case."""

VERBS = tuple(sorted({t.verb for t in TRANSITIONS} - FOR_OTHERS))
Verb = Literal[VERBS]  # type: ignore[valid-type]
Code = Annotated[str, Field(max_length=32, pattern=r"^[0-9A-Za-z\-]*$")]
Line = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=5000)]


def _in_utc(value: datetime) -> datetime:
    """A moment as the database takes it; one without a zone is the county's."""
    try:
        return (value if timezone.is_aware(value) else timezone.make_aware(value)).astimezone(UTC)
    except OverflowError:
        raise ValueError("out of the range of dates") from None


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class Inward(Schema):
    """What comes in: no text holds the character that the database cannot keep."""

    @field_validator("*")
    @classmethod
    def can_be_kept(cls, value: Any) -> Any:
        """Refuse a NUL."""
        if isinstance(value, str) and "\0" in value:
            raise ValueError("a NUL character")
        return value


class ReporterIn(Inward):
    """Who speaks, as far as known; kept sealed, never given out by this interface."""

    name: Annotated[str, Field(max_length=60)] = ""
    phone: Annotated[str, Field(max_length=20, pattern=r"^[0-9+\- ]*$")] = ""
    address: Line = ""
    wants_secrecy: bool = False


class CaseIn(Inward):
    """A new request. Without a category it is looked for in the text; without a point, the words of the place are read."""

    text: Text
    kind: Kind | None = None
    title: Annotated[str, Field(max_length=80)] = ""
    category: Code = ""
    urgency: Urgency | None = None
    place_text: Line = ""
    lon: Annotated[float, Field(ge=73, le=136)] | None = None
    lat: Annotated[float, Field(ge=3, le=54)] | None = None
    reporter: ReporterIn = ReporterIn()

    @model_validator(mode="after")
    def point_is_whole(self) -> CaseIn:
        """Half a point is none."""
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon and lat go together")
        return self


class CaseOut(Schema):
    """A case as a machine sees it."""

    number: str
    public_code: str
    state: str
    state_label: str
    channel: str
    kind: str
    category: str
    urgency: str
    title: str
    text: str
    place_text: str
    place: str
    lon: float | None
    lat: float | None
    lead: str
    received_at: datetime
    due_at: datetime | None
    resolve_due_at: datetime | None
    closed_at: datetime | None
    result: str
    resolved: bool | None
    satisfied: int | None
    version: int

    @classmethod
    def of(cls, case: Case) -> CaseOut:
        """A case with its category, lead and place read along."""
        plain = {name: getattr(case, name) for name in PLAIN}
        return cls(
            **plain, state_label=rules_label(case), category=case.category.code if case.category else "",
            lead=case.lead.code if case.lead else "", place=case.place.code if case.place else "",
        )  # fmt: skip


PLAIN = (
    "number", "public_code", "state", "channel", "kind", "urgency", "title", "text", "place_text", "lon", "lat", "received_at",
    "due_at", "resolve_due_at", "closed_at", "result", "resolved", "satisfied", "version",
)  # fmt: skip
LABELS = {state.code: state.label for state in STATES}


def rules_label(case: Case) -> str:
    """What the case's state is called."""
    return LABELS[case.state]


class CasesOut(Schema):
    """A page of cases, newest first, and where the next one begins."""

    items: list[CaseOut]
    next: str | None


class MoveIn(Inward):
    """One arrow of the table of states. Which of the fields are needed depends on the verb."""

    verb: Verb  # type: ignore[valid-type]
    version: Annotated[int, Field(ge=0)] | None = None
    note: Annotated[str, Field(max_length=2000)] = ""
    unit: Code = ""
    assist: Annotated[list[Code], Field(max_length=10)] = []
    into: Code = ""
    channel: Literal[tuple(rules.REFERRALS)] | None = None  # type: ignore[valid-type]
    found: bool = True
    resolved: bool | None = None
    satisfied: Annotated[int, Field(ge=1, le=5)] | None = None


class Problem(Schema):
    """Why it was refused, in words for people, and a code for machines."""

    code: str
    detail: str


class CategoryOut(Schema):
    """One node of the category tree."""

    code: str
    name: str
    parent: str
    leaf: bool


class UnitOut(Schema):
    """One unit."""

    code: str
    name: str
    kind: str
    parent: str


class FileOut(Schema):
    """A stored file."""

    id: str
    name: str
    content_type: str
