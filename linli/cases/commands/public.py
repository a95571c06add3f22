"""What a resident without an account does: report, add a word, rate, and open the receipt by a one-time code."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from linli.cases import policy, rules
from linli.cases.commands.closing import rate
from linli.cases.commands.dispatching import dispatch_by_rule
from linli.cases.commands.intake import receive
from linli.cases.commands.move import locked, subject_of
from linli.cases.models import Case, OneTimeCode, Reporter
from linli.cases.queries.clocks import norm_for
from linli.cases.queries.placing import Intake, ReporterFacts
from linli.cases.queries.routing import automatic
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.files.commands import Upload, store_upload
from linli.kernel.norms.queries import norm
from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import make_key, open_key
from linli.kernel.privacy.context import door
from linli.territory.queries.units import Node, tree

SENT_ABOUT = "one-time code"
DIGITS = 6


@dataclass(frozen=True)
class PublicReport:
    """What a resident wrote. ``about`` names the unit that a tip-off (举报) speaks of, in the resident's words."""

    kind: str
    text: str
    place_text: str = ""
    lon: float | None = None
    lat: float | None = None
    about: str = ""
    reporter: ReporterFacts = ReporterFacts()


@transaction.atomic
def report_public(report: PublicReport, *, photos: Sequence[Upload], by: Actor, at: datetime) -> Case:
    """Take a resident's report with its photos; where one rule decides, it goes to its unit at once.

    Raises ``FileRefused`` for a photo that cannot be taken; nothing is kept then.
    """
    policy.require(by, "case.report_public")
    unit = unit_named(report.about)
    text = report.text.strip() + (
        f"\n被举报的单位或人员：{report.about.strip()}" if report.about.strip() else ""
    )
    intake = Intake(
        channel="web", text=text, kind=report.kind, title=rules.title_of(report.text), place_text=report.place_text,
        lon=report.lon, lat=report.lat, about=unit, reporter=report.reporter,
    )  # fmt: skip
    with door(policy.PUBLIC_INTAKE):
        case = receive(intake, by=by, at=at)
        for photo in photos:
            store_upload(upload=photo, subject=subject_of(case), purpose="report", by=by, at=at)
        return dispatch_by_rule(case_id=case.pk, at=at) if automatic(case, at) else case


def unit_named(words: str) -> Node | None:
    """The one unit of a name, or None where none or several have it."""
    found = tree().by_name.get(words.strip(), [])
    return found[0] if len(found) == 1 else None


@transaction.atomic
def add_word(*, case_id: int, words: str, by: Actor, at: datetime) -> Case:
    """The reporter adds something to an open case; whoever has it is told.

    What is added to a merged case is written into the main case too, without the number of the merged one: the unit that
    has the matter reads it there. What a tip-off adds may have to stay with those who screen.
    """
    policy.require(by, "case.report_public")
    if not words.strip():
        raise rules.Refused("请写下要补充的话")
    with door(policy.PUBLIC_RECEIPT):
        case = locked(case_id)
        record("case.word_added", subject=subject_of(case), by=by, at=at, note=words.strip())
        if case.merged_into is not None:
            _pass_on(case, case.merged_into, words.strip(), by, at)
        return case


def _pass_on(case: Case, main: Case, words: str, by: Actor, at: datetime) -> None:
    about = case.about.code if case.about else ""
    if rules.word_may_be_passed_on(case.kind, about, main.kind, main.audience):
        record("case.word_passed_on", subject=subject_of(main), by=by, at=at, note=words)
    else:
        record("case.word_held", subject=subject_of(case), by=by, at=at)


@transaction.atomic
def rate_public(
    *,
    case_id: int,
    resolved: bool,
    satisfied: int,
    by: Actor,
    at: datetime,
    reasons: Sequence[str] = (),
    words: str = "",
) -> Case:
    """The reporter rates an answer, once for each; “not solved” takes the case up again, once."""
    policy.require(by, "case.report_public")
    with door(policy.PUBLIC_RECEIPT):
        case = locked(case_id)
        last = case.callbacks.filter(by_reporter=True).order_by("-at").first()
        days = int(norm_for(case, "cases.reopen.within", at).amount())
        rules.may_rate(case.answered_at, last.at if last else None, case.closed_at, at, days)
        said = [rules.UNHAPPY_REASONS[reason] for reason in reasons if reason in rules.UNHAPPY_REASONS]
        return rate(
            case_id=case_id,
            resolved=resolved,
            satisfied=satisfied,
            reasons=said,
            words=words.strip(),
            by=by,
            at=at,
        )


@transaction.atomic
def ask_code(*, number: str, phone: str, by: Actor, at: datetime) -> OneTimeCode | None:
    """Make a code for the phone that a case was reported with; None where they do not belong together."""
    policy.require(by, "case.report_public")
    digits = "".join(ch for ch in phone if ch.isdigit())
    with door(policy.PUBLIC_RECEIPT):
        who = (
            Reporter.objects.filter(case__number=number, phone_index=crypto.blind("phone", digits))
            .select_related("case")
            .first()
        )
        if who is None:
            return None
        minutes = int(norm("cases.public.otp_minutes", on=timezone.localdate(at)).amount())
        key = make_key(subject="one-time code")
        secret = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        row = OneTimeCode.objects.create(
            case=who.case,
            key_id=key.id,
            sealed=key.seal(secret, SENT_ABOUT),
            made_at=at,
            expires_at=at + timedelta(minutes=minutes),
        )
        record("case.code_sent", subject=subject_of(who.case), by=by, at=at, after={"code_id": row.pk})
        return row


@transaction.atomic
def use_code(*, number: str, secret: str, by: Actor, at: datetime) -> Case | None:
    """The case, where the latest code in force for it is this one; a code opens once. The caller counts the tries."""
    policy.require(by, "case.report_public")
    with door(policy.PUBLIC_RECEIPT):
        rows = OneTimeCode.objects.select_for_update(of=("self",)).select_related("case")
        row = rows.filter(case__number=number, used_at=None, expires_at__gt=at).order_by("-made_at").first()
        if row is None or not hmac.compare_digest(
            open_key(row.key_id).unseal(bytes(row.sealed), SENT_ABOUT), secret
        ):
            return None
        row.used_at = at
        row.save(update_fields=["used_at"])
        record("case.code_used", subject=subject_of(row.case), by=by, at=at)
        return row.case


@transaction.atomic
def mark_sent(*, code_id: int, at: datetime) -> None:
    """Write down that a code went out."""
    OneTimeCode.objects.filter(pk=code_id).update(sent_at=at)
