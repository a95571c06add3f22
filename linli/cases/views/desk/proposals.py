"""Proposals and suggestions: one of them, its letter on paper and as a Word file, and the proposer's rating."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.algorithms.statetable import NotPossible
from linli.cases import commands, policy, rules, states
from linli.cases.commands import ProposalFacts
from linli.cases.commands.revealing import reveal_reporter
from linli.cases.forms.desk import LetterForm, ProposalForm, RatingForm
from linli.cases.models import Proposal
from linli.cases.queries import clocks_of, reporter_for
from linli.cases.queries.letters import Letter, word_file
from linli.cases.views.desk.frame import actor_of, categories_offered
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.commands import ApprovalNeeded
from linli.territory.queries.units import top_node

FACTS = ("form", "number", "session", "received_on", "joint")


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Register a proposal."""
    by, at = actor_of(request, "case.take"), timezone.now()
    form = ProposalForm(
        request.POST or None, initial={"received_on": timezone.localdate(at), "form": "cppcc"}
    )
    if request.method == "POST" and form.is_valid():
        facts = ProposalFacts(**{name: form.cleaned_data[name] for name in FACTS})
        try:
            row = commands.register_proposal(form.intake(), facts, by=by, at=at)
        except rules.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已登记，转受理派遣"))
            return redirect("cases:proposal", row.pk)
    crumbs = [{"label": _("建议提案"), "url": reverse("cases:proposals")}]
    context = {"title": _("登记建议提案"), "form": form, "crumbs": crumbs, "categories": categories_offered()}
    return render(request, "cases/desk/proposal_add.html", context, status=422 if form.errors else 200)


def _row(by: Actor, pk: int) -> Proposal:
    row = (
        Proposal.objects.select_related("case__lead", "case__category")
        .filter(pk=pk, case__in=policy.visible_to(by))
        .first()
    )
    if row is None:
        raise Http404
    return row


@login_required
def detail(request: HttpRequest, pk: int, form: Any = None, status: int = 200) -> HttpResponse:
    """One proposal: where it is, its clock, the letter, the rating."""
    by, at = actor_of(request, "case.view"), timezone.now()
    row = _row(by, pk)
    case = row.case
    start = {
        "version": case.version,
        "letter": row.letter,
        "letter_number": row.letter_number,
        "outcome": row.outcome or "A",
    }
    context = {
        "title": _("%(form)s %(session)s第 %(number)s 号") % {"form": _(rules.PROPOSAL_FORMS[row.form]), "session": row.session, "number": row.number}, "row": row, "case": case, "state": states.TABLE.state(case.state),
        "crumbs": [{"label": _("建议提案"), "url": reverse("cases:proposals")}], "shown": {"reporter": reporter_for(by, case)},
        "clocks": clocks_of(case, at), "outcome": row.outcome_words, "rating": _(rules.PROPOSAL_RATINGS[row.rating]) if row.rating else "",
        "letter_form": form if isinstance(form, LetterForm) else LetterForm(initial=start),
        "rating_form": form if isinstance(form, RatingForm) else RatingForm(),
        "may_write": case.state == states.HANDLING and case.lead is not None and case.lead.code == by.unit and by.may("case.handle"),
        "may_rate": case.state == states.CALLING and by.may("case.callback"), "form": form,
    }  # fmt: skip
    return render(request, "cases/desk/proposal.html", context, status=status)


@login_required
@require_POST
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the formal answer."""
    by, form = actor_of(request, "case.handle"), LetterForm(request.POST)
    row = _row(by, pk)
    if form.is_valid():
        said = form.cleaned_data
        try:
            commands.send_letter(
                proposal_id=row.pk, letter_number=said["letter_number"], outcome=said["outcome"], letter=said["letter"], by=by,
                at=timezone.now(), version=said["version"],
            )  # fmt: skip
        except (rules.Refused, NotPossible) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已答复，等待提出人评价"))
            return redirect("cases:proposal", pk)
    return detail(request, pk, form=form, status=422)


@login_required
@require_POST
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """What the proposer says of it."""
    by, form = actor_of(request, "case.callback"), RatingForm(request.POST)
    row = _row(by, pk)
    if form.is_valid():
        try:
            commands.rate_proposal(
                proposal_id=row.pk,
                rating=form.cleaned_data["rating"],
                words=form.cleaned_data["words"],
                by=by,
                at=timezone.now(),
            )
        except (rules.Refused, NotPossible) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已记录提出人评价"))
            return redirect("cases:proposal", pk)
    return detail(request, pk, form=form, status=422)


def _proposer(by: Actor, row: Proposal) -> str:
    """The name for the letter, in clear for who may see it, which is written down; else its mask."""
    shown = reporter_for(by, row.case)
    if shown.hidden or not shown.name:
        return shown.name
    try:
        return reveal_reporter(case_id=row.case_id, purpose="letter", by=by, at=timezone.now()).name
    except ApprovalNeeded:
        return shown.name


def _letter(by: Actor, pk: int) -> Letter:
    row = _row(by, pk)
    if row.lettered_at is None:
        raise Http404
    return Letter(
        office=row.case.lead.name if row.case.lead else top_node().name, number=row.letter_number, on=timezone.localdate(row.lettered_at),
        to=_proposer(by, row), joint=row.joint, subject=row.case.title, form=rules.PROPOSAL_FORMS[row.form],
        reference=f"{row.session}第 {row.number} 号", outcome=f"{row.outcome}", body=row.letter,
    )  # fmt: skip


@login_required
def letter_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter on paper."""
    one = _letter(actor_of(request, "case.view"), pk)
    return render(request, "cases/desk/letter.html", {"title": _("复函"), "letter": one})


@login_required
def letter_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as a Word file."""
    one = _letter(actor_of(request, "case.view"), pk)
    buffer = BytesIO()
    word_file(one).save(buffer)
    answer = HttpResponse(
        buffer.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="letter-{pk}.docx"'
    return answer
