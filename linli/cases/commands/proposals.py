"""Proposals of the political consultative conference and suggestions of deputies: taken in, answered by letter, rated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from linli.cases import policy, rules
from linli.cases.commands.closing import call_back
from linli.cases.commands.handling import submit
from linli.cases.commands.intake import receive
from linli.cases.commands.move import locked, subject_of
from linli.cases.models import Case, Proposal
from linli.cases.queries.placing import Intake
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record


@dataclass(frozen=True)
class ProposalFacts:
    """What stands on a proposal besides its text; who made it is the reporter of the intake."""

    form: str
    number: str
    session: str
    received_on: date
    joint: int = 1


@transaction.atomic
def register_proposal(intake: Intake, facts: ProposalFacts, *, by: Actor, at: datetime) -> Proposal:
    """Take a proposal in as a case of its own channel, whose clocks come from the norms of that channel."""
    if facts.form not in rules.PROPOSAL_FORMS:
        raise rules.Refused("请选择提案或建议")
    if Proposal.objects.filter(form=facts.form, session=facts.session, number=facts.number).exists():
        raise rules.Refused(
            "%(session)s第 %(number)s 号已经登记过", session=facts.session, number=facts.number
        )
    case = receive(intake, by=by, at=at)
    row = Proposal.objects.create(
        case=case,
        form=facts.form,
        number=facts.number,
        session=facts.session,
        joint=facts.joint,
        received_on=facts.received_on,
    )
    after = {"form": rules.PROPOSAL_FORMS[facts.form], "number": f"{facts.session}第 {facts.number} 号"}
    record("case.proposal_registered", subject=subject_of(case), by=by, at=at, after=after)
    return row


@transaction.atomic
def send_letter(
    *,
    proposal_id: int,
    letter_number: str,
    outcome: str,
    letter: str,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Proposal:
    """The lead unit answers by letter: the letter is the result of the case."""
    row = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    if outcome not in rules.PROPOSAL_OUTCOMES:
        raise rules.Refused("请选择办理结果类别")
    if not letter_number.strip():
        raise rules.Refused("请填写复函文号")
    case = submit(case_id=row.case_id, result=letter, by=by, at=at, version=version)
    row.letter_number, row.outcome, row.letter = letter_number.strip(), outcome, letter
    row.lettered_at, row.lettered_by = at, by.label
    row.save()
    after = {"letter": row.letter_number, "outcome": rules.PROPOSAL_OUTCOMES[outcome]}
    record("case.letter_sent", subject=subject_of(case), by=by, at=at, after=after)
    return row


@transaction.atomic
def rate_proposal(*, proposal_id: int, rating: str, words: str, by: Actor, at: datetime) -> Case:
    """The proposer says how the answer is: 满意, 基本满意 or 不满意; an unhappy one reopens it as any other case."""
    row = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    policy.require(by, "case.callback", locked(row.case_id))
    if rating not in rules.PROPOSAL_RATINGS:
        raise rules.Refused("请选择评价")
    row.rating, row.rated_at, row.rating_words = rating, at, words
    row.save(update_fields=["rating", "rated_at", "rating_words"])
    return call_back(
        case_id=row.case_id, reached=True, resolved=rating != "poor", satisfied=rules.PROPOSAL_SATISFIED[rating],
        words=words or f"提出人评价{rules.PROPOSAL_RATINGS[rating]}", by=by, at=at,
    )  # fmt: skip
