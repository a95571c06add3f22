"""A resident looks after the own household: by a code that the community gave, and one sent to a telephone of the household.

Past the scope through the declared door ``policy.OWN_HOUSEHOLD``; what is corrected comes in as said by the resident
(``self``) and by precedence may wait as a question for the community.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.norms.queries import norm
from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import make_key, open_key
from linli.kernel.privacy.context import door
from linli.registry import policy
from linli.registry.commands.answering import Answer, Answering, Taken, count
from linli.registry.commands.deeds import Deed
from linli.registry.commands.households import home_subject
from linli.registry.commands.living import Spot
from linli.registry.models import Household, Invitation, Person
from linli.registry.queries.own import SENT_ABOUT, invitation_of, own_members
from linli.registry.queries.sealed import Opener
from linli.registry.rules.asking import PERSON, Held
from linli.registry.rules.life import Refused
from linli.registry.rules.precedence import Statement, Verdict, verdict

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
"""Eighty random bits that nobody can guess, in signs that nobody takes for others."""

DIGITS = 6


@dataclass(frozen=True)
class Invited:
    """A new code; it is shown this once, and only its mark is kept."""

    invitation: Invitation
    code: str


@transaction.atomic
def invite(*, household_id: int, by: Actor, at: datetime) -> Invited:
    """Give a household a code of its own; the code it had before ends."""
    policy.require(by, "registry.visit")
    household = policy.households_for(by).filter(pk=household_id, state=Household.State.PRESENT).first()
    if household is None:
        raise NotAllowed("这一户不在您的管辖范围内，或已经注销")
    Invitation.objects.filter(household=household, ended_at=None).update(ended_at=at)
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    days = int(norm("registry.invitation.days", on=timezone.localdate(at)).amount())
    made = Invitation.objects.create(
        mark=crypto.blind("invitation", code), household=household, path=household.path, made_by=by.label[:120], made_at=at,
        expires_at=at + timedelta(days=days),
    )  # fmt: skip
    record("registry.invited", subject=home_subject(household), by=by, at=at, after={"days": str(days)})
    return Invited(made, code)


@transaction.atomic
def send_own_code(*, code: str, person_id: int, by: Actor, at: datetime) -> Invitation:
    """Make a one-time code for the telephone of a member of the invited household; a job sends it."""
    with door(policy.OWN_HOUSEHOLD):
        row = _locked(code, at)
        who = Person.objects.filter(pk=person_id, pk__in=own_members(row.household_id)).first()
        if who is None or not Opener().phones(who):
            raise Refused("这个人没有登记手机号，请换一位家人，或请社区工作者帮您办理")
        minutes = int(norm("registry.invitation.code_minutes", on=timezone.localdate(at)).amount())
        key = make_key(subject=SENT_ABOUT)
        secret = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        row.sealed, row.key_id, row.person_id = key.seal(secret, SENT_ABOUT), key.id, person_id
        row.code_expires_at, row.sent_at = at + timedelta(minutes=minutes), None
        row.save(update_fields=["sealed", "key_id", "person_id", "code_expires_at", "sent_at"])
        subject = home_subject(row.household)
        record("registry.own_code_sent", subject=subject, by=by, at=at, after={"invitation": row.pk})
        return row


@transaction.atomic
def use_own_code(*, code: str, secret: str, by: Actor, at: datetime) -> Invitation | None:
    """The invitation, where the one-time code is right; a wrong one counts as a try, and too many end the invitation."""
    with door(policy.OWN_HOUSEHOLD):
        row = _locked(code, at)
        if not _is_right(row, secret, at):
            row.tries += 1
            most = int(norm("registry.invitation.tries", on=timezone.localdate(at)).amount())
            row.ended_at = at if row.tries >= most else None
            row.save(update_fields=["tries", "ended_at"])
            return None
        row.sealed, row.code_expires_at, row.opened_at = None, None, row.opened_at or at
        row.save(update_fields=["sealed", "code_expires_at", "opened_at"])
        record("registry.own_opened", subject=home_subject(row.household), by=by, at=at)
        return row


def _is_right(row: Invitation, secret: str, at: datetime) -> bool:
    if row.sealed is None or row.key_id is None or row.code_expires_at is None or row.code_expires_at <= at:
        return False
    return hmac.compare_digest(open_key(row.key_id).unseal(bytes(row.sealed), SENT_ABOUT), secret)


def _locked(code: str, at: datetime) -> Invitation:
    found = invitation_of(code, at, lock=True)
    if found is None:
        raise Refused("这个登记码已经失效，请向社区要一个新的")
    return found


def _resident(household: Household, by: Actor) -> Actor:
    """Who corrects the own household: nobody's account, and no more than its own grid."""
    verbs = frozenset({"registry.view", "registry.change"})
    return Actor(label=by.label, role="resident", scope=household.path, verbs=verbs)


@transaction.atomic
def correct_own(*, code: str, answers: Sequence[Answer], by: Actor, at: datetime) -> Taken:
    """Corrections, confirmations and refusals of a resident about the own household.

    A value that another source is believed for over the resident's word waits as a question, and is in ``left``.
    """
    with door(policy.OWN_HOUSEHOLD):
        household = _locked(code, at).household
        today = timezone.localdate(at)
        deed = Deed("self_reported", origin="self", by=_resident(household, by), at=at, on=today)
        here = Person.objects.below(household.path).filter(pk__in=own_members(household.pk))
        members = list(here.order_by("pk").values_list("pk", flat=True))
        where = Spot(household.dwelling_id, household.address, household.path)

        def believed(element: str, held: Held, value: str) -> bool:
            said = Statement(held.value, held.source_kind, held.on) if held.value else None
            offered = Statement(value, "self", today, by_person=True)
            return verdict(PERSON, element, said, offered, today) == Verdict.TAKE

        answering = Answering(deed, members, where, believed)
        taken = answering.take(answers)
        deed.settle()
        about = answering.persons[household.head_id if household.head_id in answering.persons else members[0]]
        counts = {
            "answered": str(count(taken.answered)), "confirmed": str(count(taken.confirmed)), "waits": str(len(taken.left)),
        }  # fmt: skip
        subject = home_subject(household)
        if not deed.close("registry.self_reported", about=about, subject=subject, after=counts):
            record("registry.self_reported", subject=subject, by=deed.by, at=at, after=counts)
        answering.settle()
        return taken


@transaction.atomic
def take_own_copy(*, code: str, by: Actor, at: datetime) -> None:
    """Write down that a household took a copy of what is kept of it."""
    with door(policy.OWN_HOUSEHOLD):
        record("registry.own_copied", subject=home_subject(_locked(code, at).household), by=by, at=at)


@transaction.atomic
def mark_sent(*, invitation_id: int, at: datetime) -> None:
    """Write down that a one-time code went out."""
    Invitation.objects.filter(pk=invitation_id).update(sent_at=at)
